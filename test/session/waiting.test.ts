import { getEventListeners } from "node:events"
import { describe, expect, test, vi } from "vitest"
import {
  ConfigurationError,
  NotAuthenticatedError,
  RefreshUnavailableError,
  SessionEndedError,
  StoreUnavailableError,
  type SessionOptions,
} from "../../src/index.ts"
import type { Fault } from "../../src/testing/emulator.types.ts"
import { memoryStore } from "../../src/stores/memory.ts"
import { door, MINUTE, refreshRequests, SECOND, setting, signedIn, watched } from "./setting.ts"
import { EVERYTHING, troubled } from "./troubled.ts"

const LAPSES = 15 * MINUTE

/** A session at VAULT whose token has lapsed, with everybody who can wait waiting for a refresh that this fault hits. */
async function waiting(fault: Fault["with"], options: Pick<SessionOptions, "maxWaitMs"> = {}) {
  const set = await signedIn("vault", options)
  const { clock, emulator, session } = set
  await clock.advance(LAPSES)
  emulator.fail({ on: "refresh", with: fault })
  const giveUp = new AbortController()
  const waiters = {
    fetch: watched(session.fetch("/resource")),
    accessToken: watched(session.accessToken()),
    refresh: watched(session.refresh()),
  }
  const impatient = {
    fetch: watched(session.fetch("/resource", { signal: giveUp.signal })),
    accessToken: watched(session.accessToken({ signal: giveUp.signal })),
    refresh: watched(session.refresh({ signal: giveUp.signal })),
  }
  await clock.settle()
  return { ...set, waiters, impatient, giveUp, all: () => Object.values(waiters), states: () => Object.values(waiters).map(({ is }) => is) }
}

