import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import { executablePath } from "./chromium.ts"
import { atVault, started } from "./emulators.ts"
import { timeOf } from "./pace.ts"
import { stoppedRefresh } from "./stopped-refresh.ts"
import { openTabsLab, type TabsLab } from "./tabs-lab.ts"

describe.skipIf(executablePath === undefined)("S07 S14 a reload in the middle of a refresh, while the old token is still good", () => {
  let lab: TabsLab
  beforeAll(async () => {
    lab = await openTabsLab()
  }, 60_000)
  afterAll(() => lab?.close())
  afterEach(() => lab.closeTabs())

  test("at a provider with a grace of 10 s: the doubt is settled while the grace lasts, and nobody is logged out", async () => {
    const pace = { since: Date.now(), speed: 1, aheadMs: 0 }
    const emulator = await started("vault", { graceS: 10, accessTokenTtlS: 900, clock: { now: () => timeOf(pace) } })
    const options = { ...atVault(emulator), keepAlive: "while-used" } as const
    const tab = await lab.tab(lab.freshSite(), { ...options, pace })
    await tab.call("accept", await (await emulator.mint()).text())
    await stoppedRefresh(tab, "rotated", emulator)
    await tab.page.reload()
    await tab.begin({ ...options, pace })
    await tab.call("showed", { status: "active" })
    await expect
      .poll(() => emulator.stats.refreshes, { timeout: 3_000, message: "asked again at once" })
      .toBe(2)
      .catch(() => {})
    pace.aheadMs += 60_000 // a minute later, in use
    await tab.call("sleep", 60_000)
    await tab.call("fetch", "/resource")
    await tab.call("refresh")
    expect(await tab.call("shows")).toMatchObject({ reason: null, status: "active" })
  })
})
