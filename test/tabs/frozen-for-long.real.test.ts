import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import { executablePath } from "./chromium.ts"
import { atVault, started } from "./emulators.ts"
import { timeOf } from "./pace.ts"
import { stoppedRefresh } from "./stopped-refresh.ts"
import { openTabsLab, type Tab, type TabsLab } from "./tabs-lab.ts"

describe.skipIf(executablePath === undefined)("S03 a holder that is frozen between sending and storing costs nobody the session", () => {
  let lab: TabsLab
  beforeAll(async () => {
    lab = await openTabsLab()
  }, 60_000)
  afterAll(() => lab?.close())
  afterEach(() => lab.closeTabs())

  // Slowly: what the machine takes for the replay counts against the grace.
  test.for([["answered", 10]] as const)("%s, grace %i s", { timeout: 30_000 }, async ([stop, graceS]) => {
    const pace = { since: Date.now(), speed: 2 }
    const emulator = await started("vault", { graceS, accessTokenTtlS: 3600, clock: { now: () => timeOf(pace) } })
    const [holder, other] = (await lab.tabs(2, lab.freshSite(), { ...atVault(emulator), pace })) as [Tab, Tab]
    const before = await other.call("accept", await (await emulator.mint()).text())
    await holder.call("showed", { sid: before.sid })
    const { answer, goOn, refreshing } = await stoppedRefresh(holder, stop, emulator)
    await holder.freeze()
    answer()
    const came = await other.call("refresh") // a lease later
    await holder.thaw()
    await goOn()
    await refreshing
    expect({ came, reason: (await other.call("shows")).reason, reused: emulator.stats.reused }).toMatchObject({ reason: null })
  })
})
