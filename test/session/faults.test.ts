import { afterEach, describe, expect, test, vi } from "vitest"
import { ConfigurationError, RefreshUnavailableError } from "../../src/index.ts"
import type { Provider } from "../../src/core/provider.ts"
import { vault } from "../../src/providers/vault.ts"
import type { Fault } from "../../src/testing/emulator.types.ts"
import { createEmulator } from "../../src/testing/index.ts"
import { HOUR, jwt, MINUTE, PROVIDERS, refreshRequests, SECOND, setting, signedIn, watched } from "./setting.ts"

type With = Fault["with"]

/** Full jitter at its longest, at its middle, …: what `Math.random` says to sessions made from now on. */
function jitter(random: number): void {
  vi.spyOn(Math, "random").mockReturnValue(random)
}

afterEach(() => {
  vi.restoreAllMocks()
})

const page = (status: number): With => ({ status, html: true })
const reply = (body: unknown, status = 200): With => ({ status, body })
const refusedConnection = (): never => {
  throw new TypeError("fetch failed", { cause: Object.assign(new Error("connect"), { code: "ECONNREFUSED" }) })
}
const redirect =
  (status: number, location = "https://elsewhere.test/"): With =>
  () =>
    new Response(null, { status, headers: { location } })
const inThePast = (now = Date.UTC(2026, 0, 1) / 1000) => jwt({ iat: now, exp: now - 60 })

/** Known not to have been done: the mark in the store is cleared. */
const NOT_DONE: [string, With][] = [
  ["a refused connection", refusedConnection],
  ["408", 408],
  ["425", 425],
  ["429", 429],
  ["503", 503],
  ["503 as a web page", page(503)],
]

/** Perhaps done: the mark stays. */
const IN_DOUBT: [string, With][] = [
  ["a connection that dies", "network"],
  ["500", 500],
  ["502", 502],
  ["504", 504],
  ["502 as a web page", page(502)],
  ["500 that speaks of invalid_grant", reply({ error: "invalid_grant" }, 500)],
  ["a redirect by 301", redirect(301)],
  ["a redirect by 302", redirect(302)],
  ["a redirect by 307", redirect(307)],
  ["a 300 that leads nowhere", () => new Response(null, { status: 300 })],
  ["200 with nothing in it", "empty"],
  ["204", () => new Response(null, { status: 204 })],
  ["200 with half a body", { status: 200, body: '{"access_token":"ab' }],
  ["200 with garbage", "garbage"],
  ["200 without a token", reply({ expires_in: 900 })],
  ["200 with an empty token", reply({ access_token: "" })],
  ["200 with null", reply(null)],
  ["200 with a list", reply([])],
  ["200 with a token that is a number", reply({ access_token: 7 })],
  ["200 with a refresh token that is a list", reply({ access_token: "a", refresh_token: [] })],
  ["200 with a negative lifetime", reply({ access_token: "a", expires_in: -5 })],
  ["200 with a lifetime in words", reply({ access_token: "a", expires_in: "soon" })],
  ["200 with a lifetime beyond all dates", reply({ access_token: "a", expires_in: 1e300 })],
  ["200 with a lifetime of NaN, as JSON says it", '{"access_token":"a","expires_in":NaN}'],
  ["200 with an exp that is a word", reply({ access_token: jwt({ exp: "never" }) })],
  ["200 with a negative exp", reply({ access_token: jwt({ exp: -1 }) })],
  ["200 with a token that ended before it began", reply({ access_token: inThePast() })],
].map(([what, fault]) => [what, typeof fault === "string" && fault.startsWith("{") ? reply(fault) : fault] as [string, With])

