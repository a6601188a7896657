import { setTimeout as passed } from "node:timers/promises"
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import type { Shown, Use } from "./app.ts"
import { executablePath } from "./chromium.ts"
import { atUnisouk, atVault, started } from "./emulators.ts"
import { STOPS, stoppedRefresh } from "./stopped-refresh.ts"
import { openTabsLab, type Tab, type TabsLab } from "./tabs-lab.ts"
import { percentile, presentations, prove, tallyOf } from "./tally.ts"

const TAB_ROTATIONS = Number(process.env["TAB_ROTATIONS"] ?? 20)
/** How often there is a login, a refresh, a switch of users and a logout: four tries each time. */
const ROUNDS = Number(process.env["ROUNDS"] ?? 13)
/** How often somebody logs out at each point of a refresh. */
const LOGOUTS = Number(process.env["LOGOUTS"] ?? 1)
/** How long provider and API take for an answer at the most, ms: so that tabs come in while one of them waits for it. */
const LATENCY_MS = 20
const later = (_: Request, answer: () => Promise<Response>) => passed(Math.random() * LATENCY_MS).then(answer)

describe.skipIf(executablePath === undefined)("one session in several tabs of Chromium", () => {
  let lab: TabsLab
  beforeAll(async () => {
    lab = await openTabsLab()
  }, 60_000)
  afterAll(() => lab?.close())
  afterEach(() => lab.closeTabs())

  test(
    `S01 eight tabs refresh at once, ${TAB_ROTATIONS} times: each credential is presented once, and nobody is logged out`,
    { timeout: 60_000 + TAB_ROTATIONS * 1_000 },
    async ({ task }) => {
      const emulator = await started("vault", { graceS: 0, onReuse: "revokeFamily" })
      emulator.fail({ on: "refresh", times: Infinity, with: later })
      const tabs = await lab.tabs(8, lab.freshSite(), atVault(emulator))
      const { sid } = await tabs[0]!.call("accept", await (await emulator.mint()).text())
      await Promise.all(tabs.map((tab) => tab.call("showed", { sid })))
      const since = Date.now()
      await Promise.all(tabs.map((tab) => tab.call("rotate", TAB_ROTATIONS + 1, 8)))
      const tookMs = Date.now() - since

      expect(presentations(emulator)).toEqual(Array.from({ length: TAB_ROTATIONS }, () => 1))
      expect(tallyOf(emulator)).toEqual({ presented: TAB_ROTATIONS, reused: 0, refreshes: TAB_ROTATIONS })
      const sent = await Promise.all(tabs.map((tab) => tab.call("sent")))
      expect(sent.filter((times) => times > 0).length, "tabs that never refresh do not contend").toBeGreaterThan(1)
      const diaries = await Promise.all(tabs.map((tab) => tab.diary()))
      const logouts = diaries.flat().filter(({ reason }) => reason !== null).length
      expect(logouts).toBe(0)
      prove(
        task,
        "S01: 8 tabs, each a process of its own, refresh one session's single-use credential at once",
        `${TAB_ROTATIONS} rotations`,
        {
          ...tallyOf(emulator),
          logouts,
          "sent by each tab": sent.join(" + "),
          "ms a rotation": Math.round(tookMs / TAB_ROTATIONS),
        },
      )
    },
  )

  test(
    "S01 S31 within a second: login, refresh, switch of users, logout; and no tab shows or uses the old user's data",
    { timeout: 60_000 + ROUNDS * 4_000 },
    async ({ task }) => {
      const emulator = await started("unisouk", { graceS: 0 })
      emulator.fail({ on: "resource", times: Infinity, with: later })
      const site = lab.freshSite()
      const tabs = await lab.tabs(4, site, atUnisouk(emulator, site))
      const took: Record<"login" | "refresh" | "switch" | "logout", number[]> = { login: [], refresh: [], switch: [], logout: [] }

      /** Notes how long it was from when the tab that acted showed it until the last one did. */
      async function seen(what: keyof typeof took, by: Tab, moments: (tab: Tab) => Promise<number>) {
        const [first, ...all] = await Promise.all([by, ...tabs].map(moments))
        took[what].push(Math.max(...all) - first!)
      }

      const watching = tabs.map((tab) => tab.call("watch"))
      for (let round = 0; round < ROUNDS; round++) {
        const [a, b, c, d] = tabs.map((_, at) => tabs[(at + round) % 4]!) as [Tab, Tab, Tab, Tab]
        const [one, other] = round % 2 ? emulator.users : emulator.users.toReversed()
        const { sid } = await a.call("login", one)
        await seen("login", a, (tab) => tab.call("showed", { sid, generation: 1 }))
        await b.call("refresh")
        await seen("refresh", b, (tab) => tab.call("showed", { sid, generation: 2 }))
        const next = await c.call("login", other)
        await seen("switch", c, (tab) => tab.call("showed", { sid: next.sid }))
        await d.call("logout")
        await seen("logout", d, (tab) => tab.call("ended", next.sid!))
      }
      await Promise.all(tabs.map((tab) => tab.call("unwatch")))
      await Promise.all(watching)

      const uses = (await Promise.all(tabs.map((tab) => tab.uses()))).flat()
      for (const tab of tabs) expect(returnsIn(await tab.diary())).toEqual([])
      expect(uses.filter(isMistaken)).toEqual([])
      expect(presentations(emulator)).toEqual(Array.from({ length: ROUNDS }, () => 1))
      expect(tallyOf(emulator)).toEqual({ presented: ROUNDS, reused: 0, refreshes: ROUNDS })
      const tries = Object.values(took).flat()
      const longest = Object.fromEntries(Object.entries(took).map(([what, all]) => [`longest ${what}`, Math.max(...all)]))
      const answered = uses.filter(({ user }) => user !== null).length
      prove(
        task,
        "S31: a login, a refresh, a switch of users and a logout in one of 4 tabs are seen in all, in ms",
        `${tries.length} tries`,
        {
          p99: percentile(tries, 99),
          ...longest,
          ...tallyOf(emulator),
          requests: answered,
          "with another user's data": 0,
        },
      )
      expect(percentile(tries, 99)).toBeLessThanOrEqual(1_000)
      expect(answered).toBeGreaterThan(ROUNDS)
    },
  )

  test("S31 a user who is replaced while their refresh is under way, wherever that is, comes back in no tab", async ({ task }) => {
    const emulator = await started("vault", { graceS: 0 })
    const [holder, other] = (await lab.tabs(2, lab.freshSite(), atVault(emulator))) as [Tab, Tab]
    for (const stop of STOPS) {
      const before = await other.call("accept", await (await emulator.mint({ user: 0 })).text())
      await holder.call("showed", { sid: before.sid })
      const old = await holder.call("whoami")
      const { goOn, refreshing } = await stoppedRefresh(holder, stop, emulator)
      const { sid } = await other.call("accept", await (await emulator.mint({ user: 1 })).text())
      await holder.call("showed", { sid })
      await goOn()
      expect(await refreshing, stop).toBe("session_replaced")
      for (const tab of [holder, other]) {
        const shown = await tab.call("whoami")
        expect(shown, stop).not.toBe(old)
        expect(await tab.call("refresh"), stop).toBeGreaterThan(1)
        expect(await tab.call("whoami"), stop).toBe(shown)
        expect(await tab.call("shows"), stop).toMatchObject({ sid })
      }
    }
    expect(tallyOf(emulator).reused).toBe(0)
    prove(task, "S31: a user is replaced while their refresh is under way", `${STOPS.length} switches`, {
      ...tallyOf(emulator),
      comebacks: 0,
    })
  })

  test.for(["the other", "the same"] as const)(
    "S13 a logout in %s tab while a refresh is under way is final at once in both, wherever that is, and its late grant is worth nothing",
    { timeout: 60_000 + LOGOUTS * 20_000 },
    async (which, { task }) => {
      const emulator = await started("unisouk", { graceS: 0 })
      const site = lab.freshSite()
      const options = atUnisouk(emulator, site)
      const tabs = (await lab.tabs(2, site, options)) as [Tab, Tab]
      const [holder, other] = tabs
      const took: number[] = []

      for (const stop of Array.from({ length: LOGOUTS }, () => STOPS).flat()) {
        const where = `when it was ${stop}`
        const { sid } = await holder.call("login", emulator.credentials)
        await other.call("showed", { sid })
        const { goOn, refreshing } = await stoppedRefresh(holder, stop, emulator)
        const since = Date.now()
        const loggingOut = (which === "the same" ? holder : other).call("logout")
        const ends = await Promise.all(tabs.map((tab) => tab.call("ended", sid!)))
        took.push(Math.max(...ends) - since)
        await goOn()
        expect(await refreshing, where).toBe("session_ended")
        await loggingOut
        await expect.poll(() => emulator.ledger.signedIn(), { message: where }).toEqual([])
        await other.page.reload()
        await other.begin(options)
        await other.call("showed", { status: "unauthenticated" })
        expect(await holder.call("shows"), where).toMatchObject({ status: "loggedOut" })
        expect(await holder.call("fetch", "/resource"), where).toBe("session_ended")
      }

      expect(tallyOf(emulator).reused).toBe(0)
      expect(percentile(took, 99)).toBeLessThanOrEqual(1_000)
      prove(task, `S13: a logout in ${which} tab while a refresh is under way`, `${took.length} logouts`, {
        ...tallyOf(emulator),
        "undone by the late grant": 0,
        "p99 in ms": percentile(took, 99),
      })
    },
  )
})

/** Sessions that were shown again after another one had taken their place. */
function returnsIn(diary: readonly Shown[]): string[] {
  const sids = diary.map(({ sid }) => sid).filter((sid) => sid !== null)
  const inARow = sids.filter((sid, at) => sid !== sids[at - 1])
  return inARow.filter((sid, at) => inARow.indexOf(sid) !== at)
}

/** Whether a request was answered with another user's data than was shown when it went out. */
function isMistaken({ user, asked }: Use): boolean {
  return user !== null && asked.user !== null && user !== asked.user
}
