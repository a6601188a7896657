import { describe, expect, test } from "vitest"
import { createSession, NotAuthenticatedError } from "../../src/index.ts"
import { vault } from "../../src/providers/vault.ts"
import { memoryStore } from "../../src/stores/memory.ts"
import { createEmulator, manualClock } from "../../src/testing/index.ts"
import { bearers, door, refreshRequests, sentBy, signedIn, stopped, watched } from "./signed-in.ts"

/** A session whose token has lapsed and that nobody has refreshed yet. */
async function lapsed(options: Parameters<typeof signedIn>[0] = {}) {
  const made = await signedIn({ keepAlive: "on-demand", ...options })
  await made.clock.advance(900_000)
  return made
}

class Reason extends Error {}

describe("a request with a lapsed token", () => {
  test("is sent after one refresh, and never with the old token", async () => {
    const { emulator, session } = await lapsed()
    expect((await session.fetch("/resource")).status).toBe(200)
    expect(emulator.log.map(({ on, status }) => [on, status])).toEqual([
      ["refresh", 200],
      ["resource", 200],
    ])
  })

  test("a thousand of them share the refresh", async () => {
    const { emulator, session } = await lapsed()
    const answers = await Promise.all(Array.from({ length: 1000 }, () => session.fetch("/resource")))
    expect(answers.every(({ ok }) => ok)).toBe(true)
    expect(emulator.stats).toMatchObject({ refreshes: 1, unauthorized: 0, requests: 1000 })
  })

  test("when the machine has slept past the deadline", async () => {
    const { clock, emulator, session } = await signedIn()
    clock.sleep(3_600_000)
    expect((await session.fetch("/resource")).status).toBe(200)
    expect(emulator.stats).toMatchObject({ refreshes: 1, unauthorized: 0 })
  })
})

describe("S11: every request that waits is let go", () => {
  test("S11: refused: with the end of the session, all with the same reason", async () => {
    const { emulator, session } = await lapsed()
    emulator.revokeSession()
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => session.fetch("/resource").catch((thrown: unknown) => thrown)))
    for (const outcome of outcomes) expect(outcome).toMatchObject({ code: "session_ended", reason: session.getSnapshot().reason })
    expect(refreshRequests(emulator)).toBe(1)
    expect(bearers(emulator)).toEqual([])
  })

  test("S11: faults: after maxWaitMs, while the session goes on; the next request that waits gets through", async () => {
    const { clock, emulator, session } = await lapsed({ maxWaitMs: 5_000 })
    emulator.fail({ on: "refresh", with: 503, retryAfter: 20 })
    const request = watched(session.fetch("/resource"))
    await clock.advance(4_999)
    expect(request.is).toBe("pending")
    await clock.advance(1)
    expect(request).toMatchObject({ is: "failed", error: { code: "refresh_unavailable", name: "RefreshUnavailableError" } })
    expect(session.getSnapshot()).toMatchObject({ authenticated: true, degraded: "network" })
    await clock.advance(12_000)
    const second = watched(session.fetch("/resource"))
    await clock.advance(4_000)
    expect(second.value?.status).toBe(200)
    expect(emulator.stats).toMatchObject({ refreshes: 1, requests: 1 })
  })

  test("S11: misconfigured: at once, with the configuration's error", async () => {
    const { emulator, session } = await lapsed()
    emulator.fail({ on: "refresh", with: { status: 403, html: true } })
    await expect(session.fetch("/resource")).rejects.toMatchObject({ code: "configuration" })
    await expect(session.fetch("/resource")).rejects.toBe(session.getSnapshot().error)
    expect(refreshRequests(emulator)).toBe(1)
  })

  test("S11: stopped: at once; and whoever comes later", async () => {
    const { clock, emulator, session } = await lapsed()
    emulator.fail({ on: "refresh", with: "hang" })
    const request = session.fetch("/resource").catch((thrown: unknown) => thrown)
    await clock.settle()
    session.stop()
    expect(await request).toMatchObject({ code: "session_stopped" })
    await expect(session.fetch("/resource")).rejects.toMatchObject({ code: "session_stopped" })
    await clock.advance(60_000)
  })

  test("S11: logged out: at once", async () => {
    const { clock, emulator, session } = await lapsed()
    emulator.fail({ on: "refresh", with: "hang" })
    const request = session.fetch("/resource").catch((thrown: unknown) => thrown)
    await clock.settle()
    void session.logout()
    expect(await request).toMatchObject({ code: "session_ended", reason: "user" })
    await clock.advance(60_000)
  })

  test("S11: the refresh that a 401 wanted fails: the request that met it is let go, too", async () => {
    const { clock, emulator, session } = await signedIn({ maxWaitMs: 5_000 })
    emulator.revokeAccessToken()
    emulator.fail({ on: "refresh", with: 500, times: Infinity })
    const request = watched(session.fetch("/resource"))
    await clock.advance(5_000)
    expect(request).toMatchObject({ is: "failed", error: { code: "refresh_unavailable" } })
    expect(bearers(emulator)).toHaveLength(1)
  })
})