/** Not the provider, or not as things are set up: blocked. */
const MISCONFIGURED: [string, With][] = [
  ["200 as a web page", "html"],
  ["401 as a web page", page(401)],
  ["403 as a web page", page(403)],
  ["404 as a web page", page(404)],
  ["400 that no rule names", reply({ message: "no" }, 400)],
  ["403", 403],
  ["404", 404],
  ["405", 405],
  ["410", 410],
  ["415", 415],
  ["422 without a body", reply(undefined, 422)],
  ["invalid_request", reply({ error: "invalid_request" }, 400)],
]

describe("a refresh that is known not to have been done", () => {
  test.each(NOT_DONE)("(%s) is tried again, and its mark is taken back", async (_, fault) => {
    const { clock, emulator, session, inStore } = await signedIn("vault")
    emulator.fail({ on: "refresh", with: fault })
    await expectTrouble(session.refresh(), session)
    expect(await inStore()).toMatchObject({ generation: 1, sentAt: null, lease: null })
    await clock.advance(1 * SECOND)
    expect(session.getSnapshot()).toMatchObject({ status: "active", generation: 2, error: null, degraded: null })
    expect(emulator.stats).toMatchObject({ refreshes: 1, reused: 0 })
  })
})

describe("a refresh that was perhaps done", () => {
  test.each(IN_DOUBT)("(%s) is tried again, and its mark stays until that is granted", async (_, fault) => {
    const { clock, emulator, session, inStore } = await signedIn("vault")
    emulator.fail({ on: "refresh", with: fault })
    await expectTrouble(session.refresh(), session)
    expect(await inStore()).toMatchObject({ generation: 1, sentAt: clock.now(), lease: null })
    await clock.advance(1 * SECOND)
    expect(session.getSnapshot()).toMatchObject({ status: "active", generation: 2, error: null, degraded: null })
    expect(await inStore()).toMatchObject({ generation: 2, sentAt: null })
    expect(emulator.log.every(({ on }) => on === "refresh")).toBe(true)
  })

  test("(a negative lifetime, and no word on when it began) is tried again", async () => {
    const { clock, emulator, session } = await signedIn("oauth2")
    emulator.fail({ on: "refresh", with: () => Response.json({ access_token: "a", token_type: "Bearer", expires_in: -5 }) })
    await expectTrouble(session.refresh(), session)
    await clock.advance(SECOND)
    expect(session.getSnapshot()).toMatchObject({ status: "active", generation: 2 })
  })

  test.each(["hang", "hang-body"] as const)("(no end of an answer: %s) is given up after 30 s, and tried again", async (fault) => {
    const { clock, emulator, session, inStore } = await signedIn("vault")
    emulator.fail({ on: "refresh", with: fault })
    const refreshing = watched(session.refresh())
    await clock.advance(30 * SECOND - 1)
    expect(refreshing.is).toBe("pending")
    expect(session.getSnapshot()).toMatchObject({ status: "refreshing", usable: true, error: null, degraded: null })
    await clock.advance(1)
    expect(refreshing.error).toBeInstanceOf(RefreshUnavailableError)
    expect(session.getSnapshot()).toMatchObject({ degraded: "network", error: refreshing.error })
    expect((await inStore())?.sentAt).toBe(clock.now() - 30 * SECOND)
    await clock.advance(1 * SECOND)
    expect(session.getSnapshot()).toMatchObject({ status: "active", generation: 2 })
  })
})