describe("S11 whoever waits for a refresh", () => {
  test("is let go when it is granted", async () => {
    const { opened, open } = door()
    const { clock, emulator, session, states, waiters } = await waiting(async (_, answer) => {
      await opened
      return answer()
    })
    expect(states()).toEqual(["pending", "pending", "pending"])
    open()
    await clock.settle()
    expect(waiters.fetch.value).toMatchObject({ status: 200 })
    expect(waiters.accessToken.value).toBe(emulator.ledger.accessTokens.at(-1)?.token)
    expect(waiters.refresh.value).toBe(session.getSnapshot())
    expect(emulator.stats).toMatchObject({ refreshes: 1, unauthorized: 0 })
  })

  test("learns that a rule has ended the session, by the error that the snapshot shows", async () => {
    const { session, all } = await waiting({ status: 400, body: { error: "invalid_grant" } })
    const { error } = session.getSnapshot()
    expect(error).toBeInstanceOf(SessionEndedError)
    expect(error).toMatchObject({ code: "session_ended", reason: "refreshTokenExpired" })
    for (const waiter of all()) expect(waiter.error).toBe(error)
  })

  test("learns that the user has logged out", async () => {
    const { clock, session, all } = await waiting("hang")
    void session.logout()
    await clock.settle()
    for (const { error } of all()) {
      expect(error).toBeInstanceOf(SessionEndedError)
      expect(error).toMatchObject({ code: "session_ended", reason: "user" })
    }
    expect(session.getSnapshot().error).toBeNull()
  })

  test("learns that another holder has ended the session, by the error that the snapshot shows", async () => {
    const { clock, session, holder, all } = await waiting("hang")
    await holder().logout()
    await clock.settle()
    const { error } = session.getSnapshot()
    expect(error).toMatchObject({ code: "session_ended", reason: "elsewhere" })
    for (const waiter of all()) expect(waiter.error).toBe(error)
  })

  test("learns that the store holds the session no more, also where nobody has told it", async () => {
    const { store, inner } = troubled(memoryStore(), { isDeaf: true })
    const { clock, emulator, session } = await signedIn("vault", { store })
    await clock.advance(LAPSES)
    await inner.connect({ holder: "another process", clock }).end(session.getSnapshot().sid!, null)
    expect(session.getSnapshot()).toMatchObject({ authenticated: true })
    const waiter = watched(session.fetch("/resource"))
    await clock.settle()
    expect(waiter.error).toMatchObject({ code: "session_ended", reason: "elsewhere" })
    expect(waiter.error).toBe(session.getSnapshot().error)
    expect(refreshRequests(emulator)).toBe(0)
  })

  test("learns that the session was stopped", async () => {
    const { clock, session, all } = await waiting("hang")
    session.stop()
    await clock.settle()
    for (const { error } of all()) {
      expect(error).toBeInstanceOf(SessionEndedError)
      expect(error).toMatchObject({ code: "session_stopped", reason: null })
    }
  })

  test("learns that the session was stopped by the first who heard of its grant", async () => {
    const { opened, open } = door()
    const { clock, session, waiters } = await waiting(async (_, answer) => {
      await opened
      return answer()
    })
    session.subscribe(() => session.stop())
    open()
    await clock.settle()
    expect(waiters.fetch.error).toMatchObject({ code: "session_stopped" })
    expect(waiters.accessToken.error).toMatchObject({ code: "session_stopped" })
  })

  test("learns that another session has taken this one's place, and nothing is sent for it", async () => {
    const { clock, emulator, session, all } = await waiting("hang")
    await session.accept(await emulator.mint({ user: 1 }))
    await clock.settle()
    for (const { error } of all()) {
      expect(error).toBeInstanceOf(SessionEndedError)
      expect(error).toMatchObject({ code: "session_replaced" })
    }
    expect(emulator.log.filter(({ on }) => on === "resource")).toEqual([])
    expect(session.getSnapshot()).toMatchObject({ status: "active", error: null })
  })

  test("is let go at once where waiting does not help, by the error that the snapshot shows", async () => {
    const { session, all } = await waiting(405)
    const { error } = session.getSnapshot()
    expect(error).toBeInstanceOf(ConfigurationError)
    for (const waiter of all()) expect(waiter.error).toBe(error)
  })

  test("gives up by its own signal, with that signal's reason; the others go on waiting", async () => {
    const { clock, impatient, giveUp, states } = await waiting("hang")
    const reason = new Error("the user has gone elsewhere")
    giveUp.abort(reason)
    await clock.settle()
    for (const { error } of Object.values(impatient)) expect(error).toBe(reason)
    expect(states()).toEqual(["pending", "pending", "pending"])
  })

  test("leaves nothing behind at its signal, nor at the chart", async () => {
    const { clock, session } = await signedIn("vault")
    const { signal } = new AbortController()
    const { actor } = session
    const subscribe = actor.subscribe.bind(actor)
    let subscriptions = 0
    vi.spyOn(actor, "subscribe").mockImplementation((...given) => {
      const subscription = subscribe(...(given as Parameters<typeof subscribe>))
      subscriptions += 1
      return { unsubscribe: () => void (subscription.unsubscribe(), (subscriptions -= 1)) }
    })
    const refreshed = session.refresh({ signal })
    await Promise.resolve()
    expect([getEventListeners(signal, "abort").length, subscriptions]).toEqual([1, 1])
    await clock.track(refreshed)
    expect([getEventListeners(signal, "abort").length, subscriptions]).toEqual([0, 0])
  })

  test("waits for maxWaitMs at most while nothing is known, and the session goes on trying", async () => {
    const { clock, session, waiters } = await waiting("hang", { maxWaitMs: 10 * SECOND })
    await clock.advance(10 * SECOND - 1)
    expect(waiters.fetch.is).toBe("pending")
    await clock.advance(1)
    expect(waiters.fetch.error).toBeInstanceOf(RefreshUnavailableError)
    expect(waiters.accessToken.error).toMatchObject({ code: "refresh_unavailable" })
    expect(session.getSnapshot()).toMatchObject({ status: "refreshing", authenticated: true })
    await clock.advance(21 * SECOND)
    expect(session.getSnapshot()).toMatchObject({ status: "active", generation: 2 })
  })

  test("waits for 30 s where nobody says otherwise, and then learns what the snapshot shows", async () => {
    const { clock, session, waiters } = await waiting(503)
    expect(waiters.refresh.error).toBe(session.getSnapshot().error)
    await clock.settle()
    expect(waiters.fetch.is).toBe("pending")
    // It comes back within the wait.
    await clock.advance(SECOND)
    expect(waiters.fetch.value).toMatchObject({ status: 200 })
  })

  test("learns at its wait limit what the snapshot shows", async () => {
    const { clock, emulator, session, waiters } = await waiting(503)
    emulator.fail({ on: "refresh", with: 429, times: Infinity, retryAfter: 600 })
    await clock.advance(30 * SECOND - 1)
    expect(waiters.fetch.is).toBe("pending")
    await clock.advance(1)
    const { error } = session.getSnapshot()
    expect(error).toMatchObject({ code: "refresh_unavailable", message: expect.stringContaining("429") as string })
    expect(waiters.fetch.error).toBe(error)
    expect(waiters.accessToken.error).toBe(error)
  })

  test("has a wait limit of its own, whoever waits already", async () => {
    const { clock, session, waiters } = await waiting("hang", { maxWaitMs: 10 * SECOND })
    await clock.advance(6 * SECOND)
    const later = watched(session.fetch("/resource"))
    await clock.advance(4 * SECOND)
    expect([waiters.fetch.is, later.is]).toEqual(["failed", "pending"])
    await clock.advance(6 * SECOND)
    expect(later.error).toMatchObject({ code: "refresh_unavailable" })
  })

  test("waits again where what comes is of no use: a token that has lapsed before it could be used", async () => {
    const { clock, emulator, session } = await signedIn("vault", { emulator: { accessTokenTtlS: 20 } })
    await clock.advance(20 * SECOND)
    emulator.fail({ on: "refresh", with: async (_, answer) => answer() })
    const waiter = watched(session.fetch("/resource"))
    clock.sleep(25 * SECOND)
    await clock.advance(SECOND)
    expect(waiter.value).toMatchObject({ status: 200 })
    expect(emulator.stats.unauthorized).toBe(0)
  })
})