describe("nobody is signed in", () => {
  const fresh = () => {
    const clock = manualClock()
    const emulator = createEmulator("vault", { clock })
    const { url: baseURL, fetch } = emulator
    return { emulator, session: stopped(createSession({ provider: vault(emulator.options), baseURL, clock, fetch })) }
  }

  test("before login a request fails, unsent", async () => {
    const { emulator, session } = fresh()
    await expect(session.fetch("/resource")).rejects.toBeInstanceOf(NotAuthenticatedError)
    await expect(session.fetch("/resource")).rejects.toMatchObject({ code: "not_authenticated" })
    expect(emulator.log).toEqual([])
  })

  test("after logout it fails with the end, and its reason", async () => {
    const { emulator, session } = await signedIn()
    await session.logout()
    await expect(session.fetch("/resource")).rejects.toMatchObject({ name: "SessionEndedError", code: "session_ended", reason: "user" })
    expect(bearers(emulator)).toEqual([])
  })

  test("a request that came before the tokens were accepted fails rather than waiting for them", async () => {
    const { emulator, session } = fresh()
    const early = session.fetch("/resource").catch((thrown: unknown) => thrown)
    expect(await early).toMatchObject({ code: "not_authenticated" })
    await session.accept(await emulator.mint())
    expect((await session.fetch("/resource")).status).toBe(200)
  })

  test("a request to another holder's session waits until the store has been read", async () => {
    const store = memoryStore()
    const { emulator, clock } = await signedIn({ store })
    const second = stopped(createSession({ provider: vault(emulator.options), baseURL: emulator.url, clock, store, fetch: emulator.fetch }))
    expect((await second.fetch("/resource")).status).toBe(200)
    expect(emulator.stats.refreshes).toBe(0)
  })
})