describe("S32 an answer that is not the provider's, or says that the request is wrong", () => {
  test.each(MISCONFIGURED)("(%s) blocks: the credential is kept, nothing loops, and it goes on when mended", async (_, fault) => {
    const { clock, emulator, session, inStore } = await signedIn("vault")
    session.touch()
    emulator.fail({ on: "refresh", with: fault, times: Infinity })
    const error = await session.refresh().catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ConfigurationError)
    expect(session.getSnapshot()).toMatchObject({ status: "refreshing", authenticated: true, usable: true, degraded: "configuration" })
    expect(session.getSnapshot().error).toBe(error)
    expect((await session.fetch("/resource")).status).toBe(200)
    await clock.advance(24 * HOUR)
    expect(refreshRequests(emulator)).toBe(1)
    expect(session.getSnapshot()).toMatchObject({ authenticated: true, usable: false, degraded: "configuration" })
    await expect(session.fetch("/resource")).rejects.toBe(error)
    await expect(session.accessToken()).rejects.toBe(error)
    expect(refreshRequests(emulator)).toBe(1)
    expect(await inStore()).toMatchObject({ generation: 1, lease: null })
    emulator.heal()
    expect(await session.refresh()).toMatchObject({ status: "active", generation: 2, error: null, degraded: null })
  })

  test.each([
    ["unisouk", reply({ message: "no" }, 403)],
    ["unisouk", reply({ message: "no" }, 404)],
    ["unisouk", 400],
    ["commerce-engine", reply({ message: "no" }, 400)],
    ["commerce-engine", reply({ message: "no" }, 404)],
    ["commerce-engine", reply({ success: false }, 403)],
    ["geins", page(400)],
    ["geins", page(401)],
    ["menu", page(403)],
    ["menu", page(401)],
    ["geins", 405],
    ["menu", 415],
    ["oauth2", reply({ error: "invalid_client" }, 401)],
    ["oauth2", reply({ error: "unauthorized_client" }, 400)],
    ["oauth2", reply({ error: "invalid_request" }, 400)],
    ["oauth2", reply({ error: "who knows" }, 400)],
    ["oauth2", reply({}, 403)],
  ] as [(typeof PROVIDERS)[number], With][])("at %s: %j logs nobody out", async (name, fault) => {
    const { clock, emulator, session } = await signedIn(name)
    emulator.fail({ on: "refresh", with: fault })
    await expect(session.refresh()).rejects.toBeInstanceOf(ConfigurationError)
    await clock.advance(HOUR)
    expect(session.getSnapshot()).toMatchObject({ authenticated: true, degraded: "configuration", reason: null })
    expect(refreshRequests(emulator)).toBe(1)
    expect(await session.refresh()).toMatchObject({ generation: 2, status: "active" })
  })

  test("is told once, and its mending too", async () => {
    const { emulator, session } = await signedIn("vault")
    const told: unknown[] = []
    session.on("degraded", ({ why, error }) => told.push(why, error))
    session.on("recovered", () => told.push("recovered"))
    emulator.fail({ on: "refresh", with: 405, times: 1 })
    const error = await session.refresh().catch((thrown: unknown) => thrown)
    expect(told).toEqual(["configuration", error])
    await session.refresh()
    expect(told).toEqual(["configuration", error, "recovered"])
  })
})

describe("a 401 refuses by its status alone, whatever is in it but a web page", () => {
  test.each(PROVIDERS)("at %s", async (name) => {
    const { emulator, session } = await signedIn(name)
    emulator.fail({ on: "refresh", with: reply({ hello: "world" }, 401) })
    await session.refresh().catch(() => {})
    expect(session.getSnapshot()).toMatchObject({ status: "loggedOut", authenticated: false })
    expect(session.getSnapshot().reason).toBe(
      { geins: "refreshTokenExpired", unisouk: "refreshTokenExpired", menu: "tokenRefused" }[name as string] ?? "unauthorized",
    )
  })
})

