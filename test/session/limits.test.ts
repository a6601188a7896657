import { describe, expect, test } from "vitest"
import { SessionEndedError, type SessionSnapshot, type SessionStore } from "../../src/index.ts"
import { memoryStore } from "../../src/stores/memory.ts"
import { HOUR, MINUTE, SECOND, setting, signedIn } from "./setting.ts"

const IDLE = 15 * MINUTE

/** Signed in, on an access token that outlives the test: what ends here are limits of the session's own. */
const idling = (options: object = {}) => signedIn("vault", { idleTimeoutMs: IDLE, emulator: { accessTokenTtlS: 86_400 }, ...options })
const ageing = (options: object = {}) => signedIn("vault", { maxAgeMs: HOUR, emulator: { accessTokenTtlS: 86_400 }, ...options })
const endOf = ({ endsAt, endsBy }: SessionSnapshot, now: number) => [endsAt === null ? null : endsAt - now, endsBy]

describe("S24 a session that nobody uses", () => {
  test("ends when it was idle for so long, for that reason, and not a moment sooner", async () => {
    const { clock, session } = await idling()
    await clock.advance(IDLE - 1)
    expect(session.getSnapshot().status).toBe("active")
    await clock.advance(1)
    expect(session.getSnapshot()).toMatchObject({ status: "loggedOut", reason: "idle", authenticated: false })
    expect(session.trail().at(-1)).toMatchObject({ event: "use.found", to: "loggedOut", reason: "idle" })
  })

  test("is told to its provider and to the store", async () => {
    const { clock, emulator, inStore } = await signedIn("oauth2", { idleTimeoutMs: IDLE, emulator: { accessTokenTtlS: 86_400 } })
    await clock.advance(IDLE)
    expect(emulator.stats.logouts).toBe(1)
    expect(await inStore()).toBeNull()
  })

  test.each<[string, (session: Awaited<ReturnType<typeof idling>>["session"]) => unknown]>([
    ["a request", (session) => session.fetch("/resource")],
    ["an access token that was asked for", (session) => session.accessToken()],
    ["touch()", (session) => session.touch()],
  ])("lives on by %s", async (_, use) => {
    const { clock, session } = await idling()
    for (let times = 0; times < 5; times++) {
      await clock.advance(IDLE - 1)
      await use(session)
    }
    expect(session.getSnapshot().status).toBe("active")
    expect(endOf(session.getSnapshot(), clock.now())).toEqual([IDLE, "idle"])
    await clock.advance(IDLE)
    expect(session.getSnapshot().reason).toBe("idle")
  })

  test("does not live on by refreshes that it makes by itself", async () => {
    const { clock, session, emulator } = await idling({ keepAlive: "always", emulator: { accessTokenTtlS: 60 } })
    await clock.advance(IDLE)
    expect(emulator.stats.refreshes).toBeGreaterThan(10)
    expect(session.getSnapshot().reason).toBe("idle")
  })

  test("does not live on by looks at it", async () => {
    const { clock, session } = await idling()
    session.subscribe(() => {})
    for (let times = 0; times < 15; times++) {
      await clock.advance(MINUTE)
      session.getSnapshot()
    }
    expect(session.getSnapshot().reason).toBe("idle")
  })

  test("ends exactly so long after its last use, also where use came in quick succession", async () => {
    const { clock, session } = await idling()
    await clock.advance(10 * SECOND)
    for (let times = 0; times < 5; times++) {
      session.touch()
      await clock.advance(300)
    }
    await clock.advance(IDLE - 301)
    expect(session.getSnapshot().status).toBe("active")
    await clock.advance(1)
    expect(session.getSnapshot().reason).toBe("idle")
  })

  test("ends while a refresh is out, and what that brings is revoked", async () => {
    const { clock, session, emulator, inStore } = await idling({ emulator: { accessTokenTtlS: 900 } })
    await clock.advance(IDLE - SECOND)
    emulator.fail({ on: "refresh", with: "hang" })
    void session.refresh().catch(() => {})
    await clock.settle()
    expect(session.getSnapshot().status).toBe("refreshing")
    await clock.advance(SECOND)
    expect(session.getSnapshot().reason).toBe("idle")
    expect(await inStore()).toBeNull()
  })

  test("ends though its store fails: the limit protects", async () => {
    const store = failing()
    const { clock, session } = await idling({ store })
    store.fail()
    await clock.advance(IDLE)
    expect(session.getSnapshot().reason).toBe("idle")
  })

  test("asleep for longer, ends at waking, and a request at waking does not go out", async () => {
    const { clock, session, emulator } = await idling()
    clock.sleep(8 * HOUR)
    const requests = emulator.stats.requests
    const failed = await session.fetch("/resource").catch((error: unknown) => error)
    expect(failed).toBeInstanceOf(SessionEndedError)
    expect(failed).toMatchObject({ code: "session_ended", reason: "idle" })
    expect(emulator.stats.requests).toBe(requests)
  })

  test("is not usable from the moment on, at whatever time somebody looks", async () => {
    const { clock, session } = await idling()
    clock.jump(IDLE)
    expect(session.getSnapshot().usable).toBe(false)
    session.touch()
    await clock.settle()
    expect(session.getSnapshot().reason).toBe("idle")
  })

  test("stopped before, waits for nothing", async () => {
    const { clock, session } = await idling()
    session.stop()
    await session.stopped
    expect(clock.pending).toBe(0)
  })

  test("logged out before, waits for nothing", async () => {
    const { clock, session } = await idling({ maxAgeMs: HOUR })
    await session.logout()
    expect(clock.pending).toBe(0)
  })
})

