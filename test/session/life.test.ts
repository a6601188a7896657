import { describe, expect, test } from "vitest"
import { NotAuthenticatedError, SessionEndedError } from "../../src/index.ts"
import type { KeepAlive } from "../../src/index.ts"
import { MINUTE, PROVIDERS, refreshRequests, setting, signedIn } from "./setting.ts"

/** Tokens of these tests live for 900 s, so the lead time is a minute. */
const LEAD_BEGINS = 14 * MINUTE
const LAPSES = 15 * MINUTE

const DOCUMENTS_LOGOUT = ["geins", "unisouk", "commerce-engine", "oauth2"]

/** The user that a login's, or a handed-over, reply carries; these providers' replies carry none. */
const CARRY_NO_USER = ["geins", "vault", "oauth2"]

describe.each(PROVIDERS)("a session at %s", (name) => {
  test("begins active, with the facts of its grant", async () => {
    const { clock, session, signIn, inStore } = setting(name)
    const snapshot = await signIn(session)
    expect(snapshot).toMatchObject({
      status: "active",
      authenticated: true,
      usable: true,
      generation: 1,
      expiresAt: clock.now() + LAPSES,
      reason: null,
      error: null,
      degraded: null,
    })
    expect(snapshot.sid).toMatch(/^[\w-]{22}$/)
    expect(snapshot.user).toEqual(CARRY_NO_USER.includes(name) ? null : expect.objectContaining({ email: "ada@example.com" }))
    expect(session.getSnapshot()).toBe(snapshot)
    expect(await inStore()).toMatchObject({ sid: snapshot.sid, generation: 1, lease: null, sentAt: null })
  })

  test("is refreshed when its lead time begins, if it was used since its last grant", async () => {
    const { clock, emulator, session } = await signedIn(name)
    session.touch()
    await clock.advance(LEAD_BEGINS - 1)
    expect(refreshRequests(emulator)).toBe(0)
    await clock.advance(1)
    expect(emulator.stats).toMatchObject({ refreshes: 1, reused: 0 })
    expect(session.getSnapshot()).toMatchObject({
      status: "active",
      generation: 2,
      usable: true,
      expiresAt: clock.now() + LAPSES,
      degraded: null,
    })
    await clock.advance(LEAD_BEGINS)
    expect(refreshRequests(emulator)).toBe(1)
  })

  test("has a lead time of a tenth of its token's life where that is less than a minute", async () => {
    const { clock, emulator, session } = await signedIn(name, { emulator: { accessTokenTtlS: 120 } })
    session.touch()
    await clock.advance(107_999)
    expect(refreshRequests(emulator)).toBe(0)
    await clock.advance(1)
    expect(refreshRequests(emulator)).toBe(1)
  })

  test("is not refreshed while nobody uses it, and then at the next use, which goes out at once", async () => {
    const { clock, emulator, session } = await signedIn(name)
    await clock.advance(LEAD_BEGINS + 30_000)
    expect(session.getSnapshot()).toMatchObject({ status: "expiring", usable: true, generation: 1 })
    expect(refreshRequests(emulator)).toBe(0)
    expect((await session.fetch("/resource")).status).toBe(200)
    await clock.settle()
    expect(emulator.stats).toMatchObject({ refreshes: 1, reused: 0 })
    expect(session.getSnapshot()).toMatchObject({ status: "active", generation: 2 })
  })

  test("lapses while nobody uses it, and the next request waits for one refresh", async () => {
    const { clock, emulator, session } = await signedIn(name)
    await clock.advance(3 * LAPSES)
    expect(session.getSnapshot()).toMatchObject({ status: "expiring", authenticated: true, usable: false })
    const answers = await Promise.all([session.fetch("/resource"), session.fetch("/resource"), session.accessToken()])
    expect(answers.slice(0, 2).map((answer) => (answer as Response).status)).toEqual([200, 200])
    expect(emulator.stats).toMatchObject({ refreshes: 1, unauthorized: 0, reused: 0 })
  })

  test("is refreshed in every lead time if it is kept alive always", async () => {
    const { clock, emulator, session } = await signedIn(name, { keepAlive: "always" })
    await clock.advance(4 * LEAD_BEGINS)
    expect(emulator.stats).toMatchObject({ refreshes: 4, reused: 0 })
    expect(session.getSnapshot()).toMatchObject({ status: "active", generation: 5 })
  })

  test("is refreshed on demand only when a request cannot do without", async () => {
    const { clock, emulator, session } = await signedIn(name, { keepAlive: "on-demand" })
    await clock.advance(LEAD_BEGINS)
    session.touch()
    expect((await session.fetch("/resource")).status).toBe(200)
    await clock.advance(MINUTE)
    session.touch()
    await clock.settle()
    expect(refreshRequests(emulator)).toBe(0)
    expect(session.getSnapshot()).toMatchObject({ status: "expiring", usable: false })
    expect((await session.fetch("/resource")).status).toBe(200)
    expect(emulator.stats).toMatchObject({ refreshes: 1, unauthorized: 0 })
  })

  test("answers a 401 with one refresh, however many requests meet it", async () => {
    const { emulator, session } = await signedIn(name)
    emulator.revokeAccessToken()
    const answers = await Promise.all(Array.from({ length: 10 }, () => session.fetch("/resource")))
    expect(answers.every(({ ok }) => ok)).toBe(true)
    expect(emulator.stats).toMatchObject({ refreshes: 1, reused: 0 })
    expect(session.getSnapshot()).toMatchObject({ status: "active", generation: 2 })
  })

  test("is refreshed by refresh(), once for all who ask at the same time", async () => {
    const { emulator, session } = await signedIn(name)
    const snapshots = await Promise.all([session.refresh(), session.refresh(), session.refresh()])
    expect(snapshots.map(({ generation }) => generation)).toEqual([2, 2, 2])
    expect(emulator.stats).toMatchObject({ refreshes: 1, reused: 0 })
  })

  test("ends by logout: here at once, in the store, and at the provider where it documents that", async () => {
    const { emulator, session, inStore } = await signedIn(name)
    const loggingOut = session.logout()
    expect(session.getSnapshot()).toMatchObject({
      status: "loggedOut",
      reason: "user",
      error: null,
      user: null,
      sid: null,
      expiresAt: null,
    })
    const isDocumented = DOCUMENTS_LOGOUT.includes(name)
    expect(await loggingOut).toEqual({ revoked: isDocumented })
    expect(emulator.ledger.signedIn()).toHaveLength(isDocumented ? 0 : 1)
    expect(emulator.stats.logouts).toBe(isDocumented ? 1 : 0)
    expect(await inStore()).toBeNull()
    await expect(session.fetch("/resource")).rejects.toMatchObject({ code: "session_ended", reason: "user" })
    expect(emulator.stats.requests).toBe(0)
  })

  test("ends by the provider's refusal, whose rule gives the reason", async () => {
    const { clock, emulator, session, inStore } = await signedIn(name)
    emulator.revokeSession()
    const error = await session.refresh().catch((thrown: unknown) => thrown)
    const reason = name === "menu" ? "tokenRefused" : "refreshTokenExpired"
    expect(error).toBeInstanceOf(SessionEndedError)
    expect(error).toMatchObject({ code: "session_ended", reason })
    expect(session.getSnapshot()).toMatchObject({ status: "loggedOut", reason, error })
    expect(session.getSnapshot().error).toBe(error)
    expect(await inStore()).toBeNull()
    expect(refreshRequests(emulator)).toBe(1)
    expect(clock.pending).toBe(0)
  })

  test("S07 is restored from its store, lapsed, and refreshed at once: creating it counts as use", async () => {
    const { clock, emulator, session, holder } = await signedIn(name)
    session.stop()
    await clock.advance(2 * LAPSES)
    const reloaded = holder()
    await reloaded.ready()
    await clock.settle()
    expect(reloaded.getSnapshot()).toMatchObject({ status: "active", generation: 2, usable: true })
    expect(emulator.stats).toMatchObject({ refreshes: 1, reused: 0 })
  })

  test("can be begun again after its end, with another sid", async () => {
    const { session, signIn } = await signedIn(name)
    const { sid } = session.getSnapshot()
    await session.logout()
    const again = await signIn(session, 1)
    expect(again).toMatchObject({ status: "active", reason: null, generation: 1 })
    expect(again.sid).not.toBe(sid)
    expect((await session.fetch("/resource")).status).toBe(200)
  })
})

