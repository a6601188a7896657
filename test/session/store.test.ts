import { describe, expect, test } from "vitest"
import { StoreUnavailableError } from "../../src/index.ts"
import { readRecord, type SessionRecord } from "../../src/core/record.ts"
import type { Session } from "../../src/index.ts"
import { DAY, HOUR, MINUTE, refreshRequests, SECOND, setting, signedIn, watched } from "./setting.ts"
import { EVERYTHING, troubled } from "./troubled.ts"

const LAPSES = 15 * MINUTE

/** What a session tells of its health, in order. */
function healthOf(session: Session<unknown, unknown>): unknown[] {
  const told: unknown[] = []
  session.on("degraded", ({ why }) => told.push(why))
  session.on("recovered", () => told.push("recovered"))
  session.on("ended", ({ reason }) => told.push(`ended: ${reason}`))
  return told
}

describe("S33 a store that cannot be read", () => {
  test("is waited for, and never read as nobody", async () => {
    const { store, inner, fail, heal, calls } = troubled()
    const { clock, session, holder } = await signedIn("geins", { store: inner })
    session.stop()
    fail("read")
    const reloaded = holder({ store })
    const told = healthOf(reloaded)
    const ready = watched(reloaded.ready())
    for (let minutes = 0; minutes < 10; minutes++) {
      await clock.advance(MINUTE)
      expect(reloaded.getSnapshot()).toMatchObject({ status: "restoring", authenticated: false, reason: null, degraded: "store" })
    }
    expect(reloaded.getSnapshot().error).toBeInstanceOf(StoreUnavailableError)
    expect(reloaded.getSnapshot().error?.message).toContain("troubled")
    expect(ready.is).toBe("pending")
    expect(calls.length).toBeLessThan(60)
    heal()
    await clock.advance(MINUTE)
    expect(ready.value).toMatchObject({ status: "active", sid: session.getSnapshot().sid, degraded: null, error: null })
    expect(told).toEqual(["store", "recovered"])
  })

  test("and then turns out to hold nobody, is nobody", async () => {
    const { store, fail } = troubled()
    fail("read", { times: 2 })
    const { clock, session } = setting("geins", { store })
    const ready = watched(session.ready())
    await clock.advance(MINUTE)
    expect(ready.value).toMatchObject({ status: "unauthenticated", degraded: null, error: null })
  })

  test("lets a user log in all the same, and has that session as soon as it can", async () => {
    const { store, fail, heal } = troubled()
    fail(EVERYTHING)
    const { clock, emulator, session, inStore } = setting("geins", { store })
    const told = healthOf(session)
    await clock.settle()
    expect(await session.login(emulator.credentials)).toMatchObject({ status: "active", usable: true, degraded: "store" })
    expect((await session.fetch("/resource")).status).toBe(200)
    heal()
    await clock.advance(MINUTE)
    expect(await inStore()).toMatchObject({ sid: session.getSnapshot().sid, generation: 1 })
    expect(session.getSnapshot()).toMatchObject({ degraded: null })
    expect(told).toEqual(["store", "recovered"])
  })

  test("I10 is told of a logout as soon as it can be, and the provider too", async () => {
    const { store, inner, fail, heal } = troubled()
    const { clock, emulator, session, holder, inStore } = await signedIn("geins", { store: inner })
    session.stop()
    fail(EVERYTHING)
    const reloaded = holder({ store })
    await clock.advance(SECOND)
    const loggingOut = watched(reloaded.logout())
    expect(reloaded.getSnapshot()).toMatchObject({ status: "loggedOut", reason: "user" })
    await clock.advance(SECOND)
    heal()
    await clock.advance(MINUTE)
    expect(loggingOut.value).toEqual({ revoked: true })
    expect(await inStore()).toBeNull()
    expect(emulator.ledger.signedIn()).toEqual([])
  })
})