describe("S11 whoever waits for the store", () => {
  test("is let go when that has answered", async () => {
    const { clock, session, holder } = await signedIn("vault")
    session.stop()
    const reloaded = holder()
    const waiters = [
      watched(reloaded.fetch("/resource")),
      watched(reloaded.accessToken()),
      watched(reloaded.refresh()),
      watched(reloaded.ready()),
    ]
    await clock.settle()
    expect(waiters.map(({ is }) => is)).toEqual(["done", "done", "done", "done"])
  })

  test("learns that nobody is signed in", async () => {
    const { clock, session } = setting("vault")
    const waiters = [watched(session.fetch("/resource")), watched(session.accessToken()), watched(session.refresh())]
    await clock.settle()
    for (const { error } of waiters) expect(error).toBeInstanceOf(NotAuthenticatedError)
  })

  test("learns at its wait limit that the store is away, by the error that the snapshot shows", async () => {
    const { store, fail } = troubled()
    fail(EVERYTHING)
    const { clock, session } = setting("vault", { store })
    const waiters = [watched(session.fetch("/resource")), watched(session.accessToken())]
    await clock.advance(30 * SECOND)
    const { error, status } = session.getSnapshot()
    expect(status).toBe("restoring")
    expect(error).toBeInstanceOf(StoreUnavailableError)
    for (const waiter of waiters) expect(waiter.error).toBe(error)
  })

  test("is let go by stop(), ready() too", async () => {
    const { store, fail } = troubled()
    fail("read", { trouble: "hangs" })
    const { clock, session } = setting("vault", { store })
    const waiters = [
      watched(session.ready()),
      watched(session.fetch("/resource")),
      watched(session.refresh()),
      watched(session.login({})),
      watched(session.accessToken()),
    ]
    await clock.settle()
    session.stop()
    await clock.settle()
    for (const { error } of waiters) expect(error).toMatchObject({ code: "session_stopped" })
  })

  test("gives up by its own signal", async () => {
    const { store, fail } = troubled()
    fail("read", { trouble: "hangs" })
    const { clock, session } = setting("vault", { store })
    const { signal, ...giveUp } = abortable()
    const waiters = [
      watched(session.ready({ signal })),
      watched(session.refresh({ signal })),
      watched(session.login({}, { signal })),
      watched(session.accessToken({ signal })),
    ]
    await clock.settle()
    giveUp.abort("enough")
    await clock.settle()
    for (const { error } of waiters) expect(error).toBe("enough")
  })
})

describe("S11 whoever waits for a login", () => {
  test("goes on with the user who has logged in", async () => {
    const { opened, open } = door()
    const { clock, emulator, session } = setting("menu")
    await session.ready()
    emulator.fail({
      on: "login",
      with: async (_, answer) => {
        await opened
        return answer()
      },
    })
    const loggingIn = session.login(emulator.credentials)
    const waiters = [watched(session.fetch("/resource")), watched(session.accessToken()), watched(session.refresh())]
    await clock.settle()
    expect(waiters.map(({ is }) => is)).toEqual(["pending", "pending", "pending"])
    open()
    await loggingIn
    await clock.settle()
    expect(waiters.map(({ is }) => is)).toEqual(["done", "done", "done"])
  })

  test.each([
    ["refused", 403],
    ["unavailable", 503],
  ] as const)("learns that nobody is signed in when it is %s", async (_, fault) => {
    const { clock, emulator, session } = setting("commerce-engine")
    await session.ready()
    emulator.fail({ on: "login", with: fault })
    const loggingIn = watched(session.login(emulator.credentials))
    const waiters = [watched(session.fetch("/resource")), watched(session.accessToken()), watched(session.refresh())]
    await clock.settle()
    expect(loggingIn.is).toBe("failed")
    for (const { error } of waiters) expect(error).toBeInstanceOf(NotAuthenticatedError)
  })
})