describe("a session without a refresh credential", () => {
  test.each(["vault", "oauth2"] as const)("ends at %s when its access token does, and says beforehand when that is", async (name) => {
    const { clock, emulator, session, inStore } = setting(name)
    const { access_token: accessToken } = (await (await emulator.mint()).json()) as { access_token: string }
    await session.accept({ accessToken, expiresAt: clock.now() + LAPSES })
    expect(session.getSnapshot()).toMatchObject({ endsAt: clock.now() + LAPSES, endsBy: "expiry" })
    await expect(session.refresh()).rejects.toMatchObject({ code: "refresh_unavailable" })
    session.touch()
    await clock.advance(LEAD_BEGINS)
    expect((await session.fetch("/resource")).status).toBe(200)
    expect(session.getSnapshot()).toMatchObject({ status: "expiring", usable: true, error: null })
    await clock.advance(MINUTE)
    expect(session.getSnapshot()).toMatchObject({ status: "loggedOut", reason: "expired" })
    await clock.settle()
    expect(emulator.log.map(({ on }) => on)).toEqual(["resource"])
    expect(await inStore()).toBeNull()
  })

  test("hands a 401 to its caller", async () => {
    const { emulator, session } = setting("vault")
    const { access_token: accessToken } = (await (await emulator.mint()).json()) as { access_token: string }
    await session.accept({ accessToken })
    emulator.revokeAccessToken()
    expect((await session.fetch("/resource")).status).toBe(401)
    expect(session.getSnapshot()).toMatchObject({ status: "active", usable: true })
    expect(refreshRequests(emulator)).toBe(0)
  })
})

