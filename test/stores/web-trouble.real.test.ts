import { setTimeout as sleep } from "node:timers/promises"
import type { Page } from "playwright"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest"
import { executablePath, openBrowserLab, type BrowserLab, type Profile } from "./browser-lab.ts"

/** Pages whose clocks run so much faster. */
const FAST = { speed: 10 }

describe.skipIf(executablePath === undefined)("S33 webStore in a Chromium that makes trouble", () => {
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

  describe("a record that cannot be read", () => {
    const good = {
      v: 1,
      sid: "sid",
      generation: 1,
      accessToken: "secret",
      refreshToken: "secret",
      refreshable: true,
      issuedAt: 1,
      skewMs: 0,
    }
    const rest = { startedAt: 1, expiresAt: null, windowEndsAt: null, notBefore: null, sentAt: null, lease: null, user: null }

    test.each([
      ["of a newer version", { ...good, ...rest, v: 2, tokens: ["secret"] }],
      ["cut off", good],
      ["edited by hand", { ...good, ...rest, expiresAt: "tomorrow, secret" }],
      ["of another kind", "secret"],
      ["null", null],
    ])("(%s) counts as nobody, with one warning that shows none of it, until a session takes its place", async (_, record) => {
      const tab = await profile.tab("a")
      await tab.page.evaluate((given) => lab.edit(given), record)
      expect(await tab.call("read")).toBeNull()
      expect(await tab.call("acquire", "sid", 1)).toEqual({ is: "gone", record: null })
      expect(await tab.call("end", "sid", null)).toEqual({ is: "gone", record: null })
      expect(await tab.stored(), "a newer version of the app may live on it, in another tab").toEqual(record)
      const warnings = await tab.warnings()
      expect(warnings).toEqual([expect.stringContaining('webStore() holds under "session"')])
      expect(warnings.join()).not.toContain("secret")
      expect(await tab.call("create", await tab.record(), { insteadOf: null })).toBe(true)
      expect(await tab.call("read")).toMatchObject({ sid: "sid" })
    })

    test("a user that cannot be stored makes that step fail, and nothing else", async () => {
      const tab = await profile.tab("a")
      const error = await tab.page.evaluate(async () => {
        const record = lab.record({ sid: "other", user: { greet: () => "hello" } })
        return (await lab.call("a", "create", [record])).error
      })
      expect(error).toContain("DataCloneError")
      await tab.call("create", await tab.record())
      expect(await tab.call("read")).toMatchObject({ sid: "sid" })
    })
  })

  describe("a database that is closed under us", () => {
    test("because somebody deletes it: nobody is kept waiting, and it is opened anew", async () => {
      const tab = await profile.tab("a")
      await tab.call("create", await tab.record())
      const deleted = await tab.page.evaluate(
        () =>
          new Promise((resolve) => {
            const deletion = indexedDB.deleteDatabase("sessionchart")
            deletion.onsuccess = () => resolve("deleted")
            deletion.onblocked = () => resolve("blocked")
          }),
      )
      expect(deleted).toBe("deleted")
      expect(await tab.call("read")).toBeNull()
      await tab.call("create", await tab.record())
      expect(await tab.call("read")).toMatchObject({ sid: "sid" })
    })

    test("in the middle (InvalidStateError): the step is done again, once", async () => {
      const tab = await profile.tab("a")
      const close = (times: number) => tab.page.evaluate((given) => Object.assign(lab.sabotage, { closings: given, openings: 0 }), times)
      const openings = () => tab.page.evaluate(() => lab.sabotage.openings)
      await tab.call("create", await tab.record())
      await close(1)
      expect(await tab.call("read")).toMatchObject({ sid: "sid" })
      expect(await openings()).toBe(1)
      await close(2)
      expect((await tab.timed("read")).error).toContain("InvalidStateError")
      expect(await openings()).toBe(1)
      expect(await tab.call("read")).toMatchObject({ sid: "sid" })
      expect(await tab.isStandIn(), "what has worked once is waited for").toBe(false)
    })

    test("because the site's data are cleared: its tabs are told that the session is over, and can begin another one", async () => {
      const [a, b] = [await profile.tab("a"), await profile.tab("b")]
      await a.call("create", await a.record())
      expect(await b.call("read")).not.toBeNull()
      await a.devtools.send("Storage.clearDataForOrigin", { origin: browserLab.origin, storageTypes: "all" })
      for (const tab of [a, b]) await expect.poll(() => tab.heard()).toContainEqual({ is: "ended", sid: "sid" })
      expect(await a.call("read")).toBeNull()
      await a.call("create", await a.record({ sid: "next" }))
      expect(await b.call("read")).toMatchObject({ sid: "next" })
    })
  })

  test("every step is one transaction that is on the disk before it counts", async () => {
    const tab = await profile.tab("a")
    await tab.call("create", await tab.record())
    await tab.call("acquire", "sid", 1)
    await tab.call("commit", "sid", 1, await tab.record({ generation: 2 }))
    await tab.call("end", "sid", null)
    expect(await tab.page.evaluate(() => lab.sabotage.transactions)).toEqual(Array.from({ length: 4 }, () => "readwrite strict"))
  })

  test("a full disk makes steps fail, for as long as it is full, and costs nothing that was stored", async () => {
    const tab = await profile.tab("a")
    const { origin } = browserLab
    // Before anything is stored: Chromium remembers for a while how much room there was.
    await tab.devtools.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 200_000 })
    await tab.call("create", await tab.record())
    const successor = await tab.record({ generation: 2, user: { id: "1", notes: "x".repeat(1_000_000) } })
    expect((await tab.timed("commit", "sid", 1, successor)).error).toContain("QuotaExceededError")
    expect(await tab.call("read")).toMatchObject({ generation: 1 })
    await tab.devtools.send("Storage.overrideQuotaForOrigin", { origin })
    expect(await tab.call("commit", "sid", 1, successor)).toBe("committed")
    expect(await tab.isStandIn()).toBe(false)
  })

  test("another tab that stands still in the middle of its own step makes ours fail after a while, and nobody takes that for nobody", async () => {
    const [hog, tab] = [await profile.tab("hog"), await profile.tab("a", FAST)]
    await hog.call("create", await hog.record())
    await hog.page.evaluate(() => lab.occupy(3_000))
    const { error, tookMs } = await tab.timed("read")
    expect(error).toContain("TimeoutError")
    expect(tookMs * FAST.speed).toBeGreaterThanOrEqual(10_000)
    expect((await tab.timed("read")).error).toContain("TimeoutError")
    expect(await tab.isStandIn()).toBe(false)
    await expect.poll(async () => (await tab.timed("read")).result, { timeout: 10_000 }).toMatchObject({ sid: "sid" })
  })

  test("another tab that freezes while it takes us for dead keeps us waiting for a while, and no longer", async () => {
    const [other, tab] = [await profile.tab("other"), await profile.tab("a", FAST)]
    await tab.call("create", await tab.record())
    await other.page.evaluate(
      () =>
        new Promise<void>((taken) => {
          void navigator.locks.request("sessionchart session a", () => {
            taken()
            return new Promise(() => {})
          })
        }),
    )
    const { error, tookMs } = await tab.timed("acquire", "sid", 1)
    expect(error).toContain("TimeoutError")
    expect(tookMs * FAST.speed).toBeGreaterThanOrEqual(10_000)
    await other.page.close()
    await expect.poll(async () => (await tab.timed("acquire", "sid", 1)).result, { timeout: 5_000 }).toMatchObject({ is: "leased" })
  })

  test("I10 a page that comes back by the back button hears of what it missed", async () => {
    // Chromium throws a page out of its cache when something is said to it; Safari and Firefox do not.
    const deaf = (page: Page) => page.addInitScript(() => Object.defineProperty(globalThis, "BroadcastChannel", { value: undefined }))
    const [a, b] = [await profile.tab("a"), await profile.tab("b", {}, deaf)]
    await a.call("create", await a.record())
    await b.call("read")
    const successor = await a.record({ generation: 2 })
    expect(await b.leaveAndComeBack(() => a.call("commit", "sid", 1, successor))).toBe(true)
    await expect.poll(() => b.heard()).toEqual([{ is: "granted", sid: "sid", generation: 2 }])
    expect(await b.leaveAndComeBack(() => a.call("end", "sid", null))).toBe(true)
    await expect.poll(() => b.heard()).toContainEqual({ is: "ended", sid: "sid" })
  })

  test("a tab that listens goes into the back/forward cache, too", async () => {
    const tab = await profile.tab("a")
    await tab.call("create", await tab.record())
    expect(await tab.leaveAndComeBack(async () => {})).toBe(true)
  })

  describe("an IndexedDB that cannot be had", () => {
    test("because the browser has none: memory stands in for it, with one warning", async () => {
      const tab = await profile.tab("a", {}, (page) =>
        page.addInitScript(() => Object.defineProperty(globalThis, "indexedDB", { value: undefined })),
      )
      expect(await tab.isStandIn()).toBe(false)
      expect(await tab.call("read")).toBeNull()
      expect(await tab.isStandIn()).toBe(true)
      await tab.call("create", await tab.record())
      expect(await tab.call("acquire", "sid", 1)).toMatchObject({ is: "leased" })
      expect(await tab.call("commit", "sid", 1, await tab.record({ generation: 2 }))).toBe("committed")
      expect(await tab.call("read")).toMatchObject({ generation: 2 })
      expect(await tab.warnings()).toEqual([expect.stringMatching(/^sessionchart: webStore\(\) cannot use IndexedDB \(NotSupportedError/)])
    })

    test("because the page may not (a sandboxed frame, blocked site data): memory stands in for it", async () => {
      const { page } = await profile.tab("a")
      await page.evaluate(() => {
        const frame = document.createElement("iframe")
        frame.setAttribute("sandbox", "allow-scripts")
        frame.src = "/"
        document.body.append(frame)
      })
      await expect.poll(() => page.frames().length).toBe(2)
      const frame = page.frames()[1]!
      await frame.waitForFunction(() => "lab" in globalThis)
      const found = await frame.evaluate(async () => {
        lab.connect({ holder: "framed" })
        await lab.call("framed", "create", [lab.record()])
        const { result } = await lab.call("framed", "acquire", ["sid", 1])
        return { result, isStandIn: lab.isStandIn("framed"), warnings: lab.warnings }
      })
      expect(found).toMatchObject({ result: { is: "leased" }, isStandIn: true, warnings: [expect.stringContaining("SecurityError")] })
    })

    test("because a newer version of the library has made it: memory stands in for it", async () => {
      const tab = await profile.tab("a")
      await tab.page.evaluate(
        () =>
          new Promise((resolve) => {
            indexedDB.open("sessionchart", 2).onsuccess = ({ target }) => resolve((target as IDBOpenDBRequest).result.close())
          }),
      )
      expect(await tab.call("read")).toBeNull()
      expect(await tab.isStandIn()).toBe(true)
      expect(await tab.warnings()).toEqual([expect.stringContaining("VersionError")])
    })

    const openingFails = (page: Page, name: string, ms: number) =>
      page.evaluate((given) => Object.assign(lab.sabotage.openingFails, { name: given.name, until: performance.now() + given.ms }), {
        name,
        ms,
      })

    test("because it broke after it had worked: nothing takes its place, for other tabs may be using what it holds", async () => {
      const tab = await profile.tab("a", FAST)
      await tab.call("create", await tab.record())
      await openingFails(tab.page, "SecurityError", 2_000)
      await tab.page.evaluate(() => (lab.sabotage.closings = 1))
      expect((await tab.timed("read")).error).toContain("SecurityError")
      await sleep(1_000)
      expect((await tab.timed("acquire", "sid", 1)).error).toContain("SecurityError")
      expect(await tab.isStandIn()).toBe(false)
      await expect.poll(async () => (await tab.timed("read")).result, { timeout: 5_000 }).toMatchObject({ sid: "sid" })
    })

    test("for a moment: the session waits for it", async () => {
      await (await profile.tab("before")).call("create", await (await profile.tab("maker")).record())
      const tab = await profile.tab("a")
      await openingFails(tab.page, "UnknownError", 1_500)
      expect((await tab.timed("read")).error).toContain("UnknownError")
      await expect.poll(async () => (await tab.timed("read")).result, { timeout: 4_000 }).toMatchObject({ sid: "sid" })
      expect(await tab.isStandIn()).toBe(false)
    })

    test("for longer, and never yet: memory stands in for it, and goes on so when it is back", async () => {
      const tab = await profile.tab("a", FAST)
      await openingFails(tab.page, "UnknownError", 1_500)
      expect((await tab.timed("read")).error).toContain("UnknownError")
      await expect.poll(async () => (await tab.timed("read")).result).toBeNull()
      expect(await tab.isStandIn()).toBe(true)
      await tab.call("create", await tab.record())
      await sleep(1_500)
      expect(await tab.call("read")).toMatchObject({ sid: "sid" })
      expect(await tab.stored()).toBeUndefined()
      expect(await tab.warnings()).toHaveLength(1)
    })
  })
})
