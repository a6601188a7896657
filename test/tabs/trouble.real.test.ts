import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import { executablePath } from "./chromium.ts"
import { atUnisouk, atVault, started } from "./emulators.ts"
import { timeOf } from "./pace.ts"
import { stoppedRefresh } from "./stopped-refresh.ts"
import { openTabsLab, type Tab, type TabsLab } from "./tabs-lab.ts"
import { presentations, prove, tallyOf } from "./tally.ts"

const LIFETIMES = Number(process.env["LIFETIMES"] ?? 10)
const LIFETIME_MS = 900_000
const DAY = 86_400_000

describe.skipIf(executablePath === undefined)("a session in a Chromium that makes trouble", () => {
  let lab: TabsLab
  beforeAll(async () => {
    lab = await openTabsLab()
  }, 60_000)
  afterAll(() => lab?.close())
  afterEach(() => lab.closeTabs())

  test.for([
    ["ahead", DAY],
    ["behind", -DAY],
  ] as const)(
    "S08 one tab's clock is 24 h %s: both are served for many lifetimes, with few refreshes",
    { timeout: 60_000 + LIFETIMES * 2_000 },
    async ([how, aheadMs], { task }) => {
      const pace = { since: Date.now(), speed: 1, aheadMs: 0 }
      const emulator = await started("vault", { graceS: 0, accessTokenTtlS: LIFETIME_MS / 1_000, clock: { now: () => timeOf(pace) } })
      const site = lab.freshSite()
      const right = await lab.tab(site, { ...atVault(emulator), pace })
      const wrong = await lab.tab(site, { ...atVault(emulator), pace: { ...pace, aheadMs } })
      const tabs = [right, wrong]
      const { sid } = await right.call("accept", await (await emulator.mint()).text())
      await wrong.call("showed", { sid })
      for (let lifetime = 0; lifetime < LIFETIMES; lifetime++) {
        for (const tab of [wrong, right, wrong, right, right, wrong]) expect(await tab.call("fetch", "/resource")).toBe(200)
        pace.aheadMs += LIFETIME_MS
        await Promise.all(tabs.map((tab) => tab.call("sleep", LIFETIME_MS)))
      }

      for (const tab of tabs) expect(await tab.call("shows")).toMatchObject({ sid, reason: null })
      expect(new Set(presentations(emulator))).toEqual(new Set([1]))
      expect(emulator.stats.refreshes).toBeLessThanOrEqual(2 * LIFETIMES)
      prove(task, `S08: the clock of one of two tabs is 24 h ${how}`, `${LIFETIMES} lifetimes of a token`, {
        ...tallyOf(emulator),
        logouts: 0,
        "401s": emulator.stats.unauthorized,
      })
    },
  )

  test("S33 the site's data are cleared while a refresh is out: both tabs are told, the late grant brings nobody back", async ({
    task,
  }) => {
    const emulator = await started("unisouk", { graceS: 0 })
    const site = lab.freshSite()
    const options = atUnisouk(emulator, site)
    const tabs = (await lab.tabs(2, site, options)) as [Tab, Tab]
    const [holder, other] = tabs
    const { sid } = await holder.call("login", emulator.credentials)
    await other.call("showed", { sid })
    const { goOn, refreshing } = await stoppedRefresh(holder, "rotated", emulator)
    const since = Date.now()
    await other.devtools.send("Storage.clearDataForOrigin", { origin: site.origin, storageTypes: "all" })
    const told = await Promise.all(tabs.map((tab) => tab.call("showed", { status: "loggedOut", reason: "elsewhere" })))
    await goOn()
    expect(await refreshing).toBe("session_ended")
    await expect.poll(() => emulator.ledger.signedIn()).toEqual([])
    await other.page.reload()
    await other.begin(options)
    await other.call("showed", { status: "unauthenticated" })
    const next = await other.call("login", emulator.credentials)
    await holder.call("showed", { sid: next.sid })
    prove(task, "S33: the site's data are cleared while a refresh is out", "2 tabs", {
      ...tallyOf(emulator),
      logouts: "1 (the user's doing)",
      "told in ms": Math.max(...told) - since,
    })
  })

  test.for(["only used", "to be refreshed"] as const)(
    "S33 the disk is full: a login that is %s is used all the same, and stored once there is room; nothing is sent before",
    async (is, { task }) => {
      const emulator = await started("vault", { graceS: 0 })
      const site = lab.freshSite()
      const [a, b] = (await lab.tabs(2, site, atVault(emulator))) as [Tab, Tab]
      await a.call("showed", { status: "unauthenticated" })
      await a.devtools.send("Storage.overrideQuotaForOrigin", { origin: site.origin, quotaSize: 1 })
      const { sid } = await a.call("accept", await (await emulator.mint()).text())
      expect(await a.call("shows")).toMatchObject({ status: "active", degraded: "store" })
      expect(await a.call("fetch", "/resource")).toBe(200)
      const generation = is === "only used" ? 1 : 2
      if (generation === 2) expect(await a.call("refresh")).toBe("store_unavailable")
      expect(tallyOf(emulator).presented).toBe(0)
      await a.devtools.send("Storage.overrideQuotaForOrigin", { origin: site.origin })
      const since = Date.now()
      const at = await b.call("showed", { sid })
      await Promise.all([a, b].map((tab) => tab.call("showed", { sid, generation, degraded: null })))
      expect(tallyOf(emulator)).toEqual({ presented: generation - 1, reused: 0, refreshes: generation - 1 })
      prove(task, `S33: the disk is full at a login that is ${is}, and has room later`, "2 tabs", {
        ...tallyOf(emulator),
        logouts: 0,
        "recovery in ms": at - since,
      })
    },
  )
})

describe.skipIf(executablePath === undefined)("S33 a Chromium whose user blocks site data", () => {
  let lab: TabsLab
  beforeAll(async () => {
    lab = await openTabsLab({ preferences: { profile: { default_content_setting_values: { cookies: 2 } } } })
  }, 60_000)
  afterAll(() => lab?.close())

  test("keeps the session in the page's memory: said at once, refreshed, and gone with a reload", async ({ task }) => {
    const emulator = await started("vault", { graceS: 0 })
    const tab = await lab.tab(lab.freshSite(), atVault(emulator))
    const since = (await tab.diary())[0]!.at
    const at = await tab.call("showed", { status: "unauthenticated", degraded: "store" })
    expect(at - since).toBeLessThan(2_000)
    await tab.call("accept", await (await emulator.mint()).text())
    expect(await tab.call("refresh")).toBe(2)
    expect(await tab.call("fetch", "/resource")).toBe(200)
    expect(await tab.call("shows")).toMatchObject({ status: "active", degraded: "store", generation: 2 })
    prove(task, "S33: the user blocks site data", "1 tab", { ...tallyOf(emulator), logouts: 0, "known in ms": at - since })
    await tab.page.reload()
    await tab.begin(atVault(emulator))
    await tab.call("showed", { status: "unauthenticated" })
  })
})