describe("S04 a network error or 5xx on refresh", () => {
  test.each(PROVIDERS)("keeps the session at %s signed in, and it goes on by itself", async (name) => {
    const { clock, emulator, session } = await signedIn(name, { keepAlive: "always" })
    emulator.fail({ on: "refresh", with: 500, times: 2 })
    emulator.fail({ on: "refresh", with: "network", times: 2 })
    emulator.fail({ on: "refresh", with: 503, times: 2 })
    await clock.advance(14 * MINUTE)
    expect(session.getSnapshot()).toMatchObject({ status: "refreshing", authenticated: true, usable: true, degraded: "network" })
    expect((await session.fetch("/resource")).status).toBe(200)
    await clock.advance(2 * MINUTE)
    expect(session.getSnapshot()).toMatchObject({ status: "active", generation: 2, degraded: null, error: null })
    expect(emulator.stats).toMatchObject({ refreshes: 1, reused: 0 })
  })

  test("backs off twice as long each time, up to a minute, and never gives up", async () => {
    jitter(0.999)
    const { clock, emulator, session } = await signedIn("vault", { keepAlive: "always" })
    emulator.fail({ on: "refresh", with: 500, times: 60 })
    await clock.advance(74 * MINUTE)
    const asked = emulator.log.map(({ at }) => at)
    const waits = asked.slice(1).map((at, index) => Math.round((at - asked[index]!) / SECOND))
    expect(waits.slice(0, 8)).toEqual([1, 2, 4, 8, 16, 32, 60, 60])
    expect(new Set(waits.slice(8))).toEqual(new Set([60]))
    expect(session.getSnapshot()).toMatchObject({ status: "active", generation: 2 })
  })

  test("backs off with full jitter", async () => {
    jitter(0.25)
    const { clock, emulator, session } = await signedIn("vault", { keepAlive: "always" })
    emulator.fail({ on: "refresh", with: 500, times: 8 })
    await clock.advance(16 * MINUTE)
    const asked = emulator.log.map(({ at }) => at)
    expect(asked.slice(1).map((at, index) => at - asked[index]!)).toEqual([250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000])
    expect(session.getSnapshot().generation).toBe(2)
  })

  test("may be tried again at once: full jitter begins at nothing", async () => {
    jitter(0)
    const { clock, emulator, session } = await signedIn("vault")
    emulator.fail({ on: "refresh", with: 500 })
    await session.refresh().catch(() => {})
    await clock.advance(0)
    expect(session.getSnapshot()).toMatchObject({ status: "active", generation: 2 })
  })

  test("begins anew with short waits after a success", async () => {
    jitter(0.999)
    const { clock, emulator, session } = await signedIn("vault")
    emulator.fail({ on: "refresh", with: 500, times: 4 })
    await session.refresh().catch(() => {})
    await clock.advance(MINUTE)
    expect(session.getSnapshot()).toMatchObject({ status: "active", generation: 2 })
    emulator.fail({ on: "refresh", with: 500 })
    await session.refresh().catch(() => {})
    await clock.advance(SECOND)
    expect(session.getSnapshot()).toMatchObject({ status: "active", generation: 3 })
  })

  test("is tried at once by refresh(), without waiting for the backoff", async () => {
    jitter(0.999)
    const { emulator, session } = await signedIn("vault")
    emulator.fail({ on: "refresh", with: 500, times: 3 })
    for (let tries = 0; tries < 3; tries++) await expect(session.refresh()).rejects.toBeInstanceOf(RefreshUnavailableError)
    expect(await session.refresh()).toMatchObject({ generation: 2 })
  })
})