describe("AbortSignal", () => {
  test("aborted before: nothing is sent, refreshed or told", async () => {
    const { clock, emulator, session } = await lapsed()
    const reason = new Reason()
    await expect(session.fetch("/resource", { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    await expect(session.fetch(new Request(`${emulator.url}/resource`, { signal: AbortSignal.abort(reason) }))).rejects.toBe(reason)
    await clock.advance(60_000)
    expect(emulator.log).toEqual([])
  })

  test("aborted before, with a usable token", async () => {
    const { emulator, session } = await signedIn()
    const reason = new Reason()
    await expect(session.fetch("/resource", { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    expect(emulator.log).toEqual([])
  })

  /** With an init, or as a Request that was made with it. */
  function send({ emulator, session }: Awaited<ReturnType<typeof lapsed>>, whose: string, init: RequestInit): Promise<Response> {
    return whose === "init" ? session.fetch("/resource", init) : session.fetch(new Request(`${emulator.url}/resource`, init))
  }

  test.each(["init", "request"])("aborted while it waits, by the signal of its %s: the refresh and the others go on", async (whose) => {
    const made = await lapsed()
    const { clock, emulator, session } = made
    const refreshed = door()
    emulator.fail({ on: "refresh", with: (_, answer) => refreshed.opened.then(answer) })
    const [abort, reason] = [new AbortController(), new Reason()]
    const request = watched(send(made, whose, { signal: abort.signal }))
    const other = session.fetch("/resource")
    await clock.settle()
    expect(request.is).toBe("pending")
    abort.abort(reason)
    await clock.settle()
    expect(request).toMatchObject({ is: "failed", error: reason })
    refreshed.open()
    expect((await other).status).toBe(200)
    expect(emulator.stats).toMatchObject({ refreshes: 1, requests: 1 })
  })

  test("a null signal takes the Request's own away, as with fetch", async () => {
    const { emulator, session } = await lapsed()
    const request = new Request(`${emulator.url}/resource`, { signal: AbortSignal.abort() })
    expect((await session.fetch(request, { signal: null })).status).toBe(200)
  })

  test("aborted while it is sent", async () => {
    const { clock, emulator, session } = await signedIn()
    emulator.fail({ on: "resource", with: "hang" })
    const [abort, reason] = [new AbortController(), new Reason()]
    const request = session.fetch("/resource", { signal: abort.signal }).catch((thrown: unknown) => thrown)
    await clock.settle()
    abort.abort(reason)
    expect(await request).toBe(reason)
    expect(refreshRequests(emulator)).toBe(0)
  })

  test("aborted while its 401 is being refreshed for: no replay, the refresh goes on, and the body of the 401 is let go", async () => {
    const { clock, emulator, session } = await signedIn()
    const refreshed = door()
    let cancelled = 0
    emulator.fail({
      on: "resource",
      with: () =>
        new Response(
          new ReadableStream({
            cancel() {
              cancelled++
            },
          }),
          { status: 401 },
        ),
    })
    emulator.fail({ on: "refresh", with: (_, answer) => refreshed.opened.then(answer) })
    const [abort, reason] = [new AbortController(), new Reason()]
    const request = session.fetch("/resource", { signal: abort.signal }).catch((thrown: unknown) => thrown)
    await clock.settle()
    abort.abort(reason)
    expect(await request).toBe(reason)
    refreshed.open()
    await clock.settle()
    expect(bearers(emulator)).toHaveLength(1)
    expect(session.getSnapshot()).toMatchObject({ status: "active", generation: 2 })
    expect(cancelled).toBe(1)
  })

  test.each(["init", "request"])("aborted during the replay, by the signal of its %s", async (whose) => {
    const made = await signedIn()
    const { clock, emulator } = made
    emulator.fail({ on: "resource", with: 401 })
    emulator.fail({ on: "resource", with: "hang" })
    const [abort, reason] = [new AbortController(), new Reason()]
    const request = send(made, whose, { method: "POST", body: "x", signal: abort.signal }).catch((thrown: unknown) => thrown)
    await clock.settle()
    expect(bearers(emulator)).toHaveLength(2)
    abort.abort(reason)
    expect(await request).toBe(reason)
  })

  test("a signal that is never aborted keeps no listener of a request that is over", async () => {
    const { session } = await lapsed()
    const { signal } = new AbortController()
    let listeners = 0
    const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)]
    // Only those of the session's own waiting: fetch gets a signal of its own.
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners++
      add(...args)
    }
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners--
      remove(...args)
    }
    await session.accessToken({ signal })
    await Promise.resolve()
    expect(listeners).toBe(0)
  })
})

describe("fetch itself fails", () => {
  test("its error goes to the caller untouched, and nothing is refreshed", async () => {
    const failure = Object.assign(new TypeError("fetch failed"), { cause: new Error("ECONNRESET") })
    const { sent, session } = await sentBy({ baseURL: "https://api.example.com" }, () => {
      throw failure
    })
    await expect(session.fetch("/resource")).rejects.toBe(failure)
    expect(session.getSnapshot()).toMatchObject({ status: "active", usable: true, degraded: null, error: null })
    expect(sent).toHaveLength(1)
  })

  test("an error that is thrown, rather than rejected with, is rejected with", async () => {
    const failure = new Error("not a promise")
    const { session } = await sentBy({
      baseURL: "https://api.example.com",
      fetch: () => {
        throw failure
      },
    })
    await expect(session.fetch("/resource")).rejects.toBe(failure)
  })

  test("a network error on the replay goes to the caller, after one refresh", async () => {
    const { emulator, session } = await signedIn()
    emulator.revokeAccessToken()
    emulator.fail({ on: "resource", with: (_, answer) => answer() })
    emulator.fail({ on: "resource", with: "network" })
    await expect(session.fetch("/resource")).rejects.toBeInstanceOf(TypeError)
    expect(emulator.stats.refreshes).toBe(1)
  })

  test.each([403, 404, 429, 500, 503])("an answer of %i goes to the caller as it is, and nothing is refreshed", async (status) => {
    const { emulator, session } = await signedIn()
    emulator.fail({ on: "resource", with: status })
    expect((await session.fetch("/resource")).status).toBe(status)
    expect(emulator.log).toHaveLength(1)
  })

  test("`fetch` may be taken off the session, and is called without a receiver", async () => {
    const { emulator } = await signedIn()
    const receivers: unknown[] = []
    const { fetch } = stopped(
      createSession({
        provider: vault(emulator.options),
        baseURL: emulator.url,
        fetch: function (this: unknown) {
          receivers.push(this)
          return Promise.resolve(new Response())
        },
      }),
    )
    await fetch(`${emulator.url}/resource`, { headers: { authorization: "mine" } })
    expect(receivers).toEqual([undefined])
  })
})