describe("S33 a store that cannot be written when a session begins", () => {
  test.each(["login", "accept"] as const)("(%s) does not stop it: it is used, and stored later", async (how) => {
    const { store, fail, heal } = troubled()
    fail("create")
    const { clock, emulator, session, inStore } = setting(how === "login" ? "unisouk" : "vault", { store })
    const told = healthOf(session)
    const begun = how === "login" ? await session.login(emulator.credentials) : await session.accept(await emulator.mint())
    expect(begun).toMatchObject({ status: "active", usable: true, degraded: "store" })
    expect(await inStore()).toBeNull()
    await clock.advance(MINUTE)
    heal()
    await clock.advance(MINUTE)
    expect(await inStore()).toMatchObject({ sid: begun.sid, generation: 1 })
    expect(told).toEqual(["store", "recovered"])
  })

  test("does not overwrite a session that another holder has begun later", async () => {
    const { store, inner, fail, heal } = troubled(undefined, { isDeaf: true })
    fail("create")
    const { clock, emulator, session, holder, inStore } = setting("vault", { store })
    await session.accept(await emulator.mint())
    await clock.advance(SECOND)
    const later = await holder({ store: inner }).accept(await emulator.mint({ user: 1 }))
    heal()
    await clock.advance(5 * MINUTE)
    expect(await inStore()).toMatchObject({ sid: later.sid })
    expect(session.getSnapshot()).toMatchObject({ sid: later.sid, degraded: null })
  })

  test("and is slow when it comes back, does not let the session that it stores late displace a newer one", async () => {
    const { store, fail, heal } = troubled()
    fail("create")
    const { clock, emulator, session, inStore } = setting("vault", { store })
    await session.accept(await emulator.mint())
    let land = () => {}
    fail("create", { trouble: { until: new Promise<void>((resolve) => (land = resolve)) } })
    await clock.advance(MINUTE)
    heal()
    const newer = await session.accept(await emulator.mint({ user: 1 }))
    land()
    await clock.advance(MINUTE)
    expect(await inStore()).toMatchObject({ sid: newer.sid })
    expect(session.getSnapshot()).toMatchObject({ sid: newer.sid, degraded: null })
  })

  test("is told of as recovered once a refresh has stored it, though the refresh itself goes on", async () => {
    const { store, fail, heal } = troubled()
    fail("create")
    const { clock, emulator, session, inStore } = setting("vault", { store })
    const { sid } = await session.accept(await emulator.mint())
    emulator.fail({ on: "refresh", with: "hang", times: Infinity })
    heal()
    void session.refresh().catch(() => {})
    await clock.settle()
    expect(await inStore()).toMatchObject({ sid, generation: 1 })
    await clock.advance(2 * SECOND)
    expect(session.getSnapshot()).toMatchObject({ status: "refreshing", degraded: null })
  })

  test("does not keep its logout from the provider", async () => {
    const { store, fail } = troubled()
    fail("create")
    const { emulator, session } = setting("geins", { store })
    await session.login(emulator.credentials)
    expect(await session.logout()).toEqual({ revoked: true })
    expect(emulator.ledger.signedIn()).toEqual([])
  })

  test("is not written after that session has ended", async () => {
    const { store, fail, heal } = troubled()
    fail("create")
    const { clock, emulator, session, inStore } = setting("vault", { store })
    await session.accept(await emulator.mint())
    await session.logout()
    heal()
    await clock.advance(5 * MINUTE)
    expect(await inStore()).toBeNull()
    expect(session.getSnapshot()).toMatchObject({ status: "loggedOut", reason: "user" })
  })
})

describe("S33 a store that fails before a refresh is sent", () => {
  test.each(["acquire", "markSent"] as const)(
    "(%s): nothing is sent, nobody is logged out, and it goes on when the store is back",
    async (method) => {
      const { store, fail, heal } = troubled()
      const { clock, emulator, session } = await signedIn("vault", { store })
      const told = healthOf(session)
      fail(method)
      const error = await session.refresh().catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(StoreUnavailableError)
      expect(error).toMatchObject({ code: "store_unavailable" })
      expect(session.getSnapshot()).toMatchObject({ status: "refreshing", authenticated: true, usable: true, degraded: "store" })
      expect(session.getSnapshot().error).toBe(error)
      await clock.advance(10 * MINUTE)
      expect(refreshRequests(emulator)).toBe(0)
      expect((await session.fetch("/resource")).status).toBe(200)
      heal()
      await clock.advance(MINUTE)
      expect(session.getSnapshot()).toMatchObject({ status: "active", generation: 2, degraded: null, error: null })
      expect(told).toEqual(["store", "recovered"])
    },
  )

  test("for longer than the token lives makes requests wait, and they learn why", async () => {
    const { store, fail, heal } = troubled()
    const { clock, emulator, session } = await signedIn("vault", { store, keepAlive: "always" })
    fail("acquire")
    await clock.advance(LAPSES + HOUR)
    const request = watched(session.fetch("/resource"))
    await clock.advance(30 * SECOND)
    expect(request.error).toBeInstanceOf(StoreUnavailableError)
    expect(request.error).toBe(session.getSnapshot().error)
    heal()
    expect((await session.refresh()).generation).toBe(2)
    expect(emulator.stats).toMatchObject({ refreshes: 1, reused: 0 })
  })
})

