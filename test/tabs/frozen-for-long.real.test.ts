import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import { executablePath } from "./chromium.ts"
import { atVault, started } from "./emulators.ts"
import { stoppedRefresh } from "./stopped-refresh.ts"
import { openTabsLab, type Tab, type TabsLab } from "./tabs-lab.ts"
import { prove, tallyOf } from "./tally.ts"

describe.skipIf(executablePath === undefined)("S03 a holder that is frozen between sending and storing costs nobody the session", () => {
  let lab: TabsLab
  beforeAll(async () => {
    lab = await openTabsLab()
  }, 60_000)
  afterAll(() => lab?.close())
  afterEach(() => lab.closeTabs())

  // In real time: what the machine takes for the replay counts against the grace.
  test("answered, and a grace of 10 s", { timeout: 30_000 }, async ({ task }) => {
    const emulator = await started("vault", { graceS: 10, accessTokenTtlS: 3600 })
    const [holder, other] = (await lab.tabs(2, lab.freshSite(), atVault(emulator))) as [Tab, Tab]
    const { sid } = await other.call("accept", await (await emulator.mint()).text())
    await holder.call("showed", { sid })
    const { goOn, refreshing } = await stoppedRefresh(holder, "answered", emulator)
    const since = Date.now()
    await holder.freeze()
    const came = await other.call("refresh") // a lease later
    const tookMs = Date.now() - since
    await holder.thaw()
    await goOn()
    await refreshing
    await Promise.all([holder, other].map((tab) => tab.call("showed", { sid, generation: 2, reason: null })))
    expect(came).toBe(2)
    // The same credential twice: the second time within its grace.
    expect(tallyOf(emulator)).toEqual({ presented: 2, reused: 0, refreshes: 2 })
    prove(task, "S03: a holder is frozen between sending and storing for longer than its lease", "2 tabs", {
      ...tallyOf(emulator),
      logouts: 0,
      "taken over after ms": tookMs,
    })
  })
})