describe("S05 a 429, 503, 408 or 425 on refresh", () => {
  test.each([429, 503, 408, 425])("is waited out by Retry-After in seconds (%i)", async (status) => {
    const { clock, emulator, session, inStore } = await signedIn("vault")
    emulator.fail({ on: "refresh", with: status, retryAfter: 120 })
    const error = await session.refresh().catch((thrown: unknown) => thrown)
    const retryAt = clock.now() + 120 * SECOND
    expect(error).toMatchObject({ code: "refresh_unavailable", retryAt })
    expect(await inStore()).toMatchObject({ notBefore: retryAt })
    await clock.advance(120 * SECOND - 1)
    expect(refreshRequests(emulator)).toBe(1)
    await clock.advance(1)
    expect(session.getSnapshot()).toMatchObject({ status: "active", generation: 2 })
    expect((await inStore())?.notBefore).toBeNull()
  })

  test("is waited out by Retry-After as a date, whatever our own clock says", async () => {
    const { clock, emulator, session } = await signedIn("vault")
    clock.jump(-3 * HOUR)
    const theirs = clock.now() + 3 * HOUR
    emulator.fail({
      on: "refresh",
      with: () =>
        new Response("{}", {
          status: 429,
          headers: { date: new Date(theirs).toUTCString(), "retry-after": new Date(theirs + 90 * SECOND).toUTCString() },
        }),
    })
    await session.refresh().catch(() => {})
    await clock.advance(90 * SECOND - 1)
    expect(refreshRequests(emulator)).toBe(1)
    await clock.advance(1)
    expect(refreshRequests(emulator)).toBe(2)
  })

  test.each([7200, "Fri, 01 Jan 2027 00:00:00 GMT", "99999999999999999999"])(
    "is waited out for an hour at most (%s)",
    async (retryAfter) => {
      const { clock, emulator, session } = await signedIn("vault")
      emulator.fail({ on: "refresh", with: 429, retryAfter })
      await session.refresh().catch(() => {})
      await clock.advance(HOUR - 1)
      expect(refreshRequests(emulator)).toBe(1)
      await clock.advance(1)
      expect(session.getSnapshot().generation).toBe(2)
    },
  )

  test.each(["soon", "-5", "Thu, 01 Jan 1970 00:00:00 GMT", ""])(
    "with a Retry-After that says nothing (%j) is backed off from",
    async (retryAfter) => {
      jitter(0.999)
      const { clock, emulator, session } = await signedIn("vault")
      emulator.fail({ on: "refresh", with: 429, retryAfter })
      await session.refresh().catch(() => {})
      await clock.advance(998)
      expect(refreshRequests(emulator)).toBe(1)
      await clock.advance(1)
      expect(session.getSnapshot().generation).toBe(2)
    },
  )

  test("is never tried before Retry-After: not by refresh(), nor by a request, nor by another holder", async () => {
    const { clock, emulator, session, holder } = await signedIn("vault")
    await clock.advance(13 * MINUTE + 50 * SECOND)
    emulator.fail({ on: "refresh", with: 429, retryAfter: 600 })
    const error = await session.refresh().catch((thrown: unknown) => thrown)
    await expect(session.refresh()).rejects.toBe(error)
    const other = holder()
    await other.ready()
    await clock.advance(2 * MINUTE)
    expect(session.getSnapshot()).toMatchObject({ authenticated: true, usable: false, error })
    const request = watched(session.fetch("/resource"))
    await expect(other.refresh()).rejects.toMatchObject({
      code: "refresh_unavailable",
      retryAt: (error as RefreshUnavailableError).retryAt,
    })
    await clock.advance(30 * SECOND)
    expect(request.error).toBe(error)
    expect(refreshRequests(emulator)).toBe(1)
    await clock.advance(450 * SECOND)
    expect(emulator.stats).toMatchObject({ refreshes: 1, reused: 0 })
    expect([session, other].map((holding) => holding.getSnapshot())).toMatchObject([
      { usable: true, generation: 2 },
      { usable: true, generation: 2 },
    ])
  })

  test("a 5xx that names a time is waited out too", async () => {
    const { clock, emulator, session } = await signedIn("vault")
    emulator.fail({ on: "refresh", with: 502, retryAfter: 200 })
    await session.refresh().catch(() => {})
    await clock.advance(199 * SECOND)
    expect(refreshRequests(emulator)).toBe(1)
    await clock.advance(SECOND)
    expect(session.getSnapshot().generation).toBe(2)
  })
})

