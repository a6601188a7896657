import type { Page } from "playwright"
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import type { Emulator } from "../../src/testing/emulator.types.ts"
import type { SessionStatus } from "../../src/index.ts"
import { executablePath } from "./chromium.ts"
import { atUnisouk, atVault, started } from "./emulators.ts"
import { timeOf } from "./pace.ts"
import { stoppedRefresh } from "./stopped-refresh.ts"
import { openTabsLab, type Tab, type TabsLab } from "./tabs-lab.ts"
import { prove, tallyOf } from "./tally.ts"

const LIFETIME_S = 900
const SECOND = 1_000

/** What a state is reached with. */
interface Setting {
  readonly tab: Tab
  readonly emulator: Emulator
  /** Provider and page sleep. */
  readonly sleep: (ms: number) => Promise<void>
}

interface Row {
  readonly state: string
  readonly status: SessionStatus
  readonly reach: (setting: Setting) => Promise<unknown>
  /** Once the page is left. */
  readonly meanwhile?: (setting: Setting) => unknown
  readonly prepare?: (page: Page) => Promise<unknown>
  /** The generation that the next page is signed in with; null: nobody is. */
  readonly comesBack: number | null
}

const lapse = ({ sleep }: Setting) => sleep(LIFETIME_S * SECOND)
const heal = ({ emulator }: Setting) => emulator.heal()
const sayOffline = (page: Page) => page.addInitScript(() => Object.defineProperty(navigator, "onLine", { value: false }))

/** Every state of the chart that a signed-in page can be left in. */
const ROWS: readonly Row[] = [
  { state: "active", status: "active", reach: async () => {}, comesBack: 1 },
  { state: "expiring.usable", status: "expiring", reach: ({ sleep }) => sleep(LIFETIME_S * SECOND - 30 * SECOND), comesBack: 2 },
  { state: "expiring.lapsed", status: "expiring", reach: lapse, comesBack: 2 },
  ...["usable", "lapsed"].map((credential): Row => ({
    state: `refreshing, running, ${credential}`,
    status: "refreshing",
    async reach(setting) {
      if (credential === "lapsed") await lapse(setting)
      await stoppedRefresh(setting.tab, "rotated", setting.emulator)
    },
    // Somebody has sent it: it is asked for again at once, though the old token may still be good.
    comesBack: 2,
  })),
  {
    state: "refreshing, backing off",
    status: "refreshing",
    async reach({ tab, emulator }) {
      emulator.fail({ on: "refresh", with: 503, times: Infinity })
      expect(await tab.call("refresh")).toBe("refresh_unavailable")
    },
    meanwhile: heal,
    comesBack: 1,
  },
  {
    state: "refreshing, offline",
    status: "refreshing",
    prepare: sayOffline,
    async reach(setting) {
      await lapse(setting)
      setting.emulator.fail({ on: "refresh", with: "network", times: Infinity })
      expect(await setting.tab.call("refresh")).toBe("refresh_unavailable")
    },
    meanwhile: heal,
    comesBack: 2,
  },
  {
    state: "refreshing, blocked",
    status: "refreshing",
    async reach(setting) {
      await lapse(setting)
      setting.emulator.fail({ on: "refresh", with: 405, times: Infinity })
      expect(await setting.tab.call("refresh")).toBe("configuration")
    },
    meanwhile: heal,
    comesBack: 2,
  },
  { state: "loggedOut", status: "loggedOut", reach: ({ tab }) => tab.call("logout"), comesBack: null },
]

describe.skipIf(executablePath === undefined)("S07 a page that is reloaded", () => {
  let lab: TabsLab
  beforeAll(async () => {
    lab = await openTabsLab()
  }, 60_000)
  afterAll(() => lab?.close())
  afterEach(() => lab.closeTabs())

  test.for(ROWS.map((row) => [row.state, row] as const))(
    "in %s comes back to where it can be",
    async ([, { state, status, reach, meanwhile, prepare, comesBack }], { task }) => {
      const pace = { since: Date.now(), speed: 1, aheadMs: 0 }
      const emulator = await started("vault", { graceS: 10, accessTokenTtlS: LIFETIME_S, clock: { now: () => timeOf(pace) } })
      const options = { ...atVault(emulator), keepAlive: "while-used" } as const
      const tab = await lab.tab(lab.freshSite(), { ...options, pace }, prepare)
      const sleep = (ms: number) => {
        pace.aheadMs += ms
        return tab.call("sleep", ms)
      }
      await tab.call("accept", await (await emulator.mint()).text())
      await reach({ tab, emulator, sleep })
      expect(await tab.call("shows")).toMatchObject({ status })

      const since = Date.now()
      await tab.page.reload()
      await meanwhile?.({ tab, emulator, sleep })
      await tab.begin({ ...options, pace })
      const wanted =
        comesBack === null ? { status: "unauthenticated" as const } : { status: "active" as const, generation: comesBack, reason: null }
      const at = await tab.call("showed", wanted)
      expect(await tab.call("fetch", "/resource")).toBe(comesBack === null ? "not_authenticated" : 200)
      if (comesBack !== null) expect(await tab.call("refresh")).toBe(comesBack + 1)
      expect(tallyOf(emulator).reused).toBe(0)
      prove(task, `S07: a page is reloaded in ${state}`, "1 page", { ...tallyOf(emulator), logouts: 0, "recovery in ms": at - since })
    },
  )

  test("in restoring is signed in by the next page", async () => {
    const emulator = await started("vault", {})
    const options = atVault(emulator)
    const tab = await lab.tab(lab.freshSite(), options)
    const { sid } = await tab.call("accept", await (await emulator.mint()).text())
    for (let times = 0; times < 3; times++) {
      const shown = await tab.page.evaluate((given) => {
        document.title = "left"
        app.begin(given)
        location.reload()
        return app.shows()
      }, options)
      expect(shown).toMatchObject({ status: "restoring" })
      await expect.poll(() => tab.page.evaluate(() => document.title !== "left" && "app" in globalThis).catch(() => false)).toBe(true)
    }
    await tab.begin(options)
    await tab.call("showed", { status: "active", sid, generation: 1 })
  })

  test("in authenticating, or with nobody signed in, is nobody's, and somebody can log in", async () => {
    const emulator = await started("unisouk", {})
    const site = lab.freshSite()
    const options = atUnisouk(emulator, site)
    const tab = await lab.tab(site, options)
    emulator.fail({ on: "login", with: "hang" })
    for (const status of ["unauthenticated", "authenticating"] as const) {
      if (status === "authenticating") void tab.call("login", emulator.credentials).catch(() => {})
      await tab.call("showed", { status })
      await tab.page.reload()
      await tab.begin(options)
      await tab.call("showed", { status: "unauthenticated" })
    }
    emulator.heal()
    expect(await tab.call("login", emulator.credentials)).toMatchObject({ status: "active" })
  })
})