describe("S33 a store that fails after a refresh was sent", () => {
  test("at commit: the grant is used after 5 s, degraded, and stored later", async () => {
    const { store, fail, heal } = troubled()
    const { clock, emulator, session, inStore } = await signedIn("vault", { store })
    const told = healthOf(session)
    fail("commit")
    const refreshing = watched(session.refresh())
    await clock.advance(4 * SECOND)
    expect(refreshing.is).toBe("pending")
    expect(session.getSnapshot()).toMatchObject({ status: "refreshing", usable: true, generation: 1 })
    await clock.advance(2 * SECOND)
    expect(refreshing.value).toMatchObject({ status: "active", generation: 2, usable: true, degraded: "store" })
    expect((await session.fetch("/resource")).status).toBe(200)
    expect(await inStore()).toMatchObject({ generation: 1 })
    await clock.advance(5 * MINUTE)
    heal()
    await clock.advance(MINUTE)
    expect(await inStore()).toMatchObject({ generation: 2, lease: null, sentAt: null })
    expect(session.getSnapshot()).toMatchObject({ status: "active", generation: 2, degraded: null })
    expect(told).toEqual(["store", "recovered"])
    expect(refreshRequests(emulator)).toBe(1)
  })

  test("at commit, for a moment: nobody notices", async () => {
    const { store, fail } = troubled()
    const { clock, session } = await signedIn("vault", { store })
    const told = healthOf(session)
    fail("commit", { times: 3 })
    const refreshing = watched(session.refresh())
    await clock.advance(SECOND)
    expect(refreshing.value).toMatchObject({ generation: 2, degraded: null })
    expect(told).toEqual([])
  })

  test("at commit, though it did what it was asked: its own record is no stranger's", async () => {
    const { store, fail } = troubled()
    const { clock, session, inStore } = await signedIn("vault", { store })
    fail("commit", { trouble: "does it and rejects", times: 1 })
    const refreshing = watched(session.refresh())
    await clock.advance(SECOND)
    expect(refreshing.value).toMatchObject({ generation: 2, degraded: null })
    expect((await inStore())?.accessToken).toBe(await session.accessToken())
  })

  test("I11 until the grant is stored, no refresh spends it, and no older record takes its place", async () => {
    const { store, fail, heal } = troubled()
    const { clock, emulator, session, inStore } = await signedIn("vault", { store, keepAlive: "always" })
    fail("commit")
    const refreshing = watched(session.refresh())
    await clock.advance(6 * SECOND)
    expect(refreshing.value).toMatchObject({ generation: 2 })
    await expect(session.refresh()).rejects.toBeInstanceOf(StoreUnavailableError)
    await clock.advance(HOUR)
    expect(session.getSnapshot()).toMatchObject({ authenticated: true, generation: 2, degraded: "store" })
    expect(refreshRequests(emulator)).toBe(1)
    heal()
    await clock.advance(2 * MINUTE)
    expect(session.getSnapshot()).toMatchObject({ status: "active", usable: true, degraded: null })
    expect((await inStore())?.generation).toBe(session.getSnapshot().generation)
    expect(emulator.stats).toMatchObject({ reused: 0 })
  })

  test("S27 at commit, and the session is ended elsewhere meanwhile: the record does not come back, and the session ends here, too", async () => {
    const { store, inner, fail, heal } = troubled(undefined, { isDeaf: true })
    const { clock, emulator, session, holder, inStore } = await signedIn("geins", { store })
    fail("commit")
    const refreshing = watched(session.refresh())
    await clock.advance(6 * SECOND)
    expect(refreshing.value).toMatchObject({ degraded: "store" })
    await holder({ store: inner }).logout()
    await clock.settle()
    heal()
    await clock.advance(MINUTE)
    expect(await inStore()).toBeNull()
    expect(session.getSnapshot()).toMatchObject({ status: "loggedOut", reason: "elsewhere" })
    expect(emulator.stats.reused).toBe(0)
  })

  test.each(["clearSent", "release", "renew"] as const)("at %s costs nothing but the rest of the lease", async (method) => {
    const { store, fail } = troubled()
    const { clock, emulator, session } = await signedIn("vault", { store })
    fail(method)
    emulator.fail({ on: "refresh", with: 503, times: 2 })
    await expect(session.refresh()).rejects.toMatchObject({ code: "refresh_unavailable" })
    await clock.advance(MINUTE)
    expect(session.getSnapshot()).toMatchObject({ status: "active", generation: 2, degraded: null })
    expect(emulator.stats).toMatchObject({ refreshes: 1, reused: 0 })
  })

  test("at the end that a refusal asks for: the session ends when the store can be read again", async () => {
    const { store, fail, heal } = troubled()
    const { clock, emulator, session, inStore } = await signedIn("vault", { store })
    emulator.revokeSession()
    fail("end")
    await expect(session.refresh()).rejects.toBeInstanceOf(StoreUnavailableError)
    expect(session.getSnapshot()).toMatchObject({ authenticated: true, degraded: "store" })
    heal()
    await clock.advance(MINUTE)
    expect(session.getSnapshot()).toMatchObject({ status: "loggedOut", reason: "refreshTokenExpired" })
    expect(await inStore()).toBeNull()
  })
})