describe("a request with a usable token", () => {
  test("never waits while a refresh hangs", async () => {
    const { clock, emulator, session } = await signedIn("vault")
    emulator.fail({ on: "refresh", with: "hang" })
    session.touch()
    await clock.advance(14 * MINUTE)
    expect(session.getSnapshot()).toMatchObject({ status: "refreshing", usable: true })
    const answers = [watched(session.fetch("/resource")), watched(session.accessToken())]
    await clock.settle()
    expect(answers.map(({ is }) => is)).toEqual(["done", "done"])
    expect(emulator.stats).toMatchObject({ requests: 1, refreshes: 0 })
  })

  test("never waits while the session backs off", async () => {
    const { clock, emulator, session } = await signedIn("vault")
    emulator.fail({ on: "refresh", with: 429, retryAfter: 600 })
    await session.refresh().catch(() => {})
    expect((await session.fetch("/resource")).status).toBe(200)
    await clock.advance(LAPSES - 1)
    expect((await session.fetch("/resource")).status).toBe(200)
  })

  test("waits from the moment on at which it lapses, also while a refresh is under way", async () => {
    const { clock, emulator, session } = await signedIn("vault")
    emulator.fail({ on: "refresh", with: "hang", times: 2 })
    session.touch()
    await clock.advance(LAPSES - 20 * SECOND)
    expect(session.getSnapshot()).toMatchObject({ status: "refreshing", usable: true })
    const told: boolean[] = []
    session.subscribe(() => told.push(session.getSnapshot().usable))
    await clock.advance(20 * SECOND)
    expect(told).toContain(false)
    expect(session.getSnapshot()).toMatchObject({ status: "refreshing", usable: false })
    const waiter = watched(session.fetch("/resource"))
    await clock.settle()
    expect(waiter.is).toBe("pending")
    expect(emulator.stats.unauthorized).toBe(0)
  })

  test("that is rejected while a refresh hangs waits for that one, and asks for none of its own", async () => {
    const { opened, open } = door()
    const { clock, emulator, session } = await signedIn("vault")
    emulator.fail({
      on: "refresh",
      with: async (_, answer) => {
        await opened
        return answer()
      },
    })
    const refreshing = session.refresh()
    await clock.settle()
    emulator.revokeAccessToken()
    const waiter = watched(session.fetch("/resource"))
    await clock.settle()
    expect(waiter.is).toBe("pending")
    expect(session.getSnapshot()).toMatchObject({ status: "refreshing", usable: false })
    open()
    await refreshing
    await clock.settle()
    expect(waiter.value).toMatchObject({ status: 200 })
    expect(refreshRequests(emulator)).toBe(1)
  })
})

describe("accessToken()", () => {
  test("yields the token in use", async () => {
    const { emulator, session } = await signedIn("vault")
    expect(await session.accessToken()).toBe(emulator.ledger.accessTokens[0]?.token)
    await session.refresh()
    expect(await session.accessToken()).toBe(emulator.ledger.accessTokens[1]?.token)
  })

  test("counts as use: in the lead time it yields the old token, and begins a refresh", async () => {
    const { clock, emulator, session } = await signedIn("vault")
    await clock.advance(14 * MINUTE)
    expect(await session.accessToken()).toBe(emulator.ledger.accessTokens[0]?.token)
    await clock.settle()
    expect(session.getSnapshot()).toMatchObject({ status: "active", generation: 2 })
  })

  test("after the end says why there is none", async () => {
    const { session } = await signedIn("vault")
    await session.logout()
    await expect(session.accessToken()).rejects.toMatchObject({ code: "session_ended", reason: "user" })
  })
})

function abortable() {
  const controller = new AbortController()
  return { signal: controller.signal, abort: (reason: unknown) => controller.abort(reason) }
}
