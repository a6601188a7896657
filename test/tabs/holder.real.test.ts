import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import type { OnDoubt } from "../../src/core/rules.ts"
import { executablePath } from "./chromium.ts"
import { atVault, started } from "./emulators.ts"
import { timeOf } from "./pace.ts"
import { STOPS, stoppedRefresh, type Stop } from "./stopped-refresh.ts"
import { openTabsLab, type Tab, type TabsLab } from "./tabs-lab.ts"
import { counted, percentile, prove, tallyOf } from "./tally.ts"

/** How often each way to die is tried; 0: some of them, once. */
const DEATHS = Number(process.env["DEATHS"] ?? 0)

const CASES = (["closed", "crashed"] as const).flatMap((death) => STOPS.map((stop) => ({ death, stop })))

// oxlint-disable-next-line unicorn/no-thenable -- nobody awaits a rule
const heldFor = (holdMs: number) => ({ holdMs, then: "end" }) as const

/** A provider and what is chosen for doubt; where the death of a holder costs the session then, and by which named end. */
interface Policy {
  readonly at: string
  readonly graceS: number
  readonly onDoubt: OnDoubt
  readonly fatal: readonly Stop[]
  readonly end: string | null
  readonly short: readonly string[]
}

const POLICIES: readonly Policy[] = [
  {
    at: "a provider with a grace of 10 s",
    graceS: 10,
    onDoubt: "replay",
    fatal: [],
    end: null,
    short: ["closed rotated", "crashed answered"],
  },
  {
    at: "a strict provider",
    graceS: 0,
    onDoubt: "replay",
    fatal: ["rotated", "answered"],
    end: "refreshTokenExpired",
    short: ["crashed leased", "crashed rotated", "closed answered", "closed stored"],
  },
  {
    at: "a strict provider that is not asked twice",
    graceS: 0,
    onDoubt: heldFor(300),
    fatal: ["marked", "rotated", "answered"],
    end: "doubt",
    short: ["closed leased", "crashed marked", "closed rotated"],
  },
]

/** Where a holder is frozen, at which provider, and how often its credential is presented then. */
const FREEZES = [
  { stop: "leased", at: "a strict provider", graceS: 0, onDoubt: "replay", presented: 1, isShort: true },
  { stop: "stored", at: "a strict provider", graceS: 0, onDoubt: "replay", presented: 1, isShort: false },
  { stop: "rotated", at: "a provider with a grace of 60 s", graceS: 60, onDoubt: "replay", presented: 2, isShort: false },
  { stop: "answered", at: "a provider with a grace of 60 s", graceS: 60, onDoubt: "replay", presented: 2, isShort: true },
  {
    stop: "rotated",
    at: "a strict provider whose doubts are held for 60 s",
    graceS: 0,
    onDoubt: heldFor(60_000),
    presented: 1,
    isShort: true,
  },
  {
    stop: "answered",
    at: "a strict provider whose doubts are held for 60 s",
    graceS: 0,
    onDoubt: heldFor(60_000),
    presented: 1,
    isShort: false,
  },
] as const

