import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { executablePath } from "./chromium.ts"
import { atVault, started } from "./emulators.ts"
import { timeOf } from "./pace.ts"
import type { strict as pageStrict } from "./strict-app.tsx"
import { openTabsLab, type Tab, type TabsLab } from "./tabs-lab.ts"
import { prove, tallyOf } from "./tally.ts"

declare global {
  /** In the page. */
  var strict: typeof pageStrict
}

const LIFETIME_S = 900

describe.skipIf(executablePath === undefined)("S22 StrictMode in tabs of Chromium", () => {
  let lab: TabsLab
  beforeAll(async () => {
    lab = await openTabsLab({ entry: "strict-app.tsx" })
  }, 60_000)
  afterAll(() => lab?.close())

  test("two tabs that mount everything twice, with a lapsed token, refresh once; and again after a reload", async ({ task }) => {
    const pace = { since: Date.now(), speed: 1, aheadMs: 0 }
    const emulator = await started("vault", { graceS: 0, accessTokenTtlS: LIFETIME_S, clock: { now: () => timeOf(pace) } })
    const options = { ...atVault(emulator), keepAlive: "while-used" } as const
    const tabs = (await lab.tabs(2, lab.freshSite(), { ...options, pace })) as [Tab, Tab]
    const { sid } = await tabs[0].call("accept", await (await emulator.mint()).text())
    await tabs[1].call("showed", { sid })

    for (const generation of [2, 3]) {
      pace.aheadMs += LIFETIME_S * 1_000
      await Promise.all(
        tabs.map(async (tab) => {
          await tab.page.reload()
          await tab.begin({ ...options, pace })
          await tab.page.evaluate(() => strict.mount())
        }),
      )
      for (const { page } of tabs) {
        await expect.poll(() => page.textContent("output")).toBe(`active ${generation} 200`)
        expect(await page.evaluate(() => strict.effects), "StrictMode is on").toBe(2)
      }
      expect(tallyOf(emulator)).toEqual({ presented: generation - 1, reused: 0, refreshes: generation - 1 })
    }
    prove(task, "S22: two tabs in StrictMode are loaded with a lapsed token", "2 times", { ...tallyOf(emulator), logouts: 0 })
  })
})
