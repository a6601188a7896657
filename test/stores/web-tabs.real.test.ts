import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest"
import { LEASE_MS, LEASE_WAIT_MS } from "../../src/core/store.ts"
import { executablePath, openBrowserLab, type BrowserLab, type Profile, type Tab } from "./browser-lab.ts"

const ROTATIONS = Number(process.env["ROTATIONS"] ?? 40)
/** Pages whose clocks run so much faster, so that a lease is a second. */
const FAST = { speed: 10 }
const DAY = 86_400_000

describe.skipIf(executablePath === undefined)("webStore in several tabs of Chromium", () => {
  let browserLab: BrowserLab
  let profile: Profile
  beforeAll(async () => {
    browserLab = await openBrowserLab()
  }, 60_000)
  afterAll(() => browserLab?.close())
  beforeEach(async () => {
    profile = await browserLab.profile()
  })
  afterEach(() => profile.context.close())

  /** Tabs of one profile, each in a process of its own, on a session that the first of them has begun. */
  async function tabs(holders: readonly string[], options: Parameters<Profile["tab"]>[1] = {}): Promise<Tab[]> {
    const before = (await profile.renderers()).length
    const opened: Tab[] = []
    for (const holder of holders) opened.push(await profile.tab(holder, options))
    expect((await profile.renderers()).length - before, "tabs that share a process prove little").toBeGreaterThanOrEqual(holders.length)
    await opened[0]!.call("create", await opened[0]!.record())
    return opened
  }

  test.for([2, 4])(
    `S01 %i tabs refresh ${ROTATIONS} times at a provider that takes a credential once: each generation has one successor`,
    { timeout: 120_000 + ROTATIONS * 200 },
    async (many, { task }) => {
      const { provider } = browserLab
      Object.assign(provider, { expects: "0", rotations: 0, refused: 0 })
      const opened = await tabs(Array.from({ length: many }, (_, index) => `holder ${index}`))
      await opened[0]!.call("create", await opened[0]!.record({ refreshToken: "0" }))
      // At the same moment, so that they contend.
      const given = { generations: ROTATIONS + 1, startAt: Date.now() + 1_000 }
      const refreshed = await Promise.all(
        opened.map(({ page, holder }) =>
          page.evaluate((asked) => lab.rotate(asked.holder, asked.generations, asked.startAt), { holder, ...given }),
        ),
      )
      expect(provider).toEqual({ expects: String(ROTATIONS), rotations: ROTATIONS, refused: 0 })
      expect(await opened[0]!.stored()).toMatchObject({ generation: ROTATIONS + 1, refreshToken: String(ROTATIONS) })
      expect(refreshed.reduce((sum, one) => sum + one)).toBe(ROTATIONS)
      task.meta.proof = {
        what: `S01: ${many} tabs of a real Chromium, each a process of its own, refresh a single-use credential over webStore()`,
        many: `${ROTATIONS} refreshes (${refreshed.join(" + ")})`,
        result: "0 lost, 0 credentials presented twice",
      }
    },
  )

  test("the first successor of a generation wins, though four tabs commit at once and ask for no lease", { timeout: 60_000 }, async () => {
    const opened = await tabs(["a", "b", "c", "d"])
    await Promise.all(opened.map(({ page, holder }) => page.evaluate((given) => lab.increment(given, 25), holder)))
    expect(await opened[0]!.stored()).toMatchObject({ generation: 101 })
  })

  test.for(["closed", "crashed"] as const)("S03 a holder that is %s is known to be dead long before its lease has run out", async (how) => {
    const [a, b] = (await tabs(["a", "b"])) as [Tab, Tab]
    expect(await a.call("acquire", "sid", 1)).toMatchObject({ is: "leased" })
    expect(await a.call("markSent", "sid", 1)).toBe(true)
    const waiting = b.timed("acquire", "sid", 1)
    await sleep(700)
    const since = Date.now()
    if (how === "closed") await a.page.close()
    else a.crash()
    const { result } = await waiting
    const tookMs = Date.now() - since
    expect(result).toMatchObject({ is: "leased", record: { lease: { holder: "b" }, sentAt: expect.any(Number) } })
    expect(tookMs).toBeLessThan(LEASE_MS / 2)
  })

  test("S03 nobody waits for a holder that died before they came", async () => {
    const [a, b] = (await tabs(["a", "b"])) as [Tab, Tab]
    await a.call("acquire", "sid", 1)
    await a.page.close()
    const { result, tookMs } = await b.timed("acquire", "sid", 1)
    expect(result).toMatchObject({ is: "leased" })
    expect(tookMs).toBeLessThan(LEASE_MS / 2)
  })

  test("S03 a frozen holder has the rest of its lease, and its late commit is stale", async () => {
    const [a, b] = (await tabs(["a", "b"], FAST)) as [Tab, Tab]
    await a.call("acquire", "sid", 1)
    const [late, second] = [
      await a.record({ generation: 2, accessToken: "late" }),
      await b.record({ generation: 2, accessToken: "second" }),
    ]
    await a.freeze()
    const { result, tookMs } = await b.timed("acquire", "sid", 1)
    expect(result).toMatchObject({ is: "leased", record: { lease: { holder: "b" } } })
    expect(tookMs * FAST.speed).toBeGreaterThanOrEqual(LEASE_MS)
    expect(tookMs * FAST.speed).toBeLessThan(2 * LEASE_MS)
    expect(await b.call("commit", "sid", 1, second)).toBe("committed")
    await a.thaw()
    expect([await a.call("renew", "sid"), await a.call("markSent", "sid", 1)]).toEqual([false, false])
    expect(await a.call("commit", "sid", 1, late)).toBe("stale")
    expect(await a.call("read")).toMatchObject({ accessToken: "second" })
  })

  test("S03 a holder that is slow and renews its lease keeps it", async () => {
    const [a, b] = (await tabs(["a", "b"], FAST)) as [Tab, Tab]
    await a.call("acquire", "sid", 1)
    await a.page.evaluate(() => lab.keepLease("a"))
    const { result, tookMs } = await b.timed("acquire", "sid", 1)
    expect(result).toMatchObject({ is: "busy" })
    expect(tookMs * FAST.speed).toBeGreaterThanOrEqual(LEASE_WAIT_MS)
  })

  test("a holder that waits has it as soon as it is given back", async () => {
    const [a, b] = (await tabs(["a", "b"])) as [Tab, Tab]
    await a.call("acquire", "sid", 1)
    const waiting = b.timed("acquire", "sid", 1)
    await sleep(100)
    await a.call("release", "sid", null)
    const { result, tookMs } = await waiting
    expect(result).toMatchObject({ is: "leased" })
    expect(tookMs).toBeLessThan(LEASE_MS / 2)
  })

  test("a holder keeps no Web Lock beyond its lease", async () => {
    const [a] = (await tabs(["a"])) as [Tab]
    const held = () => a.page.evaluate(async () => (await navigator.locks.query()).held?.length)
    const record = await a.record({ generation: 2 })
    for (const giveBack of [
      () => a.call("release", "sid", null),
      () => a.call("commit", "sid", 1, record),
      () => a.call("end", "sid", null),
    ]) {
      expect(await a.call("acquire", "sid", 1)).toMatchObject({ is: expect.stringMatching("leased|fresh") })
      await giveBack()
      await expect.poll(held).toBe(0)
      await a.call("create", await a.record())
    }
    await a.call("acquire", "sid", 1)
    expect(await held()).toBe(1)
  })

  test("S08 a lease that a tab with a wrong clock left behind blocks nobody for hours", async () => {
    const [a] = (await tabs(["a"], { ...FAST, aheadMs: DAY })) as [Tab]
    const b = await profile.tab("b", FAST)
    await a.call("acquire", "sid", 1)
    await a.freeze()
    const { result, tookMs } = await b.timed("acquire", "sid", 1)
    expect(result).toMatchObject({ is: "leased", record: { lease: { holder: "b" } } })
    expect(tookMs * FAST.speed).toBeLessThan(2 * LEASE_MS)
  })

  test("S08 a live holder whose clock was set back 24 h keeps its lease, though by all others' clocks it has run out", async () => {
    const [a] = (await tabs(["a"], { ...FAST, aheadMs: -DAY })) as [Tab]
    const b = await profile.tab("b", FAST)
    await a.call("acquire", "sid", 1)
    await a.page.evaluate(() => lab.keepLease("a"))
    expect(await b.call("acquire", "sid", 1)).toMatchObject({ is: "busy" })
  })

  test("S19 other tabs are told of grants and ends, in order; no token is said, and nothing is in localStorage", async () => {
    const [a, b] = (await tabs(["a", "b"])) as [Tab, Tab]
    await a.call("acquire", "sid", 1)
    await a.call("markSent", "sid", 1)
    await a.call("commit", "sid", 1, await a.record({ generation: 2 }))
    await a.call("acquire", "sid", 2)
    await a.call("release", "sid", null)
    await a.call("end", "sid", null)
    await expect.poll(() => b.heard()).toHaveLength(3)
    const granted = (generation: number) => ({ is: "granted", sid: "sid", generation })
    const ended = { is: "ended", sid: "sid" }
    expect(await b.heard()).toEqual([granted(1), granted(2), ended])
    expect(await b.page.evaluate(() => lab.overheard)).toEqual([granted(1), granted(2), { is: "released" }, ended])
    expect(await a.heard()).toEqual([])
    expect(await a.page.evaluate(() => [localStorage.length, sessionStorage.length, document.cookie])).toEqual([0, 0, ""])
  })

  test("what other scripts say on the channel is not believed", async () => {
    const [a, b] = (await tabs(["a", "b"])) as [Tab, Tab]
    await a.page.evaluate(() => {
      const channel = new BroadcastChannel("sessionchart session")
      for (const said of [null, "ended", { is: "ended" }, { is: "granted", sid: "sid" }, { is: "granted", sid: 1, generation: 1 }])
        channel.postMessage(said)
      channel.postMessage({ is: "ended", sid: "last" })
    })
    await expect
      .poll(() => b.heard())
      .toEqual([
        { is: "granted", sid: "sid", generation: 1 },
        { is: "ended", sid: "last" },
      ])
  })
})