describe("the user", () => {
  test.each(["unisouk", "menu"] as const)(
    "at %s keeps its identity while replies say the same, and is the new one when they do not",
    async (name) => {
      const { emulator, session } = await signedIn(name)
      const { user } = session.getSnapshot()
      await session.refresh()
      expect(session.getSnapshot().user).toBe(user)
      emulator.fail({
        on: "refresh",
        with: async (_, answer) => {
          const response = await answer()
          return new Response((await response.text()).replaceAll("ada@example.com", "lovelace@example.com"), response)
        },
      })
      await session.refresh()
      expect(session.getSnapshot().user).toMatchObject({ email: "lovelace@example.com" })
    },
  )

  test("at Commerce Engine comes with the login and stays through refreshes that do not mention it", async () => {
    const { session } = await signedIn("commerce-engine")
    const { user } = session.getSnapshot()
    expect(user).toMatchObject({ email: "ada@example.com", is_anonymous: false })
    await session.refresh()
    expect(session.getSnapshot().user).toBe(user)
  })

  test("handed over with tokens is the session's, also after a refresh and a reload", async () => {
    const { emulator, session, holder } = setting("oauth2")
    const { access_token: accessToken, refresh_token: refreshToken } = (await (await emulator.mint()).json()) as Record<string, string>
    await session.accept({ accessToken: accessToken!, refreshToken: refreshToken!, user: { id: "user-1", email: "ada@example.com" } })
    await session.refresh()
    expect(session.getSnapshot().user).toEqual({ id: "user-1", email: "ada@example.com" })
    expect((await holder().ready()).user).toEqual({ id: "user-1", email: "ada@example.com" })
  })
})

