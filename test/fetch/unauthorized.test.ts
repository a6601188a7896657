import { describe, expect, test, vi } from "vitest"
import { createSession, LoginRefusedError, SessionEndedError } from "../../src/index.ts"
import { commerceEngine } from "../../src/providers/commerce-engine.ts"
import { vault } from "../../src/providers/vault.ts"
import { createEmulator, manualClock } from "../../src/testing/index.ts"
import { bearers, door, refreshRequests, signedIn, signedInAtMenu, signedInAtOAuth2, stopped } from "./signed-in.ts"

/** What XState tells of an event that reaches an actor. */
interface InspectedEvent {
  readonly type: string
  readonly rootId: string
  readonly event: { readonly type: string }
  readonly actorRef: { readonly sessionId: string }
}

/** Somebody who is not signed in yet. */
function atCommerceEngine() {
  const clock = manualClock()
  const emulator = createEmulator("commerce-engine", { clock })
  const { url: baseURL, fetch } = emulator
  return { clock, emulator, session: stopped(createSession({ provider: commerceEngine(emulator.options), baseURL, clock, fetch })) }
}

/** A 401 with this challenge. */
function challenging(challenge: string): () => Response {
  return () => new Response(null, { status: 401, headers: { "www-authenticate": challenge } })
}

describe("S09: the API answers 401", () => {
  test("S09: a dead token costs one refresh, and the request is sent again with the new one", async () => {
    const { emulator, session } = await signedIn()
    emulator.revokeAccessToken()
    const response = await session.fetch("/resource/orders?page=2", { method: "PUT", body: "soap" })
    expect(await response.json()).toMatchObject({ method: "PUT", path: "/resource/orders?page=2", body: "soap" })
    expect(emulator.stats).toMatchObject({ refreshes: 1, unauthorized: 1, requests: 1, reused: 0 })
    const [first, second] = bearers(emulator)
    expect(second).not.toBe(first)
    expect(session.getSnapshot()).toMatchObject({ status: "active", generation: 2 })
  })

  test("S09: a 401 that stays goes to the caller, after one refresh and one replay", async () => {
    const { emulator, session } = await signedIn()
    emulator.fail({ on: "resource", with: { status: 401, body: { message: "not you" } }, times: Infinity })
    const response = await session.fetch("/resource")
    expect(response.status).toBe(401)
    expect(await response.json()).toEqual({ message: "not you" })
    expect(emulator.log.map(({ on }) => on)).toEqual(["resource", "refresh", "resource"])
    expect(session.getSnapshot()).toMatchObject({ authenticated: true, usable: true, status: "active" })
  })

  test("S09: a hundred requests that are always answered 401 cost one refresh and a replay each", async () => {
    const { emulator, session } = await signedIn()
    emulator.fail({ on: "resource", with: 401, times: Infinity })
    const answers = await Promise.all(Array.from({ length: 100 }, () => session.fetch("/resource")))
    expect(answers.every(({ status }) => status === 401)).toBe(true)
    expect(refreshRequests(emulator)).toBe(1)
    expect(bearers(emulator)).toHaveLength(200)
  })

  test("S09: a hundred requests with a dead token tell the chart what one does", async () => {
    const heard: string[] = []
    const inspect = ({ type, event, actorRef, rootId }: InspectedEvent) => {
      if (type === "@xstate.event" && actorRef.sessionId === rootId && event.type.startsWith("request.")) heard.push(event.type)
    }
    const { emulator, session } = await signedIn({ inspect: (event) => inspect(event as InspectedEvent) })
    emulator.revokeAccessToken()
    const answers = await Promise.all(Array.from({ length: 100 }, () => session.fetch("/resource")))
    expect(answers.every(({ status }) => status === 200)).toBe(true)
    expect(heard).toEqual(["request.unauthorized", "request.held", "request.accepted"])
  })

  test("S09: a grant got for a 401 and answered 401 is distrusted for 60 s × 2^k, 15 minutes at most, for an hour of polls", async () => {
    const { clock, emulator, session } = await signedIn({ emulator: { accessTokenTtlS: 86_400 } })
    const start = clock.now()
    emulator.fail({ on: "resource", with: 401, times: Infinity })
    for (let polls = 0; polls < 360; polls++) {
      expect((await session.fetch("/resource")).status).toBe(401)
      await clock.advance(10_000)
    }
    const refreshedAt = emulator.log.filter(({ on }) => on === "refresh").map(({ at }) => (at - start) / 1000)
    expect(refreshedAt).toEqual([0, 60, 180, 420, 900, 1800, 2700])
    // One replay for each refresh, and none else.
    expect(bearers(emulator)).toHaveLength(360 + refreshedAt.length)
    expect(session.getSnapshot()).toMatchObject({ authenticated: true, usable: true })
  })

  test("S09: while a grant is distrusted its 401s go to the caller at once, without replay", async () => {
    const { clock, emulator, session } = await signedIn()
    emulator.fail({ on: "resource", with: 401, times: 3 })
    await session.fetch("/resource")
    await clock.advance(59_000)
    expect((await session.fetch("/resource")).status).toBe(401)
    expect(emulator.log.map(({ on }) => on)).toEqual(["resource", "refresh", "resource", "resource"])
  })

  test("S09: a 2xx clears the distrust: the next 401 is believed at once", async () => {
    const { emulator, session } = await signedIn()
    emulator.fail({ on: "resource", with: 401, times: 2 })
    expect((await session.fetch("/resource")).status).toBe(401)
    expect((await session.fetch("/resource")).status).toBe(200)
    emulator.revokeAccessToken()
    expect((await session.fetch("/resource")).status).toBe(200)
    expect(emulator.stats.refreshes).toBe(2)
  })

  test("S09: after a 2xx the distrust begins at 60 s again", async () => {
    const { clock, emulator, session } = await signedIn({ emulator: { accessTokenTtlS: 86_400 } })
    emulator.fail({ on: "resource", with: 401, times: 4 })
    await session.fetch("/resource")
    await clock.advance(60_000)
    await session.fetch("/resource") // distrusted for 120 s now
    expect((await session.fetch("/resource")).ok).toBe(true)
    emulator.fail({ on: "resource", with: 401, times: Infinity })
    await session.fetch("/resource")
    await clock.advance(59_000)
    await session.fetch("/resource")
    expect(emulator.stats.refreshes).toBe(3)
    await clock.advance(1_000)
    await session.fetch("/resource")
    expect(emulator.stats.refreshes).toBe(4)
  })

  test("S09: a grant that a replay was answered well with is trusted: revoked again, it is refreshed again", async () => {
    const { emulator, session } = await signedIn()
    for (let times = 1; times <= 20; times++) {
      emulator.revokeAccessToken()
      expect((await session.fetch("/resource")).status).toBe(200)
      expect(emulator.stats.refreshes).toBe(times)
    }
  })

  test("S09: distrust is for 401s only: in the lead time it is refreshed as ever", async () => {
    const { clock, emulator, session } = await signedIn()
    emulator.fail({ on: "resource", with: 401, times: 2 })
    await session.fetch("/resource")
    expect(emulator.stats.refreshes).toBe(1)
    await clock.advance(845_000)
    expect(emulator.stats.refreshes).toBe(2)
  })

  test("S09: an endpoint that always answers 401 beside one that answers well causes a bounded number of refreshes", async () => {
    const { clock, emulator, session } = await signedIn({ emulator: { accessTokenTtlS: 86_400 } })
    const start = clock.now()
    emulator.fail({
      on: "resource",
      times: Infinity,
      with: (request, answer) => (request.url.endsWith("/forbidden") ? new Response(null, { status: 401 }) : answer()),
    })
    for (let polls = 0; polls < 360; polls++) {
      expect((await session.fetch("/resource/orders")).status).toBe(200)
      expect((await session.fetch("/resource/forbidden")).status).toBe(401)
      await clock.advance(10_000)
    }
    const refreshedAt = emulator.log.filter(({ on }) => on === "refresh").map(({ at }) => (at - start) / 1000)
    expect(refreshedAt).toEqual([0, 10, 20, 30, 900, 1800, 2700]) // I5: at most eight beside those that expiry wants
  })

  test("S09: so it does when both are asked at once, and good answers overtake the replay", async () => {
    const { clock, emulator, session } = await signedIn({ emulator: { accessTokenTtlS: 86_400 } })
    emulator.fail({
      on: "resource",
      times: Infinity,
      with: async (request, answer) => {
        if (!request.url.endsWith("/forbidden")) return answer()
        await session.fetch("/resource/orders")
        return new Response(null, { status: 401 })
      },
    })
    for (let polls = 0; polls < 360; polls++) {
      expect((await session.fetch("/resource/forbidden")).status).toBe(401)
      await clock.advance(10_000)
    }
    expect(emulator.stats.refreshes).toBeLessThanOrEqual(8)
  })

  test("S09: tokens that nobody knows the end of are refreshed at every 401, for ever", async () => {
    const { clock, emulator, session } = await signedInAtOAuth2({ emulator: { accessTokenTtlS: 300, switches: { expiresIn: false } } })
    expect(session.getSnapshot().expiresAt).toBeNull()
    for (let minutes = 0; minutes < 300; minutes++) {
      expect((await session.fetch("/resource")).status).toBe(200)
      await clock.advance(60_000)
    }
    expect(emulator.stats.refreshes).toBe(59)
  })

  test("S09: many replays that are answered 401 refute their grant once", async () => {
    const { clock, emulator, session } = await signedIn({ emulator: { accessTokenTtlS: 86_400 } })
    emulator.fail({ on: "resource", with: 401, times: 200 })
    await Promise.all(Array.from({ length: 100 }, () => session.fetch("/resource")))
    for (let times = 0; times < 3; times++) {
      await clock.advance(60_000)
      emulator.revokeAccessToken()
      expect((await session.fetch("/resource")).status).toBe(200)
    }
    expect(emulator.stats.refreshes).toBe(4)
  })

  test("S09: a grant that no 401 had asked for is refreshed at the first 401", async () => {
    const { emulator, session } = await signedIn()
    await session.refresh()
    emulator.revokeAccessToken()
    expect((await session.fetch("/resource")).status).toBe(200)
    expect(emulator.stats.refreshes).toBe(2)
  })

  test("S09: a new session begins without the old one's distrust", async () => {
    const { emulator, session } = await signedIn()
    emulator.fail({ on: "resource", with: 401, times: 2 })
    await session.fetch("/resource")
    await session.accept(await emulator.mint())
    emulator.revokeAccessToken()
    expect((await session.fetch("/resource")).status).toBe(200)
  })

  test("a session without a refresh credential gives a 401 to the caller as it is", async () => {
    const { clock, emulator, session } = atCommerceEngine()
    await session.accept({ accessToken: "of-somebody-else", expiresAt: clock.now() + 60_000 })
    expect((await session.fetch("/resource")).status).toBe(401)
    expect(emulator.log).toHaveLength(1)
  })

  test("replay: false gives the 401 to the caller, and the session is refreshed all the same", async () => {
    const { clock, emulator, session } = await signedIn()
    emulator.revokeAccessToken()
    const response = await session.fetch("/resource", { method: "POST", body: "once", replay: false })
    expect(response.status).toBe(401)
    expect((await response.text()).length).toBeGreaterThan(0)
    await clock.settle()
    expect(emulator.log.map(({ on }) => on)).toEqual(["resource", "refresh"])
    expect((await session.fetch("/resource", { replay: false })).status).toBe(200)
  })

  test("a 401 on the replay of a request that another one has already refuted distrusts it once", async () => {
    const { clock, emulator, session } = await signedIn({ emulator: { accessTokenTtlS: 86_400 } })
    emulator.fail({ on: "resource", with: 401, times: 20 })
    await Promise.all(Array.from({ length: 10 }, () => session.fetch("/resource")))
    await clock.advance(60_000) // 60 s, not 60 s × 2^9
    emulator.revokeAccessToken()
    expect((await session.fetch("/resource")).status).toBe(200)
    expect(emulator.stats.refreshes).toBe(2)
  })
})