describe("S24 several holders", () => {
  test("share their use: as long as one is used none ends", async () => {
    const { clock, session, holder } = await idling()
    const other = holder()
    await other.ready()
    for (let times = 0; times < 5; times++) {
      await clock.advance(IDLE - MINUTE)
      await other.fetch("/resource")
    }
    await clock.settle()
    expect(session.getSnapshot().status).toBe("active")
    expect(endOf(session.getSnapshot(), clock.now())).toEqual([IDLE, "idle"])
    await clock.advance(IDLE)
    expect([session, other].map((each) => each.getSnapshot().status)).toEqual(["loggedOut", "loggedOut"])
    expect([session, other].map((each) => each.getSnapshot().reason)).toContain("idle")
  })

  test("one that heard nothing asks the store before it ends anything", async () => {
    const deaf = memoryStore()
    const { clock, session, holder } = await idling({ store: withoutNotices(deaf) })
    const other = holder()
    await other.ready()
    await clock.advance(IDLE - MINUTE)
    other.touch()
    await clock.advance(2 * MINUTE)
    expect(session.getSnapshot().status).toBe("active")
    expect(endOf(session.getSnapshot(), clock.now())).toEqual([IDLE - 2 * MINUTE, "idle"])
    await clock.advance(IDLE)
    expect(session.getSnapshot().reason).toBe("idle")
  })

  test("a refresh in one forgets nothing of the use of another", async () => {
    const { clock, session, holder } = await idling({ keepAlive: "always", emulator: { accessTokenTtlS: 600 } })
    const other = holder({ keepAlive: "on-demand" })
    await other.ready()
    await clock.advance(9 * MINUTE - SECOND)
    other.touch()
    await clock.advance(IDLE - SECOND)
    expect(session.getSnapshot().authenticated).toBe(true)
    expect(session.getSnapshot().generation).toBeGreaterThan(1)
  })

  test("are told once a second at the most", async () => {
    const { clock, session, store } = await idling()
    const told: number[] = []
    const stop = store.connect({ holder: "onlooker", clock }).watch((notice) => notice.is === "used" && told.push(notice.at))
    await clock.advance(MINUTE)
    for (let times = 0; times < 100; times++) {
      session.touch()
      await clock.advance(100)
    }
    stop()
    expect(told.length).toBe(10)
  })

  test("a session found in the store that was idle for too long is over, never shown as signed in, and its provider is told", async () => {
    const { clock, session, holder, inStore, emulator } = await signedIn("oauth2", {
      idleTimeoutMs: IDLE,
      emulator: { accessTokenTtlS: 86_400 },
    })
    session.stop()
    await clock.advance(IDLE)
    const later = holder()
    const seen: string[] = []
    later.subscribe(() => seen.push(later.getSnapshot().status))
    await later.ready()
    await clock.settle()
    expect(seen).toEqual(["loggedOut"])
    expect(later.getSnapshot().reason).toBe("idle")
    expect(await inStore()).toBeNull()
    expect([emulator.stats.refreshes, emulator.stats.logouts]).toEqual([0, 1])
  })

  test("finding it in time counts as use", async () => {
    const { clock, session, holder, inStore } = await idling()
    session.stop()
    await clock.advance(IDLE - 1)
    const later = holder()
    await later.ready()
    await clock.settle()
    expect(endOf(later.getSnapshot(), clock.now())).toEqual([IDLE, "idle"])
    expect(await inStore()).toMatchObject({ usedAt: clock.now() })
  })
})