describe("S14 the answer to a refresh is lost after the server rotated", () => {
  test("S07 because the page was reloaded: it is asked for again at once, while the provider still knows", async () => {
    const { emulator, clock, session, holder } = await signedIn("vault", { emulator: { graceS: 10 } })
    emulator.fail({ on: "refresh", with: "lost" })
    await clock.advance(MINUTE)
    void session.refresh().catch(() => {})
    await clock.settle()
    session.stop()
    const reloaded = holder()
    await reloaded.ready()
    expect(reloaded.getSnapshot()).toMatchObject({ status: "refreshing", usable: true })
    await clock.advance(9 * SECOND)
    expect(reloaded.getSnapshot()).toMatchObject({ status: "active", generation: 2 })
    await clock.advance(14 * MINUTE)
    expect((await reloaded.fetch("/resource")).status).toBe(200)
  })

  const rule = (name: string) => (name === "menu" ? "tokenRefused" : "refreshTokenExpired")

  test.each(PROVIDERS)("at %s, strict: the replay is refused, and its rule is the end's name", async (name) => {
    const { clock, emulator, session, inStore } = await signedIn(name)
    emulator.fail({ on: "refresh", with: "lost" })
    await expect(session.refresh()).rejects.toMatchObject({ code: "refresh_unavailable" })
    expect(session.getSnapshot()).toMatchObject({ authenticated: true, usable: true, degraded: "network" })
    expect(await inStore()).toMatchObject({ generation: 1, sentAt: clock.now() })
    await clock.advance(SECOND)
    expect(session.getSnapshot()).toMatchObject({ status: "loggedOut", reason: rule(name) })
    expect(emulator.stats).toMatchObject({ refreshes: 1, reused: 1 })
    expect(refreshRequests(emulator)).toBe(2)
  })

  test.each(PROVIDERS)("at %s, with a grace: the replay is granted, and the session lives", async (name) => {
    const { clock, emulator, session } = await signedIn(name, { emulator: { graceS: 60 } })
    emulator.fail({ on: "refresh", with: "truncated" })
    await session.refresh().catch(() => {})
    await clock.advance(SECOND)
    expect(session.getSnapshot()).toMatchObject({ status: "active", generation: 2, degraded: null })
    await session.refresh()
    expect((await session.fetch("/resource")).status).toBe(200)
    expect(emulator.stats.reused).toBe(0)
  })

  test.each([
    ["geins", { newRefreshToken: false }],
    ["vault", { newRefreshToken: false }],
    ["oauth2", { newRefreshToken: false }],
    ["unisouk", { rotation: false }],
  ] as const)("at %s, where nothing rotates, costs nothing", async (name, switches) => {
    const { clock, emulator, session } = await signedIn(name, { emulator: { switches } as object })
    emulator.fail({ on: "refresh", with: "lost" })
    await session.refresh().catch(() => {})
    await clock.advance(SECOND)
    expect(session.getSnapshot()).toMatchObject({ status: "active", generation: 2 })
  })

  /** VAULT, with another rule for doubts. */
  const holding = (then: "replay" | "end"): Provider<unknown, unknown> => {
    const provider = vault(createEmulator("vault").options) as unknown as Provider<unknown, unknown>
    // oxlint-disable-next-line unicorn/no-thenable -- nobody awaits a rule
    return { ...provider, rules: { ...provider.rules, onDoubt: { holdMs: 5 * MINUTE, then } } }
  }

  test("is held as long as onDoubt says, and then replayed", async () => {
    jitter(0.5)
    const provider = holding("replay")
    const { clock, emulator, session } = await signedIn("vault", { provider, emulator: { graceS: 600 } })
    emulator.fail({ on: "refresh", with: "lost" })
    await session.refresh().catch(() => {})
    await clock.advance(5 * MINUTE - 1)
    expect(refreshRequests(emulator)).toBe(1)
    expect(session.getSnapshot()).toMatchObject({ authenticated: true, status: "refreshing" })
    await clock.advance(1)
    expect(session.getSnapshot()).toMatchObject({ status: "active", generation: 2 })
  })

  test("is held as long as onDoubt says, and then the end, if that is chosen", async () => {
    jitter(0.5)
    const provider = holding("end")
    const { clock, emulator, session, inStore } = await signedIn("vault", { provider })
    emulator.fail({ on: "refresh", with: "lost" })
    await session.refresh().catch(() => {})
    await clock.advance(5 * MINUTE - 1)
    expect(session.getSnapshot()).toMatchObject({ authenticated: true })
    await clock.advance(1)
    expect(session.getSnapshot()).toMatchObject({ status: "loggedOut", reason: "doubt" })
    expect(refreshRequests(emulator)).toBe(1)
    expect(await inStore()).toBeNull()
  })

  test("an answer that says it was not done leaves no doubt to hold", async () => {
    const provider = holding("end")
    const { clock, emulator, session } = await signedIn("vault", { provider })
    emulator.fail({ on: "refresh", with: 429, times: 3 })
    await session.refresh().catch(() => {})
    await clock.advance(10 * SECOND)
    expect(session.getSnapshot()).toMatchObject({ status: "active", generation: 2 })
  })
})