describe("S10: a 401 that comes late", () => {
  test("S10: about an older generation, it is replayed with the current token and no refresh", async () => {
    const { emulator, session } = await signedIn()
    const late = door()
    emulator.fail({ on: "resource", with: (_, answer) => late.opened.then(answer) })
    const slow = session.fetch("/resource/slow")
    emulator.revokeAccessToken()
    expect((await session.fetch("/resource/quick")).status).toBe(200)
    expect(emulator.stats.refreshes).toBe(1)
    late.open()
    expect((await slow).status).toBe(200)
    expect(emulator.stats).toMatchObject({ refreshes: 1, unauthorized: 2, requests: 2 })
    const seen = bearers(emulator)
    expect(seen).toEqual([seen[0], seen[0], seen[2], seen[2]])
  })

  test("S10: ten late 401s, in whatever order, share the one refresh", async () => {
    const { emulator, session } = await signedIn()
    const doors = Array.from({ length: 10 }, door)
    for (const { opened } of doors) emulator.fail({ on: "resource", with: (_, answer) => opened.then(answer) })
    const slow = doors.map((_, at) => session.fetch(`/resource/${at}`))
    emulator.revokeAccessToken()
    for (const at of [3, 1, 9, 0, 2, 8, 7, 4, 6, 5]) {
      doors[at]!.open()
      expect((await slow[at]!).status).toBe(200)
    }
    expect(emulator.stats).toMatchObject({ refreshes: 1, requests: 10 })
  })

  test("S10: about a generation two refreshes old", async () => {
    const { emulator, session } = await signedIn()
    const late = door()
    emulator.fail({ on: "resource", with: (_, answer) => late.opened.then(answer) })
    const slow = session.fetch("/resource")
    await session.refresh()
    await session.refresh()
    emulator.fail({ on: "resource", with: 401 }) // hits nothing before the slow one's replay
    late.open()
    expect((await slow).status).toBe(200) // the old token still lives at VAULT, so it is no 401 at all
    emulator.heal()
    expect(emulator.stats.refreshes).toBe(2)
  })

  test("S10: while a refresh is out, it waits for that one instead of asking for another", async () => {
    const { emulator, session } = await signedIn()
    const [late, refreshed] = [door(), door()]
    emulator.fail({ on: "resource", with: (_, answer) => late.opened.then(answer) })
    emulator.fail({ on: "refresh", with: (_, answer) => refreshed.opened.then(answer) })
    const slow = session.fetch("/resource/slow")
    emulator.revokeAccessToken()
    const quick = session.fetch("/resource/quick")
    late.open()
    refreshed.open()
    expect((await Promise.all([slow, quick])).map(({ status }) => status)).toEqual([200, 200])
    expect(emulator.stats.refreshes).toBe(1)
  })

  test("S10: at MENU a refresh kills the old token, so requests under way with it replay without a second refresh", async () => {
    const { emulator, session } = await signedInAtMenu()
    const doors = Array.from({ length: 5 }, door)
    for (const { opened } of doors) emulator.fail({ on: "resource", with: (_, answer) => opened.then(answer) })
    const slow = doors.map(() => session.fetch("/resource"))
    await session.refresh()
    for (const { open } of doors) open()
    expect((await Promise.all(slow)).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
    expect(emulator.stats).toMatchObject({ refreshes: 1, reused: 0, unauthorized: 5, requests: 5 })
  })
})

describe("S12: the provider's own endpoints answer 401", () => {
  test("S12: a refresh answered 401 ends the session; it is not refreshed and retried", async () => {
    const { emulator, session } = await signedIn({ emulator: { switches: { refusalStatus: 401 } } })
    emulator.revokeSession()
    const error = await session.fetch("/resource").catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(SessionEndedError)
    expect(error).toMatchObject({ code: "session_ended", reason: session.getSnapshot().reason })
    expect(emulator.log.map(({ on }) => on)).toEqual(["resource", "refresh"])
  })

  test("S12: a login answered 401 is a refused login, asked once, and no refresh", async () => {
    const { emulator, session } = atCommerceEngine()
    emulator.fail({ on: "login", with: 401 })
    await expect(session.login(emulator.credentials)).rejects.toBeInstanceOf(LoginRefusedError)
    expect(emulator.log.map(({ on }) => on)).toEqual(["login"])
  })
})

describe("S31: another user takes the session's place", () => {
  test("S31: A's request answered 401 after B has logged in is not sent again as B", async () => {
    const { emulator, session } = await signedIn()
    const late = door()
    emulator.fail({ on: "resource", with: (_, answer) => late.opened.then(answer) })
    const request = session.fetch("/resource/of-a", { method: "POST", body: "A's" })
    emulator.revokeAccessToken()
    await session.accept(await emulator.mint({ user: 1 }))
    late.open()
    const error = await request.catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(SessionEndedError)
    expect(error).toMatchObject({ code: "session_replaced", reason: null })
    expect(bearers(emulator)).toHaveLength(1)
    expect(emulator.stats.refreshes).toBe(0)
    expect((await session.fetch("/resource")).status).toBe(200)
  })

  test.each([200, 404, 500])("S31: what A asked for, answered %i after B has logged in, is not handed out", async (status) => {
    const { emulator, session } = await signedIn()
    const late = door()
    const cancel = vi.fn<() => void>()
    const forA = new Response(new ReadableStream({ cancel }), { status })
    emulator.fail({ on: "resource", with: () => late.opened.then(() => forA) })
    const request = session.fetch("/resource/of-a", { replay: false }).catch((thrown: unknown) => thrown)
    await session.accept(await emulator.mint({ user: 1 }))
    late.open()
    const error = await request
    expect(error).toBeInstanceOf(SessionEndedError)
    expect(error).toMatchObject({ code: "session_replaced", message: expect.stringContaining(`(${status})`) as string })
    expect(cancel).toHaveBeenCalledOnce()
    expect((await session.fetch("/resource")).status).toBe(200)
  })

  test("what was asked for before a logout is answered to whoever asked", async () => {
    const { emulator, session } = await signedIn()
    const late = door()
    emulator.fail({ on: "resource", with: (_, answer) => answer().then((response) => late.opened.then(() => response)) })
    const request = session.fetch("/resource")
    await session.logout()
    late.open()
    expect((await request).status).toBe(200)
  })

  test("S31: A's 401 does not touch B's session, even where their generations are the same", async () => {
    const { emulator, session } = await signedIn()
    const late = door()
    emulator.fail({ on: "resource", with: (_, answer) => late.opened.then(answer) })
    const request = session.fetch("/resource", { replay: false })
    emulator.revokeAccessToken()
    const { sid } = await session.accept(await emulator.mint({ user: 1 }))
    late.open()
    expect((await request).status).toBe(401) // replay: false takes the 401 as it is
    expect(session.getSnapshot()).toMatchObject({ sid, generation: 1, status: "active" })
    expect(refreshRequests(emulator)).toBe(0)
  })

  test("S31: a request of A's that waits for A's refresh is not sent as B", async () => {
    const { clock, emulator, session } = await signedIn({ keepAlive: "on-demand" })
    await clock.advance(900_000)
    const refreshed = door()
    emulator.fail({ on: "refresh", with: (_, answer) => refreshed.opened.then(answer) })
    const request = session.fetch("/resource").catch((thrown: unknown) => thrown)
    await clock.settle()
    await session.accept(await emulator.mint({ user: 1 }))
    expect(await request).toMatchObject({ code: "session_replaced" })
    refreshed.open()
    await clock.settle()
    expect(bearers(emulator)).toEqual([])
  })

  test("S31: with B's own refresh under way, A's request is told at once", async () => {
    const { emulator, session } = await signedIn()
    const late = door()
    emulator.fail({ on: "resource", with: (_, answer) => late.opened.then(answer) })
    const request = session.fetch("/resource").catch((thrown: unknown) => thrown)
    emulator.revokeAccessToken()
    await session.accept(await emulator.mint({ user: 1 }))
    emulator.revokeAccessToken()
    emulator.fail({ on: "refresh", with: "hang" })
    void session.fetch("/resource").catch(() => {}) // B's, met a 401: the refresh that it wants hangs
    await Promise.resolve()
    late.open()
    expect(await request).toMatchObject({ code: "session_replaced" })
  })

  test("S31: with B's token lapsed, A's late 401 is told at once, and wants no refresh of B's", async () => {
    const { clock, emulator, session } = await signedIn({ keepAlive: "on-demand" })
    const late = door()
    emulator.fail({ on: "resource", with: (_, answer) => late.opened.then(answer) })
    const request = session.fetch("/resource").catch((thrown: unknown) => thrown)
    emulator.revokeAccessToken()
    await session.accept(await emulator.mint({ user: 1 }))
    await clock.advance(900_000)
    late.open()
    expect(await request).toMatchObject({ code: "session_replaced" })
    await clock.settle()
    expect(refreshRequests(emulator)).toBe(0)
  })

  test("S31: not even if B comes at the very moment in which A's refresh lands", async () => {
    const { clock, emulator, session } = await signedIn({ keepAlive: "on-demand" })
    await clock.advance(900_000)
    const at = clock.now()
    const ofB = {
      sid: "b",
      generation: 1,
      issuedAt: at,
      expiringAt: at + 1_000,
      expiresAt: at + 2_000,
      windowEndsAt: null,
      refreshable: true,
      user: null,
    }
    session.subscribe(() => {
      if (session.getSnapshot().generation === 2) session.actor.send({ type: "granted.elsewhere", facts: ofB })
    })
    expect(await session.fetch("/resource").catch((thrown: unknown) => thrown)).toMatchObject({ code: "session_replaced" })
    expect(bearers(emulator)).toEqual([])
  })

  test("a 401 that comes after logout is not replayed, and says that the session is over", async () => {
    const { emulator, session } = await signedIn()
    const late = door()
    emulator.fail({ on: "resource", with: (_, answer) => late.opened.then(answer) })
    const request = session.fetch("/resource").catch((thrown: unknown) => thrown)
    emulator.revokeAccessToken()
    await session.logout()
    late.open()
    expect(await request).toMatchObject({ code: "session_ended", reason: "user" })
    expect(bearers(emulator)).toHaveLength(1)
  })
})

describe("answers that a refresh does not cure (RFC 6750, RFC 9470)", () => {
  test("401 insufficient_user_authentication goes to the caller, with its challenge", async () => {
    const switches = { resourceChallenge: "insufficient_user_authentication" } as const
    const { emulator, session } = await signedInAtOAuth2({ emulator: { switches } })
    const response = await session.fetch("/resource")
    expect(response.status).toBe(401)
    expect(response.headers.get("www-authenticate")).toContain("insufficient_user_authentication")
    expect(emulator.log.map(({ on }) => on)).toEqual(["resource"])
  })

  test("403 insufficient_scope goes to the caller", async () => {
    const { emulator, session } = await signedInAtOAuth2({ emulator: { switches: { resourceChallenge: "insufficient_scope" } } })
    expect((await session.fetch("/resource")).status).toBe(403)
    expect(emulator.log.map(({ on }) => on)).toEqual(["resource"])
  })

  test.each([
    'Bearer error="insufficient_scope"',
    'Bearer realm="api", error="insufficient_user_authentication", acr_values="mfa"',
    "Bearer error=insufficient_user_authentication",
    'Bearer error = "insufficient_user_authentication"',
    'bearer ERROR="insufficient_user_authentication"',
  ])("a challenge is understood as it may be written: %s", async (challenge) => {
    const { emulator, session } = await signedInAtOAuth2()
    emulator.fail({ on: "resource", with: challenging(challenge), times: Infinity })
    expect((await session.fetch("/resource")).status).toBe(401)
    expect(emulator.log.map(({ on }) => on)).toEqual(["resource"])
  })

  test.each([
    'Bearer error="invalid_token"',
    "Bearer",
    'Bearer error="invalid_token", error_description="no insufficient_scope here"',
    'Bearer error="insufficient_scope_of_ours"',
    'Bearer my_error="insufficient_scope"',
  ])("a challenge that a refresh may answer causes one: %s", async (challenge) => {
    const { emulator, session } = await signedInAtOAuth2()
    emulator.fail({ on: "resource", with: challenging(challenge) })
    expect((await session.fetch("/resource")).status).toBe(200)
    expect(emulator.stats.refreshes).toBe(1)
  })

  test("a dead token at an OAuth 2.0 API is refreshed once and replayed", async () => {
    const { emulator, session } = await signedInAtOAuth2()
    emulator.revokeAccessToken()
    expect((await session.fetch("/resource")).status).toBe(200)
    expect(emulator.stats).toMatchObject({ refreshes: 1, unauthorized: 1, requests: 1 })
  })

  test.each(['Bearer error="insufficient_scope"', 'Bearer error=""'])(
    "a provider without such rules takes every 401 as one about its token: %s",
    async (challenge) => {
      const { emulator, session } = await signedIn()
      emulator.fail({ on: "resource", with: challenging(challenge) })
      expect((await session.fetch("/resource")).status).toBe(200)
      expect(emulator.stats.refreshes).toBe(1)
    },
  )

  test("a provider with one such rule goes by that one", async () => {
    const { options } = createEmulator("vault")
    const { rules, ...provider } = vault(options)
    const { emulator, session } = await signedIn({
      provider: { ...provider, rules: { ...rules, notCuredByRefresh: ["insufficient_scope"] } },
    })
    emulator.fail({ on: "resource", with: challenging('Bearer error="insufficient_scope"') })
    expect((await session.fetch("/resource")).status).toBe(401)
    expect(emulator.stats.refreshes).toBe(0)
  })
})