describe("S24 a session that is too old", () => {
  test("ends, however much it is used", async () => {
    const { clock, session, inStore } = await ageing()
    for (let times = 0; times < 59; times++) {
      await clock.advance(MINUTE)
      await session.fetch("/resource")
    }
    await clock.advance(MINUTE - 1)
    expect(session.getSnapshot().status).toBe("active")
    await clock.advance(1)
    expect(session.getSnapshot()).toMatchObject({ status: "loggedOut", reason: "maxAge" })
    expect(await inStore()).toBeNull()
  })

  test("counts from login on, through refreshes, reloads and other holders", async () => {
    const { clock, session, holder } = await ageing({ emulator: { accessTokenTtlS: 600 }, keepAlive: "always" })
    await clock.advance(30 * MINUTE)
    session.stop()
    const later = holder()
    await later.ready()
    expect(endOf(later.getSnapshot(), clock.now())).toEqual([30 * MINUTE, "maxAge"])
    await clock.advance(30 * MINUTE)
    expect(later.getSnapshot().reason).toBe("maxAge")
  })

  test("found in the store, is over", async () => {
    const { clock, session, holder } = await ageing()
    session.stop()
    await clock.advance(HOUR)
    const later = holder()
    await later.ready()
    expect(later.getSnapshot().reason).toBe("maxAge")
  })

  test("a new login begins anew", async () => {
    const { clock, session, signIn } = await ageing()
    await clock.advance(HOUR - MINUTE)
    await signIn(session)
    expect(endOf(session.getSnapshot(), clock.now())).toEqual([HOUR, "maxAge"])
    await clock.advance(HOUR - 1)
    expect(session.getSnapshot().status).toBe("active")
    await clock.advance(1)
    expect(session.getSnapshot().reason).toBe("maxAge")
  })
})

describe("when the session ends, and by what", () => {
  test.each<[string, object, [number | null, string | null]]>([
    ["the idle time-out where that is first", { idleTimeoutMs: 10 * MINUTE, maxAgeMs: HOUR }, [10 * MINUTE, "idle"]],
    ["its age where that is first", { idleTimeoutMs: HOUR, maxAgeMs: 10 * MINUTE }, [10 * MINUTE, "maxAge"]],
    ["its age where both are at once", { idleTimeoutMs: HOUR, maxAgeMs: HOUR }, [HOUR, "maxAge"]],
    ["nothing without limits", {}, [null, null]],
  ])("%s", async (_, limits, expected) => {
    const { clock, session } = await signedIn("vault", { ...limits, emulator: { accessTokenTtlS: 86_400 } })
    expect(endOf(session.getSnapshot(), clock.now())).toEqual(expected)
  })

  test("the provider's window where that is before the limits", async () => {
    const { session } = await signedIn("menu", { maxAgeMs: 1_000 * 24 * HOUR })
    expect(session.getSnapshot().endsBy).toBe("window")
    const { session: short } = await signedIn("menu", { maxAgeMs: HOUR })
    expect(short.getSnapshot().endsBy).toBe("maxAge")
  })

  test.each([
    ["idleTimeoutMs", 0],
    ["idleTimeoutMs", "15m"],
    ["maxAgeMs", -1],
    ["maxAgeMs", Number.NaN],
  ])("refuses %s of %s, and says so", (name, value) => {
    expect(() => setting("vault", { [name]: value })).toThrow(`createSession: option "${name}" must be a number of ms`)
  })
})

/** A store that fails when it is told to. */
function failing(): SessionStore & { fail(): void } {
  const store = memoryStore()
  let fails = false
  return {
    name: "memory",
    fail: () => (fails = true),
    connect: (options) =>
      new Proxy(store.connect(options), {
        get: (connection, name) =>
          fails && name === "read"
            ? () => Promise.reject(new Error("the store is away"))
            : (Reflect.get(connection, name, connection) as unknown),
      }),
  }
}

/** A store that tells nobody anything. */
function withoutNotices(store: SessionStore): SessionStore {
  return { name: store.name, connect: (options) => ({ ...store.connect(options), watch: () => () => {} }) }
}