describe("I10 a store that fails at logout", () => {
  test("does not keep the user signed in here, and has the record deleted when it is back", async () => {
    const { store, fail, heal } = troubled()
    const { clock, emulator, session, inStore } = await signedIn("geins", { store })
    fail("end")
    const loggingOut = watched(session.logout())
    expect(session.getSnapshot()).toMatchObject({ status: "loggedOut", reason: "user", error: null })
    await clock.advance(SECOND)
    expect(session.getSnapshot()).toMatchObject({ status: "loggedOut", reason: "user" })
    heal()
    await clock.advance(MINUTE)
    expect(loggingOut.value).toEqual({ revoked: true })
    expect(await inStore()).toBeNull()
    expect(emulator.ledger.signedIn()).toEqual([])
  })

  test("for good does not keep logout() and the provider waiting for good", async () => {
    const { store, fail } = troubled()
    const { clock, emulator, session } = await signedIn("geins", { store })
    fail(EVERYTHING)
    const loggingOut = watched(session.logout())
    await clock.advance(5 * MINUTE)
    expect(loggingOut.value).toEqual({ revoked: true })
    expect(emulator.ledger.signedIn()).toEqual([])
    expect(session.getSnapshot()).toMatchObject({ status: "loggedOut", reason: "user" })
  })

  test("for minutes has the record deleted all the same, so that a reload does not sign the user in again", async () => {
    const { store, fail, heal } = troubled()
    const { clock, session, holder, inStore } = await signedIn("vault", { store })
    fail(EVERYTHING)
    void session.logout()
    await clock.advance(10 * MINUTE)
    heal()
    await clock.advance(2 * MINUTE)
    expect(await inStore()).toBeNull()
    expect(await holder().ready()).toMatchObject({ authenticated: false })
  })

  test("is not undone by a refresh of another holder, which knows nothing of it yet", async () => {
    const { store, inner, fail, heal } = troubled()
    const { clock, session, holder, inStore } = await signedIn("vault", { store })
    const other = holder({ store: inner })
    await other.ready()
    fail("end")
    void session.logout()
    await clock.settle()
    await other.refresh()
    await clock.settle()
    expect(session.getSnapshot()).toMatchObject({ status: "loggedOut", reason: "user" })
    heal()
    await clock.advance(MINUTE)
    expect(await inStore()).toBeNull()
    expect(other.getSnapshot()).toMatchObject({ status: "loggedOut", reason: "elsewhere" })
    expect(session.getSnapshot()).toMatchObject({ status: "loggedOut", reason: "user" })
  })
})

describe("a record", () => {
  const good: SessionRecord = {
    v: 1,
    sid: "sid",
    generation: 3,
    accessToken: "access",
    refreshToken: "refresh",
    refreshable: true,
    issuedAt: 1,
    expiresAt: 2,
    windowEndsAt: null,
    skewMs: 0,
    user: { id: "1" },
    startedAt: 1,
    usedAt: 1,
    notBefore: null,
    sentAt: null,
    lease: null,
  }

  test("that we wrote is read as it is", () => {
    expect(readRecord(good)).toBe(good)
    const other = {
      ...good,
      refreshToken: null,
      expiresAt: null,
      windowEndsAt: DAY,
      skewMs: -5,
      user: null,
      notBefore: 7,
      sentAt: 8,
      lease: { holder: "one", until: 9 },
    }
    expect(readRecord(JSON.parse(JSON.stringify(other)))).toEqual(other)
  })

  test.each([null, undefined, "", "{}", 7, [], {}, true, () => {}])("that is none (%s) is set aside", (stored) => {
    expect(readRecord(stored)).toBeNull()
  })

  test.each([
    { v: 2 },
    { v: "1" },
    { v: undefined },
    { sid: "" },
    { sid: 7 },
    { generation: 0 },
    { generation: 1.5 },
    { generation: "1" },
    { accessToken: "" },
    { accessToken: null },
    { refreshToken: 7 },
    { refreshToken: undefined },
    { refreshable: "yes" },
    { issuedAt: null },
    { issuedAt: NaN },
    { skewMs: Infinity },
    { startedAt: "now" },
    { expiresAt: NaN },
    { expiresAt: "soon" },
    { expiresAt: undefined },
    { windowEndsAt: {} },
    { notBefore: "later" },
    { sentAt: false },
    { lease: "mine" },
    { lease: {} },
    { lease: { holder: "one", until: NaN } },
    { lease: { holder: 7, until: 9 } },
    { lease: undefined },
  ])("that somebody has spoilt (%j) is set aside, not thrown at the user", (spoilt) => {
    expect(readRecord({ ...good, ...spoilt })).toBeNull()
  })
})