describe("a logout", () => {
  test("at Commerce Engine goes on with the anonymous user that its reply yields, if that is wanted", async () => {
    const { emulator, session, inStore } = await signedIn("commerce-engine", { options: { afterLogout: "anonymous" } })
    const { sid } = session.getSnapshot()
    expect(await session.logout()).toEqual({ revoked: true })
    expect(session.getSnapshot()).toMatchObject({ status: "active", user: { is_anonymous: true }, generation: 1, reason: null })
    expect(session.getSnapshot().sid).not.toBe(sid)
    expect(emulator.ledger.signedIn()).toEqual([])
    expect(await inStore()).toMatchObject({ sid: session.getSnapshot().sid })
    await session.refresh()
    expect((await session.fetch("/resource")).status).toBe(200)
  })

  test("at Commerce Engine does not go on with an anonymous user when somebody has logged in meanwhile", async () => {
    const { emulator, session, signIn } = await signedIn("commerce-engine", { options: { afterLogout: "anonymous" } })
    const loggingOut = session.logout()
    await signIn(session, 1)
    await loggingOut
    expect(session.getSnapshot()).toMatchObject({ status: "active", user: { email: "grace@example.com" } })
    expect(emulator.ledger.signedIn()).toHaveLength(1)
  })

  test.each(["unisouk", "commerce-engine"] as const)(
    "at %s with a lapsed bearer refreshes once first, so that it is really over",
    async (name) => {
      const { clock, emulator, session, inStore } = await signedIn(name)
      await clock.advance(LAPSES)
      expect(await session.logout()).toEqual({ revoked: true })
      expect(emulator.log.map(({ on }) => on).slice(-2)).toEqual(["refresh", "logout"])
      expect(emulator.ledger.signedIn()).toEqual([])
      expect(await inStore()).toBeNull()
      expect(session.getSnapshot()).toMatchObject({ status: "loggedOut", reason: "user" })
    },
  )

  test.each(["geins", "oauth2"] as const)("at %s with a lapsed access token needs no refresh", async (name) => {
    const { clock, emulator, session } = await signedIn(name)
    await clock.advance(LAPSES)
    expect(await session.logout()).toEqual({ revoked: true })
    expect(refreshRequests(emulator)).toBe(0)
    expect(emulator.ledger.signedIn()).toEqual([])
  })

  test("at MENU tells the provider where a path for it is given", async () => {
    const { emulator, session } = await signedIn("menu", { options: { logoutPath: "/api/customers/logout" } })
    expect(await session.logout()).toEqual({ revoked: true })
    expect(emulator.ledger.signedIn()).toEqual([])
  })

  test.each([503, "network", 401, { status: 200, html: true }] as const)(
    "that the provider answers with %j is final here all the same",
    async (fault) => {
      const { emulator, session, inStore } = await signedIn("geins")
      emulator.fail({ on: "logout", with: fault })
      const { revoked } = await session.logout()
      expect(revoked).toBe(typeof fault === "object")
      expect(session.getSnapshot()).toMatchObject({ status: "loggedOut", reason: "user", error: null })
      expect(await inStore()).toBeNull()
    },
  )
})