describe("a login", () => {
  const LOGINS = ["geins", "unisouk", "menu", "commerce-engine"] as const

  test.each(LOGINS)("S12 that is answered 401 at %s is refused, and nothing is refreshed or sent again", async (name) => {
    const { emulator, session } = setting(name)
    emulator.fail({ on: "login", with: reply({ message: "no" }, 401) })
    const error = await session.login(emulator.credentials).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: "login_refused", status: 401 })
    expect(session.getSnapshot()).toMatchObject({ status: "unauthenticated", authenticated: false, reason: null })
    expect(session.getSnapshot().error).toBe(error)
    expect(emulator.log).toHaveLength(1)
    expect(await session.login(emulator.credentials)).toMatchObject({ status: "active", error: null })
  })

  test.each(LOGINS)("at %s with a wrong password is refused", async (name) => {
    const { emulator, session } = setting(name)
    await expect(session.login({ ...(emulator.credentials as object), password: "wrong" })).rejects.toMatchObject({ code: "login_refused" })
    expect(emulator.stats.logins).toBe(0)
  })

  test.each(LOGINS)("of a suspended user at %s is refused", async (name) => {
    const { emulator, session } = setting(name)
    emulator.suspendUser()
    await expect(session.login(emulator.credentials)).rejects.toMatchObject({ code: "login_refused" })
  })

  test("of a customer whom Unisouk calls inactive in a 200 is refused", async () => {
    const { emulator, session, inStore } = setting("unisouk", { emulator: { switches: { inactive: "200" } } })
    emulator.suspendUser()
    await expect(session.login(emulator.credentials)).rejects.toMatchObject({ code: "login_refused", status: 200 })
    expect(session.getSnapshot()).toMatchObject({ status: "unauthenticated" })
    expect(await inStore()).toBeNull()
  })

  test.each([400, 403, 404, 422, reply("what?", 400), reply({ error: ["a", { b: 1 }] }, 422)] as With[])(
    "that is turned down with %j, of a form that nobody knows, is refused",
    async (fault) => {
      const { emulator, session } = setting("commerce-engine")
      emulator.fail({ on: "login", with: fault })
      await expect(session.login(emulator.credentials)).rejects.toMatchObject({ code: "login_refused" })
    },
  )

  test.each([
    "network",
    "lost",
    500,
    502,
    503,
    408,
    425,
    "html",
    "garbage",
    "empty",
    "truncated",
    page(403),
    redirect(302),
    reply({ content: {} }),
  ] as With[])("that fails with %j may go well later, and says so", async (fault) => {
    const { emulator, session } = setting("commerce-engine")
    emulator.fail({ on: "login", with: fault })
    const error = await session.login(emulator.credentials).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: "login_unavailable" })
    expect(session.getSnapshot()).toMatchObject({ status: "unauthenticated", error })
    expect(await session.login(emulator.credentials)).toMatchObject({ authenticated: true })
  })

  test("begins without what went wrong with the one before", async () => {
    const { clock, emulator, session } = setting("commerce-engine")
    emulator.fail({ on: "login", with: 500 })
    emulator.fail({ on: "login", with: "hang" })
    await session.login(emulator.credentials).catch(() => {})
    session.login(emulator.credentials).catch(() => {})
    await clock.settle()
    expect(session.getSnapshot()).toMatchObject({ status: "authenticating", error: null })
  })

  test("that is asked to wait says until when", async () => {
    const { clock, emulator, session } = setting("commerce-engine")
    emulator.fail({ on: "login", with: 429, retryAfter: 30 })
    await expect(session.login(emulator.credentials)).rejects.toMatchObject({
      code: "login_unavailable",
      retryAt: clock.now() + 30 * SECOND,
    })
  })

  test("that gets no answer is given up after 30 s", async () => {
    const { clock, emulator, session } = setting("commerce-engine")
    emulator.fail({ on: "login", with: "hang" })
    const loggingIn = watched(session.login(emulator.credentials))
    await clock.advance(30 * SECOND - 1)
    expect(loggingIn.is).toBe("pending")
    expect(session.getSnapshot()).toMatchObject({ status: "authenticating", authenticated: false })
    await clock.advance(1)
    expect(loggingIn.error).toMatchObject({ code: "login_unavailable" })
  })

  test("is given up by its own signal, with that signal's reason", async () => {
    const { clock, emulator, session } = setting("commerce-engine")
    emulator.fail({ on: "login", with: "hang" })
    const giveUp = new AbortController()
    const loggingIn = watched(session.login(emulator.credentials, { signal: giveUp.signal }))
    await clock.settle()
    const reason = new Error("changed my mind")
    giveUp.abort(reason)
    await clock.settle()
    expect(loggingIn.error).toBe(reason)
    expect(session.getSnapshot()).toMatchObject({ status: "unauthenticated", authenticated: false })
  })

  test("of several steps is refused or unavailable at any of them", async () => {
    for (let step = 0; step < 3; step++) {
      for (const [fault, code] of [
        [500, "login_unavailable"],
        [400, "login_refused"],
        [reply({}), "login_unavailable"],
      ] as [With, string][]) {
        const { emulator, session } = setting("geins")
        for (let good = 0; good < step; good++) emulator.fail({ on: "login", with: (_, answer) => answer() })
        emulator.fail({ on: "login", with: fault })
        await expect(session.login(emulator.credentials)).rejects.toMatchObject({ code })
        expect(emulator.log).toHaveLength(step + 1)
      }
    }
  })

  test.each(["vault", "oauth2"] as const)(
    "at %s, which documents none, is an error of configuration that names the way out",
    async (name) => {
      const { emulator, session } = setting(name)
      await expect(session.login({})).rejects.toMatchObject({
        code: "configuration",
        message: expect.stringContaining("session.accept()") as string,
      })
      expect(emulator.log).toEqual([])
      expect(session.getSnapshot()).toMatchObject({ status: "unauthenticated" })
    },
  )

  test("with credentials that are none is an error of configuration, not a crash", async () => {
    const { session } = setting("unisouk")
    await expect(session.login(undefined)).rejects.toMatchObject({ code: "configuration" })
    expect(session.getSnapshot()).toMatchObject({ status: "unauthenticated" })
  })
})

/** Not now: a typed error, the same as the snapshot's, while the session stays signed in. */
async function expectTrouble(refreshing: Promise<unknown>, session: Awaited<ReturnType<typeof signedIn>>["session"]): Promise<void> {
  const error = await refreshing.catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(RefreshUnavailableError)
  expect(session.getSnapshot()).toMatchObject({
    status: "refreshing",
    authenticated: true,
    usable: true,
    generation: 1,
    degraded: "network",
    reason: null,
  })
  expect(session.getSnapshot().error).toBe(error)
}
