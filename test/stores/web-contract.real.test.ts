import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { manualClock } from "../../src/testing/manual-clock.ts"
import { storeContract } from "../../src/testing/store-contract.ts"
import { memoryStore } from "../../src/stores/memory.ts"
import { executablePath, openBrowserLab, type BrowserLab } from "./browser-lab.ts"
import type { LabResult } from "./lab.ts"

describe.skipIf(executablePath === undefined)("webStore in Chromium", () => {
  let browserLab: BrowserLab
  let results: LabResult[]
  let slots: number
  beforeAll(async () => {
    browserLab = await openBrowserLab()
    const { page } = await (await browserLab.profile()).tab("nobody")
    results = await page.evaluate(() => lab.contract())
    slots = await page.evaluate(() => lab.slots())
  }, 120_000)
  afterAll(() => browserLab?.close())

  test("is tested on IndexedDB, not on what stands in for it", () => expect(slots).toBeGreaterThan(10))

  // The titles are the contract's own; the tests themselves have been run in the page.
  const clock = manualClock()
  storeContract(
    { create: memoryStore, clock, advance: (ms) => clock.advance(ms) },
    {
      describe,
      it: (title) => test(title, () => expect(results.find((result) => result.title === title)).toEqual({ title, error: null })),
    },
  )
})