describe("both readings of a document that contradicts itself", () => {
  test.each([true, false])(
    "Geins: with a new refresh header (%s) or without, the next refresh presents the right one",
    async (newRefreshToken) => {
      const { emulator, session } = await signedIn("geins", { emulator: { switches: { newRefreshToken } } })
      await session.refresh()
      await session.refresh()
      expect(emulator.stats).toMatchObject({ refreshes: 2, reused: 0 })
      const presented = emulator.log.filter(({ on }) => on === "refresh").map(({ credential }) => credential)
      expect(new Set(presented).size).toBe(newRefreshToken ? 2 : 1)
    },
  )

  test("Geins: the window of 7 days slides with each new refresh token, and not without one", async () => {
    const ends = async (newRefreshToken: boolean) => {
      const { clock, session } = await signedIn("geins", { emulator: { switches: { newRefreshToken } } })
      const begun = clock.now()
      await clock.advance(10 * MINUTE)
      await session.refresh()
      return (session.getSnapshot().endsAt! - begun) / MINUTE
    }
    expect(await ends(true)).toBe(7 * 24 * 60 + 10)
    expect(await ends(false)).toBe(7 * 24 * 60)
  })

  test.each([400, 401] as const)("Geins: a refusal by %s ends the session", async (refusalStatus) => {
    const { emulator, session } = await signedIn("geins", { emulator: { switches: { refusalStatus } } })
    emulator.revokeSession()
    await expect(session.refresh()).rejects.toMatchObject({ reason: refusalStatus === 401 ? "refreshTokenExpired" : "refreshRefused" })
  })

  test.each(["minutes", "seconds"] as const)("MENU: a ttl in %s does not matter where the token can be read", async (ttlUnit) => {
    const { clock, emulator, session } = await signedIn("menu", { emulator: { switches: { ttlUnit } }, keepAlive: "always" })
    expect(session.getSnapshot().expiresAt).toBe(clock.now() + LAPSES)
    await clock.advance(4 * LAPSES)
    expect(emulator.stats).toMatchObject({ refreshes: 4, reused: 0 })
  })

  test.each([
    ["minutes", 0],
    ["seconds", 1],
  ] as const)("MENU: an opaque token with a ttl in %s costs at most a 401 and a replay", async (ttlUnit, unauthorized) => {
    const { clock, emulator, session } = await signedIn("menu", { emulator: { switches: { jwt: false, ttlUnit } } })
    await clock.advance(LAPSES + MINUTE)
    expect((await session.fetch("/resource")).status).toBe(200)
    expect(emulator.stats).toMatchObject({ refreshes: 1, unauthorized, reused: 0 })
  })

  test.each(["jwt", "opaque"] as const)("VAULT: without expires_in, of a token that is %s", async (accessToken) => {
    const { clock, emulator, session } = await signedIn("vault", { emulator: { switches: { expiresIn: false, accessToken } } })
    const lifetime = accessToken === "jwt" ? LAPSES : 24 * 60 * MINUTE
    expect(session.getSnapshot().expiresAt).toBe(clock.now() + lifetime)
    await clock.advance(LAPSES + MINUTE)
    expect((await session.fetch("/resource")).status).toBe(200)
    expect(emulator.stats).toMatchObject({ refreshes: 1, reused: 0 })
  })

  test.each([true, false])(
    "VAULT: with a new refresh token (%s) or without, the next refresh presents the right one",
    async (newRefreshToken) => {
      const { emulator, session } = await signedIn("vault", { emulator: { switches: { newRefreshToken } } })
      await session.refresh()
      await session.refresh()
      expect(emulator.stats).toMatchObject({ refreshes: 2, reused: 0 })
    },
  )

  test.each([
    [400, true, "refreshTokenExpired"],
    [401, true, "refreshTokenExpired"],
    [401, false, "refusedWithoutBody"],
  ] as const)("VAULT: a refusal by %i, with a body (%s), is the rule %s", async (refusalStatus, refusalBody, reason) => {
    const { emulator, session } = await signedIn("vault", { emulator: { switches: { refusalStatus, refusalBody } } })
    emulator.revokeSession()
    await expect(session.refresh()).rejects.toMatchObject({ reason })
  })

  test.each(["jwt", "opaque"] as const)(
    "Commerce Engine: a refresh token that is %s works; only a readable one says when the session ends",
    async (refreshToken) => {
      const { clock, session } = await signedIn("commerce-engine", { emulator: { switches: { refreshToken } } })
      const endsAt = clock.now() + 30 * 24 * 60 * MINUTE
      expect(session.getSnapshot()).toMatchObject(refreshToken === "jwt" ? { endsAt, endsBy: "window" } : { endsAt: null, endsBy: null })
      expect(await session.refresh()).toMatchObject({ generation: 2 })
    },
  )

  test("Commerce Engine: a refresh that wants Authorization too gets it, also when the token has lapsed", async () => {
    const { clock, session } = await signedIn("commerce-engine", { emulator: { switches: { refreshNeedsAuthorization: true } } })
    await clock.advance(2 * LAPSES)
    expect((await session.fetch("/resource")).status).toBe(200)
  })

  test.each([
    [{ refusalStatus: 400 }, "refreshTokenExpired"],
    [{ refusalStatus: 404 }, "sessionNotFound"],
    [{ refusalStatus: 401 }, "accessDenied"],
    [{ successFalse: true }, "refreshFailed"],
  ] as const)("Commerce Engine: a refusal as %j is the rule %s", async (switches, reason) => {
    const { emulator, session } = await signedIn("commerce-engine", { emulator: { switches } })
    emulator.revokeSession()
    await expect(session.refresh()).rejects.toMatchObject({ reason })
  })

  test.each([
    ["403", "accountSuspended"],
    ["200", "customerInactive"],
  ] as const)("Unisouk: an inactive customer told by %s is the end, by the rule %s", async (inactive, reason) => {
    const { emulator, session, inStore } = await signedIn("unisouk", { emulator: { switches: { inactive } } })
    emulator.suspendUser()
    await expect(session.refresh()).rejects.toMatchObject({ reason })
    expect(session.getSnapshot()).toMatchObject({ status: "loggedOut", reason })
    expect(await inStore()).toBeNull()
  })

  test.each(["GET", "POST"] as const)("Unisouk: refreshes by %s", async (refreshMethod) => {
    const { emulator, session } = await signedIn("unisouk", { emulator: { switches: { refreshMethod } }, options: { refreshMethod } })
    expect(await session.refresh()).toMatchObject({ generation: 2 })
    expect(emulator.log.at(-1)).toMatchObject({ method: refreshMethod, status: 200 })
  })

  test.each([true, false])("Unisouk: with a new cookie (%s) or without, the next refresh presents the right one", async (rotation) => {
    const { emulator, session } = await signedIn("unisouk", { emulator: { switches: { rotation } } })
    await session.refresh()
    await session.refresh()
    expect(emulator.stats).toMatchObject({ refreshes: 2, reused: 0 })
  })

  test("oauth2: an opaque token without expires_in has an unknown expiry, and only a 401 refreshes it", async () => {
    const { clock, emulator, session } = await signedIn("oauth2", { emulator: { switches: { expiresIn: false } }, keepAlive: "always" })
    expect(session.getSnapshot()).toMatchObject({ status: "active", usable: true, expiresAt: null, endsAt: null })
    await clock.advance(10 * LAPSES)
    expect(session.getSnapshot()).toMatchObject({ status: "active", usable: true })
    expect(refreshRequests(emulator)).toBe(0)
    expect((await session.fetch("/resource")).status).toBe(200)
    expect(emulator.stats).toMatchObject({ refreshes: 1, unauthorized: 1 })
  })

  test("oauth2: an unknown expiry lasts through a reload", async () => {
    const { clock, session, holder } = await signedIn("oauth2", { emulator: { switches: { expiresIn: false } } })
    session.stop()
    await clock.advance(10 * LAPSES)
    expect(await holder().ready()).toMatchObject({ status: "active", usable: true, expiresAt: null })
  })

  test("oauth2: the client's three ways to say who it is all refresh and revoke", async () => {
    for (const clientAuthentication of ["none", "client_secret_basic", "client_secret_post"] as const) {
      const { emulator, session } = await signedIn("oauth2", { emulator: { switches: { clientAuthentication } } })
      await session.refresh()
      expect(await session.logout()).toEqual({ revoked: true })
      expect(emulator.ledger.signedIn()).toEqual([])
    }
  })
})

