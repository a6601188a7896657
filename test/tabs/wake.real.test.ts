import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import { executablePath } from "./chromium.ts"
import { atVault, started } from "./emulators.ts"
import { timeOf } from "./pace.ts"
import { openTabsLab, type TabsLab } from "./tabs-lab.ts"
import { prove, tallyOf } from "./tally.ts"

/** How much faster than the machine's the time of tabs and provider runs. */
const SPEED = Number(process.env["SPEED"] ?? 10)
const LIFETIME_S = 10
/** Of a token that is to be good still once all tabs are frozen. */
const LONG_LIFETIME_S = 60
const CUT_MS = 5_000
const IDLE_LIFETIMES = 3

describe.skipIf(executablePath === undefined)("a session that nobody looks at", () => {
  let lab: TabsLab
  beforeAll(async () => {
    lab = await openTabsLab()
  }, 60_000)
  afterAll(() => lab?.close())
  afterEach(() => lab.closeTabs())

  /** Three tabs of one session, the last of which the user looks at. */
  async function signedInTabs(speed: number, accessTokenTtlS: number) {
    const pace = { since: Date.now(), speed }
    const now = () => timeOf(pace)
    const emulator = await started("vault", { graceS: 0, accessTokenTtlS, clock: { now } })
    const tabs = await lab.tabs(3, lab.freshSite(), { ...atVault(emulator), keepAlive: "while-used", pace })
    // A session that finds a record when it begins is used by that.
    await Promise.all(tabs.map((tab) => tab.call("showed", { status: "unauthenticated" })))
    const { sid } = await tabs[0]!.call("accept", await (await emulator.mint()).text())
    await Promise.all(tabs.map((tab) => tab.call("showed", { sid })))
    const passes = (ms: number) => expect.poll(now, { timeout: 120_000 }).toBeGreaterThanOrEqual(now() + ms)
    return { emulator, tabs, passes }
  }

  test.for(["the platform knows of", "nobody knows of"] as const)(
    "S06 wakes with a lapsed token into a cut of 5 s that %s: it waits, and is refreshed once, without anybody's doing",
    { timeout: 120_000 },
    async (known, { task }) => {
      const { emulator, tabs, passes } = await signedInTabs(SPEED, LONG_LIFETIME_S)
      const before = await tabs[1]!.call("shows")
      await lab.chromium.context.pages()[0]!.bringToFront()
      await Promise.all(tabs.map((tab) => tab.freeze()))
      await passes(LONG_LIFETIME_S * 1_000)
      for (const tab of tabs) expect((await tab.diary()).at(-1), "it stands still").toMatchObject({ status: "active" })
      if (known === "nobody knows of") emulator.fail({ on: "refresh", with: "network", times: Infinity })
      else await Promise.all(tabs.map((tab) => tab.network("cut")))
      await Promise.all(tabs.map((tab) => tab.thaw()))
      await tabs[1]!.show()
      await tabs[1]!.call("showed", { status: "refreshing", degraded: "network" })
      await passes(CUT_MS)
      expect(await tabs[1]!.call("shows")).toMatchObject({ status: "refreshing", degraded: "network", generation: 1 })
      emulator.heal()
      await Promise.all(tabs.map((tab) => tab.network("there")))
      const since = Date.now()
      const shown = await Promise.all(tabs.map((tab) => tab.call("settled", before)))

      const wanted = { status: "active", sid: before.sid, generation: 2, degraded: null }
      for (const one of shown) expect(one).toMatchObject(wanted)
      expect(tallyOf(emulator)).toEqual({ presented: 1, reused: 0, refreshes: 1 })
      const recoveryMs = (shown[1]!.at - since) * SPEED
      prove(task, `S06: tabs wake with a lapsed token into a cut of 5 s that ${known}`, `${tabs.length} tabs`, {
        ...tallyOf(emulator),
        logouts: 0,
        "recovery in ms": recoveryMs,
      })
      expect(recoveryMs).toBeLessThan(20_000)
    },
  )

  test("hidden or not, is not refreshed while it is idle; once somebody looks, it is, once", { timeout: 120_000 }, async ({ task }) => {
    const { emulator, tabs, passes } = await signedInTabs(3 * SPEED, LIFETIME_S)
    const before = await tabs[0]!.call("shows")
    expect(await Promise.all(tabs.map(({ page }) => page.evaluate(() => document.visibilityState)))).toEqual([
      "hidden",
      "hidden",
      "visible",
    ])
    await passes(IDLE_LIFETIMES * LIFETIME_S * 1_000)
    for (const tab of tabs) await tab.call("showed", { status: "expiring" })
    expect(emulator.log).toEqual([])
    await tabs[0]!.show()
    await Promise.all(tabs.map((tab) => tab.call("settled", before)))
    expect(tallyOf(emulator)).toEqual({ presented: 1, reused: 0, refreshes: 1 })
    prove(task, "tabs that are idle, two of three hidden, refresh nothing until somebody looks", `${IDLE_LIFETIMES} lifetimes of a token`, {
      ...tallyOf(emulator),
      logouts: 0,
    })
  })
})