describe.skipIf(executablePath === undefined)("S03 the tab that refreshes", () => {
  let lab: TabsLab
  beforeAll(async () => {
    lab = await openTabsLab()
  }, 60_000)
  afterAll(() => lab?.close())
  afterEach(() => lab.closeTabs())

  test.for(POLICIES.map((policy) => [policy.at, policy] as const))(
    "dies, at %s: that costs the session only between sending and storing, and by a named end",
    { timeout: 60_000 + DEATHS * 60_000 },
    async ([at, { graceS, onDoubt, fatal, end, short }], { task }) => {
      const emulator = await started("vault", { graceS })
      const options = { ...atVault(emulator), onDoubt }
      const site = lab.freshSite()
      const other = await lab.tab(site, options)
      const isShort = ({ death, stop }: (typeof CASES)[number]) => short.includes(`${death} ${stop}`)
      const tried = DEATHS > 0 ? Array.from({ length: DEATHS }, () => CASES).flat() : CASES.filter(isShort)
      const ends: string[] = []
      const recoveries: number[] = []

      for (const { death, stop } of tried) {
        const which = `${death} when it was ${stop}`
        const [holder] = (await lab.tabs(1, site, options)) as [Tab]
        const before = await other.call("accept", await (await emulator.mint()).text())
        await holder.call("showed", { sid: before.sid })
        const { answer } = await stoppedRefresh(holder, stop, emulator)
        await other.show()
        const since = Date.now()
        if (death === "closed") await holder.page.close()
        else holder.crash()
        await other.call("refresh")
        const after = await other.call("settled", before)
        answer()
        expect(after.reason, which).toBe(fatal.includes(stop) ? end : null)
        if (after.reason === null) recoveries.push(after.at - since)
        else ends.push(after.reason)
        expect(tallyOf(emulator).reused, which).toBe(onDoubt === "replay" ? ends.length : 0)
        if (death === "crashed") await holder.page.close()
      }

      prove(task, `S03: tabs die in the middle of a refresh at ${at}`, `${tried.length} closed or crashed`, {
        ...tallyOf(emulator),
        logouts: counted(ends),
        "longest recovery in ms": percentile(recoveries, 100),
      })
      expect(percentile(recoveries, 100)).toBeLessThan(5_000)
    },
  )

  test.for(FREEZES.filter(({ isShort }) => isShort || DEATHS > 0).map((freeze) => [freeze.stop, freeze.at, freeze] as const))(
    "is frozen when it is %s, at %s: nobody is logged out, and what it does late is harmless",
    { timeout: 60_000 },
    async ([stop, at, { graceS, onDoubt, presented }], { task }) => {
      const pace = { since: Date.now(), speed: 10 }
      const emulator = await started("vault", { graceS, accessTokenTtlS: 3600, clock: { now: () => timeOf(pace) } })
      const options = { ...atVault(emulator), onDoubt, pace }
      const tabs = (await lab.tabs(2, lab.freshSite(), options)) as [Tab, Tab]
      const [holder, other] = tabs
      const before = await other.call("accept", await (await emulator.mint()).text())
      await holder.call("showed", { sid: before.sid })
      const { refreshing, answer, goOn } = await stoppedRefresh(holder, stop, emulator)
      await holder.freeze()
      answer()
      const since = Date.now()
      if (stop !== "stored") await other.call("refresh")
      const isHeld = onDoubt !== "replay"
      const refreshedAt = await other.call("showed", { sid: before.sid, generation: isHeld ? 1 : 2 })
      expect(await holder.call("shows"), "it stands still").toMatchObject({ generation: 1 })
      await holder.thaw()
      await goOn()
      await refreshing

      const shown = { sid: before.sid, generation: 2, status: "active" } as const
      for (const tab of tabs) await tab.call("showed", shown)
      expect((await Promise.all(tabs.map((tab) => tab.diary()))).flat().filter(({ reason }) => reason !== null)).toEqual([])
      expect(await Promise.all(tabs.map((tab) => tab.call("fetch", "/resource")))).toEqual([200, 200])
      await holder.page.reload()
      await holder.begin(options)
      await holder.call("showed", shown)
      expect(await holder.call("fetch", "/resource")).toBe(200)
      const bearers = emulator.log.filter(({ on }) => on === "resource").map(({ credential }) => credential)
      expect(new Set(bearers).size, "both use one token, the one that is stored").toBe(1)
      expect(tallyOf(emulator)).toMatchObject({ presented, reused: 0 })
      prove(task, `S03: a tab is frozen when its refresh is ${stop}, at ${at}`, "1 tab", {
        ...tallyOf(emulator),
        logouts: 0,
        "recovery in ms": isHeld ? "when it thaws" : Math.max(0, refreshedAt - since) * pace.speed,
      })
    },
  )
})
