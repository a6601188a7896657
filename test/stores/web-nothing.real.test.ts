import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest"
import { LEASE_MS } from "../../src/core/store.ts"
import { executablePath, openBrowserLab, type BrowserLab, type Profile } from "./browser-lab.ts"

/** As the session of a provider connects whose refresh credential is a cookie. */
const COOKIE = { keep: "nothing", credential: "cookie" } as const
const FAST = { speed: 10 }

describe.skipIf(executablePath === undefined)('webStore({ keep: "nothing" }) in Chromium', () => {
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

  /** What a provider grants that keeps the refresh credential in a cookie. */
  const granted = { refreshToken: null, accessToken: "SECRET 1" }

  describe("with a refresh credential in a cookie", () => {
    test("I8 stores who is signed in and who may refresh, and no token, at any moment", async () => {
      const [a, b] = [await profile.tab("a", COOKIE), await profile.tab("b", COOKIE)]
      await a.call("create", await a.record({ ...granted, refreshToken: "SECRET 0" }))
      const seen = [await a.stored()]
      await a.call("acquire", "sid", 1)
      seen.push(await a.stored())
      await a.call("markSent", "sid", 1)
      seen.push(await a.stored())
      await a.call("commit", "sid", 1, await a.record({ ...granted, accessToken: "SECRET 2", generation: 2 }))
      seen.push(await a.stored())
      await b.call("acquire", "sid", 2)
      seen.push(await a.stored())
      expect(seen.map((record) => [record?.generation, record?.lease?.holder ?? null, record?.sentAt != null])).toEqual([
        [1, null, false],
        [1, "a", false],
        [1, "a", true],
        [2, null, false],
        [2, "b", false],
      ])
      expect(JSON.stringify([seen, await b.page.evaluate(() => lab.overheard)])).not.toContain("SECRET")
    })

    test("a new tab, or one that was reloaded, is signed in with a lapsed token, and gets its own by a refresh", async () => {
      const [a, b] = [await profile.tab("a", COOKIE), await profile.tab("b", COOKIE)]
      await a.call("create", await a.record(granted))
      const found = await b.call("read")
      expect(found).toMatchObject({ sid: "sid", generation: 1, user: { id: "1" }, refreshable: true, refreshToken: null, expiresAt: 0 })
      expect(await b.call("acquire", "sid", 1)).toMatchObject({ is: "leased", record: { generation: 1 } })
      expect(await b.call("commit", "sid", 1, await b.record({ ...granted, accessToken: "of b", generation: 2 }))).toBe("committed")
      expect(await b.call("read")).toMatchObject({ generation: 2, accessToken: "of b" })
      expect(await a.call("read"), "the other tab's token is as good as before").toMatchObject({ generation: 1, accessToken: "SECRET 1" })
      expect(await a.heard(), "and it is not told to refresh, too").toEqual([])
    })

    test("the next refresh of a tab is the successor of all tabs' refreshes, and its own token is never handed to it as a fresh one", async () => {
      const [a, b] = [await profile.tab("a", COOKIE), await profile.tab("b", COOKIE)]
      await a.call("create", await a.record(granted))
      await b.call("acquire", "sid", 1)
      await b.call("commit", "sid", 1, await b.record({ ...granted, accessToken: "of b", generation: 2 }))
      expect(await a.call("acquire", "sid", 1)).toMatchObject({ is: "leased", record: { generation: 2, accessToken: "SECRET 1" } })
      expect(await a.call("commit", "sid", 2, await a.record({ ...granted, accessToken: "of a", generation: 3 }))).toBe("committed")
      expect(await a.call("read")).toMatchObject({ generation: 3, accessToken: "of a", expiresAt: expect.any(Number) })
      expect(await a.stored()).toMatchObject({ generation: 3, lease: null })
    })

    test("S01 tabs refresh one at a time: a cookie that is good once is never presented twice", { timeout: 60_000 }, async () => {
      const { provider } = browserLab
      Object.assign(provider, { expects: "0", rotations: 0, refused: 0 })
      const tabs = await Promise.all(["a", "b", "c"].map((holder) => profile.tab(holder, COOKIE)))
      await tabs[0]!.call("create", await tabs[0]!.record(granted))
      const tokens = await Promise.all(tabs.map(({ page, holder }) => page.evaluate((given) => lab.rotateCookie(given, 10), holder)))
      expect(provider).toEqual({ expects: "30", rotations: 30, refused: 0 })
      expect(tokens.map((token) => token[0])).toEqual(["a", "b", "c"])
      expect(await tabs[0]!.stored()).toMatchObject({ generation: 31 })
    })

    test("S28 a tab whose cookie was refused because another tab had rotated it ends nobody's session", async () => {
      const [a, b] = [await profile.tab("a", { ...COOKIE, ...FAST }), await profile.tab("b", { ...COOKIE, ...FAST })]
      await a.call("create", await a.record(granted))
      await a.call("acquire", "sid", 1)
      await a.freeze()
      const { tookMs } = await b.timed("acquire", "sid", 1)
      expect(tookMs * FAST.speed).toBeGreaterThanOrEqual(LEASE_MS)
      await b.call("commit", "sid", 1, await b.record({ ...granted, accessToken: "of b", generation: 2 }))
      await a.thaw()
      expect(await a.call("end", "sid", 1)).toMatchObject({ is: "stale", record: { generation: 2, accessToken: "SECRET 1", expiresAt: 0 } })
      expect(await b.call("read")).toMatchObject({ accessToken: "of b" })
    })

    test("S03 a late grant is kept by the tab that got it, and takes nothing from the tab that was faster", async () => {
      const [a, b] = [await profile.tab("a", { ...COOKIE, ...FAST }), await profile.tab("b", { ...COOKIE, ...FAST })]
      await a.call("create", await a.record(granted))
      await a.call("acquire", "sid", 1)
      const late = await a.record({ ...granted, accessToken: "late", generation: 2 })
      await a.freeze()
      await b.call("acquire", "sid", 1)
      await b.call("commit", "sid", 1, await b.record({ ...granted, accessToken: "of b", generation: 2 }))
      await b.call("acquire", "sid", 2)
      await a.thaw()
      expect(await a.call("commit", "sid", 1, late)).toBe("committed")
      expect(await a.call("read")).toMatchObject({ accessToken: "late", generation: 2 })
      expect(await b.call("read")).toMatchObject({ accessToken: "of b" })
      expect(await a.stored()).toMatchObject({ generation: 2, lease: { holder: "b" } })
    })

    test("I10 login and logout count for all tabs, and a late grant brings nobody back", async () => {
      const [a, b] = [await profile.tab("a", COOKIE), await profile.tab("b", COOKIE)]
      await a.call("create", await a.record(granted))
      await a.call("acquire", "sid", 1)
      expect(await b.call("end", "sid", null)).toMatchObject({ is: "ended", record: { lease: { holder: "a" } } })
      expect(await a.call("commit", "sid", 1, await a.record({ ...granted, generation: 2 }))).toBe("gone")
      expect(await a.call("read")).toBeNull()
      await b.call("create", await b.record({ ...granted, sid: "next" }))
      await expect
        .poll(() => a.heard())
        .toEqual([
          { is: "ended", sid: "sid" },
          { is: "granted", sid: "next", generation: 1 },
        ])
      expect(await a.call("read")).toMatchObject({ sid: "next", expiresAt: 0 })
      expect(await a.call("acquire", "sid", 1)).toMatchObject({ is: "gone", record: { sid: "next" } })
    })
  })

  describe("with a refresh credential that script holds", () => {
    test("each tab is signed in for itself, nothing is stored, and a reload is nobody", async () => {
      const [a, b] = [await profile.tab("a", { keep: "nothing", credential: "body" }), await profile.tab("b", { keep: "nothing" })]
      await a.call("create", await a.record())
      expect(await a.call("acquire", "sid", 1)).toMatchObject({ is: "leased" })
      expect(await a.call("commit", "sid", 1, await a.record({ generation: 2 }))).toBe("committed")
      expect(await a.call("read")).toMatchObject({ generation: 2, refreshToken: "the refresh token" })
      expect(await b.call("read")).toBeNull()
      expect(await a.stored()).toBeUndefined()
      expect(await b.heard()).toEqual([])
      await a.page.reload()
      await a.page.waitForFunction(() => "lab" in globalThis)
      await a.page.evaluate(() => lab.connect({ holder: "a", keep: "nothing", credential: "body" }))
      expect(await a.call("read")).toBeNull()
    })

    test("what the app stored while it kept all is deleted", async () => {
      const before = await profile.tab("before")
      await before.call("create", await before.record())
      const after = await profile.tab("after", { keep: "nothing", credential: "body" })
      expect(await after.call("read")).toBeNull()
      expect(await before.stored()).toBeUndefined()
    })
  })
})