describe("the window of MENU", () => {
  test("counts 30 days from the first login, whatever is refreshed", async () => {
    const { clock, session } = await signedIn("menu")
    const begun = clock.now()
    await clock.advance(5 * MINUTE)
    await session.refresh()
    expect(session.getSnapshot()).toMatchObject({ endsAt: begun + 30 * 24 * 60 * MINUTE, endsBy: "window" })
  })

  test.each([
    ["iat", "windowClosed"],
    ["expiry", null],
  ] as const)("past it the provider is asked once more; counted from %s it ends with %s", async (windowFrom, reason) => {
    const { clock, emulator, session } = await signedIn("menu", { emulator: { switches: { windowFrom } } })
    await clock.advance(30 * 24 * 60 * MINUTE + 1)
    expect(session.getSnapshot()).toMatchObject({ status: "expiring", authenticated: true })
    const came = await session.refresh().then(
      () => null,
      (error: unknown) => error,
    )
    expect(refreshRequests(emulator)).toBe(1)
    if (reason === null) expect(session.getSnapshot()).toMatchObject({ status: "active", usable: true })
    else expect(came).toMatchObject({ code: "session_ended", reason })
  })

  test("past it a fault does not end the session, only a refusal does", async () => {
    const { clock, emulator, session } = await signedIn("menu")
    await clock.advance(30 * 24 * 60 * MINUTE + 1)
    emulator.fail({ on: "refresh", with: 503, times: 2 })
    await expect(session.refresh()).rejects.toMatchObject({ code: "refresh_unavailable" })
    expect(session.getSnapshot()).toMatchObject({ authenticated: true, status: "refreshing" })
    await clock.advance(5_000)
    expect(session.getSnapshot()).toMatchObject({ status: "loggedOut", reason: "windowClosed" })
  })
})

test.each(["while-used", "always", "on-demand"] satisfies KeepAlive[])(
  "nobody is signed in at first, whatever keepAlive says (%s), and calls say so",
  async (keepAlive) => {
    const { clock, emulator, session } = setting("vault", { keepAlive })
    expect(await session.ready()).toMatchObject({ status: "unauthenticated", authenticated: false, reason: null, error: null })
    await expect(session.fetch("/resource")).rejects.toBeInstanceOf(NotAuthenticatedError)
    await expect(session.accessToken()).rejects.toMatchObject({ code: "not_authenticated" })
    await expect(session.refresh()).rejects.toMatchObject({ code: "not_authenticated" })
    expect(await session.logout()).toEqual({ revoked: false })
    expect(emulator.log).toEqual([])
    expect(clock.pending).toBe(0)
  },
)
