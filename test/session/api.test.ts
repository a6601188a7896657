import { describe, expect, test, vi } from "vitest"
import { createSession, SessionEndedError, type Session, type SessionOptions } from "../../src/index.ts"
import { vault } from "../../src/providers/vault.ts"
import { createEmulator, manualClock } from "../../src/testing/index.ts"
import { door, HOUR, MINUTE, refreshRequests, SECOND, setting, signedIn, watched } from "./setting.ts"
import { EVERYTHING, troubled } from "./troubled.ts"

const LAPSES = 15 * MINUTE

describe("I12 a session that was created", () => {
  test("has started nothing: no timer, no look into the store, no request", async () => {
    const { store, calls } = troubled()
    const { clock, emulator, session } = setting("vault", { store })
    session.getSnapshot()
    session.trail()
    void session.stopped
    await clock.advance(HOUR)
    expect(clock.pending).toBe(0)
    expect(calls).toEqual([])
    expect(emulator.log).toEqual([])
  })

  test("shows one constant snapshot until then: frozen, restoring, nobody", () => {
    const { session } = setting("vault")
    const snapshot = session.getSnapshot()
    expect(snapshot).toEqual({
      status: "restoring",
      authenticated: false,
      usable: false,
      user: null,
      sid: null,
      generation: null,
      expiresAt: null,
      endsAt: null,
      endsBy: null,
      reason: null,
      error: null,
      degraded: null,
    })
    expect(Object.isFrozen(snapshot)).toBe(true)
    expect(session.getSnapshot()).toBe(snapshot)
  })

  test("S29 shows the facts that a server rendered, until the store has been read", async () => {
    const initial = { sid: "from-the-server", user: { id: "user-1" }, generation: 4, expiresAt: 1_800_000_000_000 }
    const { session } = setting("oauth2", { initial })
    const snapshot = session.getSnapshot()
    expect(snapshot).toMatchObject({ ...initial, status: "restoring", authenticated: true, usable: false, endsAt: null })
    expect(snapshot.user).toBe(initial.user)
    expect(Object.isFrozen(snapshot)).toBe(true)
    expect(session.getSnapshot()).toBe(snapshot)
    const ready = session.ready()
    expect(session.getSnapshot()).toBe(snapshot)
    expect(await ready).toMatchObject({ status: "unauthenticated", authenticated: false, user: null })
  })

  test("S29 goes on showing them while the store is away", async () => {
    const { store, fail } = troubled()
    fail("read")
    const { clock, session } = setting("oauth2", { store, initial: { sid: "sid", user: { id: "user-1" } } })
    void session.ready().catch(() => {})
    await clock.advance(SECOND)
    expect(session.getSnapshot()).toMatchObject({
      status: "restoring",
      authenticated: true,
      usable: false,
      user: { id: "user-1" },
      degraded: "store",
    })
  })

  test.each([
    ["ready", (session: Session) => session.ready()],
    ["subscribe", (session: Session) => session.subscribe(() => {})],
    ["on", (session: Session) => session.on("ended", () => {})],
    ["fetch", (session: Session) => session.fetch("/resource")],
    ["accessToken", (session: Session) => session.accessToken()],
    ["refresh", (session: Session) => session.refresh()],
    ["logout", (session: Session) => session.logout()],
    ["touch", (session: Session) => session.touch()],
  ] as [string, (session: Session) => unknown][])("begins with its first use: %s()", async (_, use) => {
    const { store, calls } = troubled()
    const { clock, session } = setting("vault", { store })
    const used = use(session as unknown as Session)
    if (used instanceof Promise) await used.catch(() => {})
    await clock.settle()
    expect(calls).toContain("read")
    expect(session.getSnapshot().authenticated).toBe(false)
  })

  test("begins once, whatever is used", async () => {
    const { store, calls } = troubled()
    const { clock, session } = setting("vault", { store })
    session.subscribe(() => {})
    session.on("granted", () => {})
    session.touch()
    await session.ready()
    await session.ready()
    await clock.settle()
    expect(calls).toEqual(["read"])
    expect(clock.pending).toBe(0)
  })

  test("can log in, log out and refresh before anything else was asked of it", async () => {
    const { emulator, session } = setting("menu")
    await expect(session.refresh()).rejects.toMatchObject({ code: "not_authenticated" })
    expect(await session.logout()).toEqual({ revoked: false })
    expect(await session.login(emulator.credentials)).toMatchObject({ status: "active" })
  })
})

describe("the snapshot", () => {
  test("is the same object until something changes, and frozen", async () => {
    const { clock, emulator, session } = await signedIn("vault")
    const snapshot = session.getSnapshot()
    expect(Object.isFrozen(snapshot)).toBe(true)
    session.touch()
    await session.fetch("/resource")
    await clock.advance(MINUTE)
    expect(session.getSnapshot()).toBe(snapshot)
    emulator.revokeAccessToken()
    await session.fetch("/resource")
    expect(session.getSnapshot()).not.toBe(snapshot)
  })

  test("looks at the deadline itself, and stays one object afterwards", async () => {
    const { clock, session } = await signedIn("vault")
    clock.jump(LAPSES)
    const snapshot = session.getSnapshot()
    expect(snapshot).toMatchObject({ status: "active", usable: false })
    expect(session.getSnapshot()).toBe(snapshot)
  })

  test("says the same to all who listen, once for each change", async () => {
    const { clock, session } = await signedIn("vault")
    const seen: string[][] = [[], []]
    seen.forEach((statuses) => session.subscribe(() => statuses.push(session.getSnapshot().status)))
    await session.refresh()
    await session.logout()
    await clock.settle()
    expect(seen[0]).toEqual(["refreshing", "active", "loggedOut"])
    expect(seen[1]).toEqual(seen[0])
  })
})

describe("listeners", () => {
  test("are called without an argument, until they unsubscribe; each subscription is its own", async () => {
    const { session } = await signedIn("vault")
    const listener = vi.fn<(...given: unknown[]) => void>()
    const unsubscribe = session.subscribe(listener)
    const other = session.subscribe(listener)
    await session.refresh()
    expect(listener).toHaveBeenCalledTimes(4)
    expect(listener.mock.calls.flat()).toEqual([])
    unsubscribe()
    unsubscribe()
    await session.refresh()
    expect(listener).toHaveBeenCalledTimes(6)
    other()
    await session.refresh()
    expect(listener).toHaveBeenCalledTimes(6)
  })

  test("are told of grants, the end, trouble and its end", async () => {
    const { clock, emulator, session, signIn } = setting("geins")
    const told: unknown[] = []
    const off = [
      session.on("granted", ({ snapshot }) => told.push(`granted ${snapshot.generation}`)),
      session.on("ended", ({ reason }) => told.push(`ended ${reason}`)),
      session.on("degraded", ({ why, error }) => told.push(`degraded ${why} ${error?.name}`)),
      session.on("recovered", ({ snapshot }) => told.push(`recovered ${snapshot.generation}`)),
    ]
    await signIn(session)
    emulator.fail({ on: "refresh", with: 503, times: 2 })
    await session.refresh().catch(() => {})
    await session.refresh().catch(() => {})
    await session.refresh()
    await session.logout()
    expect(told).toEqual(["granted 1", "degraded network RefreshUnavailableError", "granted 2", "recovered 2", "ended user"])
    off.forEach((unsubscribe) => unsubscribe())
    await signIn(session)
    await clock.settle()
    expect(told).toHaveLength(5)
  })

  test("that throw do not disturb the session or each other, an inspector among them", async () => {
    const next = vi.fn<() => void>().mockImplementationOnce(() => {
      throw new Error("in an inspector")
    })
    const uncaught: unknown[] = []
    const note = (error: unknown) => uncaught.push(error)
    const others = process.listeners("uncaughtException")
    process.removeAllListeners("uncaughtException").on("uncaughtException", note)
    const { clock, session } = await signedIn("vault", { inspect: { next } })
    const calm = vi.fn<() => void>()
    session.on("granted", () => {
      throw new Error("in a handler")
    })
    session.subscribe(() => {
      throw new Error("in a listener")
    })
    session.subscribe(calm)
    await session.refresh()
    await clock.settle()
    process.off("uncaughtException", note)
    others.forEach((listener) => process.on("uncaughtException", listener))
    expect(session.getSnapshot()).toMatchObject({ status: "active", generation: 2 })
    expect(calm).toHaveBeenCalledTimes(2)
    expect(uncaught.map((error) => (error as Error).message)).toEqual(
      expect.arrayContaining(["in a handler", "in a listener", "in an inspector"]),
    )
  })

  test("may call the session from within", async () => {
    const { clock, emulator, session } = await signedIn("geins")
    session.on("granted", () => void session.logout())
    await session.refresh().catch(() => {})
    await clock.settle()
    expect(session.getSnapshot()).toMatchObject({ status: "loggedOut", reason: "user" })
    expect(emulator.ledger.signedIn()).toEqual([])
  })
})

describe("touch()", () => {
  test("in the lead time begins a refresh, and after the end does nothing", async () => {
    const { clock, emulator, session } = await signedIn("geins")
    await clock.advance(14 * MINUTE)
    session.touch()
    await clock.settle()
    expect(session.getSnapshot()).toMatchObject({ status: "active", generation: 2 })
    await session.logout()
    session.touch()
    await clock.advance(HOUR)
    expect(refreshRequests(emulator)).toBe(1)
  })
})

describe("S23 the trail", () => {
  test("tells why the session is over: the rule, its words, its source and the way there", async () => {
    const { emulator, session } = await signedIn("unisouk")
    emulator.suspendUser()
    await session.refresh().catch(() => {})
    const trail = session.trail()
    const refused = trail.filter(({ rule }) => rule !== undefined)
    expect(refused.map(({ rule }) => rule)).toContain("accountSuspended")
    expect(refused[0]).toMatchObject({
      chart: "refresh",
      says: expect.stringMatching(/suspended/) as string,
      source: { document: "Refresh Access Token, v1", section: "Error Responses" },
    })
    expect(trail.at(-1)).toMatchObject({ chart: "session", to: "loggedOut", reason: "accountSuspended" })
    expect(trail.map(({ chart, to }) => `${chart}: ${to}`)).toEqual(expect.arrayContaining(["session: active", "refresh: requesting"]))
    expect(trail.map(({ event }) => event)).toContain("all done")
    expect(trail.filter(({ event }) => event.startsWith("xstate"))).toEqual([])
  })

  test("names users by id, and holds no token", async () => {
    const { clock, emulator, session } = await signedIn("unisouk")
    await session.refresh()
    emulator.fail({ on: "refresh", with: "lost" })
    await session.refresh().catch(() => {})
    await clock.advance(MINUTE)
    const text = JSON.stringify(session.trail())
    for (const { token } of emulator.ledger.accessTokens) expect(text).not.toContain(token)
    for (const { credential } of emulator.ledger.refreshCredentials) expect(text).not.toContain(credential)
    expect(text).not.toContain("ada@example.com")
    expect(session.trail().some(({ user }) => user === "9007199254740993")).toBe(true)
  })

  test("calls events by the names that the chart has for them", async () => {
    const { store, fail } = troubled()
    fail("read", { times: 1 })
    const { clock, emulator, session } = setting("vault", { store })
    void session.ready()
    await clock.advance(MINUTE)
    await session.accept(await emulator.mint())
    emulator.fail({ on: "refresh", with: "network" })
    await clock.advance(14 * MINUTE)
    session.touch()
    await clock.advance(MINUTE)
    const events = session.trail().map(({ event }) => event)
    expect(events).toEqual(
      expect.arrayContaining(["failed", "after backoff", "done", "grant.accepted", "after untilExpiring", "session.used"]),
    )
  })

  test("remembers the last transitions only, oldest first, and hands out copies", async () => {
    const { session } = await signedIn("vault")
    for (let times = 0; times < 30; times++) await session.refresh()
    const trail = session.trail()
    expect(trail.length).toBeLessThanOrEqual(50)
    expect(trail.at(-1)).toMatchObject({ to: "active", generation: 31 })
    expect(session.trail()).not.toBe(trail)
    expect(session.trail()).toEqual(trail)
  })
})

describe("stop()", () => {
  test.each([
    ["before anything", async () => setting("vault")],
    [
      "while restoring",
      async () => {
        const set = setting("vault")
        set.session.touch()
        return set
      },
    ],
    [
      "while the store is away",
      async () => {
        const { store, fail } = troubled()
        fail("read")
        const set = setting("vault", { store })
        set.session.touch()
        await set.clock.advance(SECOND)
        return set
      },
    ],
    [
      "with nobody",
      async () => {
        const set = setting("vault")
        await set.session.ready()
        return set
      },
    ],
    ["while active", async () => signedIn("vault")],
    [
      "in the lead time",
      async () => {
        const set = await signedIn("vault")
        await set.clock.advance(14 * MINUTE + 1)
        return set
      },
    ],
    [
      "when lapsed",
      async () => {
        const set = await signedIn("vault")
        await set.clock.advance(LAPSES)
        return set
      },
    ],
    [
      "while backing off",
      async () => {
        const set = await signedIn("vault")
        set.emulator.fail({ on: "refresh", with: 503, times: Infinity })
        await set.session.refresh().catch(() => {})
        return set
      },
    ],
    [
      "while blocked",
      async () => {
        const set = await signedIn("vault")
        set.emulator.fail({ on: "refresh", with: 405 })
        await set.session.refresh().catch(() => {})
        return set
      },
    ],
    [
      "with a grant that is not stored",
      async () => {
        const { store, fail } = troubled()
        fail("create")
        return signedIn("vault", { store })
      },
    ],
    [
      "after the end",
      async () => {
        const set = await signedIn("vault")
        await set.session.logout()
        return set
      },
    ],
  ])("%s leaves no timer and sends nothing more; every call says so", async (_, begin) => {
    const { clock, emulator, session } = (await begin()) as ReturnType<typeof setting<"vault">>
    const stopped = watched(session.stopped)
    session.stop()
    session.stop()
    await clock.settle()
    expect(stopped.is).toBe("done")
    expect(clock.pending).toBe(0)
    const sent = emulator.log.length
    const calls = [
      session.fetch("/resource"),
      session.accessToken(),
      session.refresh(),
      session.ready(),
      session.login({}),
      session.accept({ accessToken: "a", refreshToken: "b" }),
    ].map((call) => watched<unknown>(call))
    session.touch()
    session.subscribe(() => {})
    await clock.advance(HOUR)
    for (const { error } of calls) {
      expect(error).toBeInstanceOf(SessionEndedError)
      expect(error).toMatchObject({ code: "session_stopped" })
    }
    expect(await session.logout()).toEqual({ revoked: false })
    expect(emulator.log).toHaveLength(sent)
    expect(clock.pending).toBe(0)
    expect(Object.isFrozen(session.getSnapshot())).toBe(true)
  })

  test("does not abort a refresh that was sent: it is stored, and `stopped` waits for it", async () => {
    const { clock, emulator, session, inStore } = await signedIn("vault")
    const { opened, open } = door()
    emulator.fail({
      on: "refresh",
      with: async (_, answer) => {
        await opened
        return answer()
      },
    })
    const refreshing = watched(session.refresh())
    await clock.settle()
    session.stop()
    const stopped = watched(session.stopped)
    await clock.advance(12 * SECOND)
    expect(refreshing.error).toMatchObject({ code: "session_stopped" })
    expect(stopped.is).toBe("pending")
    open()
    await clock.settle()
    expect(stopped.is).toBe("done")
    expect(await inStore()).toMatchObject({ generation: 2, lease: null, sentAt: null })
    expect((await inStore())?.accessToken).toBe(emulator.ledger.accessTokens.at(-1)?.token)
    expect(clock.pending).toBe(0)
  })

  test.each([
    ["503", 503, null],
    ["a lost answer", "lost", "in doubt"],
  ] as const)("during a refresh that ends with %s leaves the store as it should be", async (_, fault, doubt) => {
    const { clock, emulator, session, inStore } = await signedIn("vault")
    const { opened, open } = door()
    emulator.fail({
      on: "refresh",
      with: async (_request, answer) => {
        await opened
        if (fault === 503) return new Response(null, { status: 503 })
        await answer()
        throw new TypeError("fetch failed")
      },
    })
    void session.refresh().catch(() => {})
    await clock.settle()
    session.stop()
    open()
    await session.stopped
    expect(await inStore()).toMatchObject({ generation: 1, lease: null, sentAt: doubt === null ? null : clock.now() })
  })

  test("waits for an answer that never comes no longer than its limit", async () => {
    const { clock, emulator, session } = await signedIn("vault")
    emulator.fail({ on: "refresh", with: "hang" })
    void session.refresh().catch(() => {})
    await clock.settle()
    session.stop()
    const stopped = watched(session.stopped)
    await clock.advance(30 * SECOND)
    expect(stopped.is).toBe("done")
    expect(clock.pending).toBe(0)
  })

  test("does not stop a logout: the provider is told, and logout() settles", async () => {
    const { clock, emulator, session, inStore } = await signedIn("geins")
    const loggingOut = watched(session.logout())
    session.stop()
    await session.stopped
    await clock.settle()
    expect(loggingOut.is).toBe("done")
    expect(emulator.ledger.signedIn()).toEqual([])
    expect(await inStore()).toBeNull()
  })

  test.each(["by the chart", "beside a session"])(
    "during a login (%s) rejects it; nobody comes to know its grant, so that is revoked",
    async (how) => {
      const { clock, emulator, session, inStore } = how === "by the chart" ? setting("unisouk") : await signedIn("unisouk")
      await session.ready()
      const before = await inStore()
      const { opened, open } = door()
      emulator.fail({
        on: "login",
        with: async (_, answer) => {
          const response = await answer()
          await opened
          return response
        },
      })
      const loggingIn = watched(session.login(emulator.users[1]))
      await clock.settle()
      session.stop()
      open()
      await session.stopped
      await clock.settle()
      expect(loggingIn.error).toMatchObject({ code: "session_stopped" })
      expect(await inStore()).toEqual(before)
      expect(emulator.ledger.signedIn()).toHaveLength(before === null ? 0 : 1)
    },
  )

  test("keeps the session for whoever comes next", async () => {
    const { session, holder } = await signedIn("menu")
    const { sid } = session.getSnapshot()
    session.stop()
    expect(await holder().ready()).toMatchObject({ status: "active", sid })
  })

  test("is what `using` and `await using` do", async () => {
    const { clock, emulator, provider, session, store } = await signedIn("vault")
    const make = () => createSession({ provider, store, clock, fetch: emulator.fetch })
    const { opened, open } = door()
    emulator.fail({
      on: "refresh",
      with: async (_, answer) => {
        await opened
        return answer()
      },
    })
    const disposing = make()
    void disposing.refresh().catch(() => {})
    await clock.settle()
    const disposed = watched(disposing[Symbol.asyncDispose]())
    await clock.settle()
    expect(disposed.is).toBe("pending")
    open()
    await clock.settle()
    expect(disposed.is).toBe("done")
    const other = make()
    await other.ready()
    other[Symbol.dispose]()
    await expect(other.accessToken()).rejects.toMatchObject({ code: "session_stopped" })
    expect(session.getSnapshot()).toMatchObject({ generation: 2 })
  })
})

describe("wrong options", () => {
  const good = { provider: vault(createEmulator("vault").options) }

  test.each([
    [{ keepalive: "always" }, 'there is no option "keepalive"'],
    [{ baseUrl: "https://api.example.com" }, 'there is no option "baseUrl"'],
    [{ baseURL: 7 }, '"baseURL" must be a URL'],
    [{ baseURL: "/api" }, '"baseURL" must be an absolute https URL'],
    [{ baseURL: "http://api.example.com" }, '"baseURL" must be an absolute https URL'],
    [{ baseURL: "" }, '"baseURL"'],
    [{ store: {} }, '"store" must be a store'],
    [{ store: null }, '"store" must be a store'],
    [{ store: "memory" }, '"store" must be a store'],
    [{ clock: Date }, '"clock" must be a Clock'],
    [{ fetch: "fetch" }, '"fetch" must be a function'],
    [{ allowedOrigins: "https://a.example" }, '"allowedOrigins" must be a list'],
    [{ allowedOrigins: [7] }, '"allowedOrigins" must be a list of origins'],
    [{ keepAlive: "sometimes" }, '"keepAlive" must be "while-used", "always" or "on-demand"'],
    [{ maxWaitMs: 0 }, '"maxWaitMs" must be a number of ms above 0'],
    [{ maxWaitMs: -1 }, '"maxWaitMs"'],
    [{ maxWaitMs: NaN }, '"maxWaitMs"'],
    [{ maxWaitMs: "5" }, '"maxWaitMs" must be a number'],
    [{ initial: {} }, '"initial" must be the facts of a session'],
    [{ inspect: true }, '"inspect" must be a function'],
    [{ provider: undefined }, '"provider" must be a provider'],
    [{ provider: vault }, '"provider" must be a provider'],
    [{ provider: {} }, '"provider" must be a provider'],
  ])("%j is refused by a sentence that names it", (wrong, message) => {
    const make = () => createSession({ ...good, ...wrong } as unknown as SessionOptions<unknown, never>)
    expect(make).toThrow(expect.objectContaining({ code: "configuration", message: expect.stringContaining(message) as string }))
    expect(make).toThrow(/^createSession: /)
  })

  test.each([undefined, null, "https://api.example.com", 7])("%s instead of options is refused", (wrong) => {
    expect(() => createSession(wrong as never)).toThrow(/^createSession: its options/)
  })

  test("an origin that is none is refused before anything runs", () => {
    for (const origin of ["api.example.com", "http://api.example.com", "*"]) {
      expect(() => createSession({ ...good, allowedOrigins: [origin] })).toThrow(expect.objectContaining({ code: "configuration" }))
    }
  })

  test.each([
    undefined,
    null,
    {},
    "token",
    { accessToken: "" },
    { accessToken: 7 },
    { accessToken: "a", refreshToken: 7 },
    { accessToken: "a", expires_in: 900 },
    { accessToken: "a", expiresAt: "soon" },
  ])("accept(%j) is refused, and leaves the session as it was", async (wrong) => {
    const { session } = await signedIn("vault")
    const before = session.getSnapshot()
    await expect(session.accept(wrong as never)).rejects.toMatchObject({
      code: "configuration",
      message: expect.stringMatching(/^session\.accept: /) as string,
    })
    expect(session.getSnapshot()).toBe(before)
  })

  test("a Response that is no reply of the provider is refused", async () => {
    const { session } = setting("vault")
    for (const response of [
      new Response("no"),
      Response.json({}),
      Response.json({ access_token: "a" }, { status: 400 }),
      new Response(null, { status: 204 }),
    ]) {
      await expect(session.accept(response)).rejects.toMatchObject({ code: "configuration" })
    }
    expect(await session.ready()).toMatchObject({ authenticated: false })
  })
})

describe("S09 the chart, told of 401s by hand", () => {
  /** A 401 about the grant in use. */
  const unauthorized = ({ session }: { session: Session<unknown, unknown> }) => {
    const { sid, generation } = session.getSnapshot()
    ;(session.actor as { send(event: unknown): void }).send({ type: "request.unauthorized", sid, generation })
  }

  test("distrusts a grant that was got for a 401 and is answered 401 at once", async () => {
    const set = await signedIn("vault", { emulator: { accessTokenTtlS: 86_400 } })
    const { clock, emulator, session } = set
    unauthorized(set)
    await clock.settle()
    expect(session.getSnapshot()).toMatchObject({ status: "active", generation: 2 })
    unauthorized(set)
    await clock.advance(59 * SECOND)
    unauthorized(set)
    await clock.settle()
    expect(session.getSnapshot()).toMatchObject({ status: "active", usable: true, generation: 2 })
    expect(emulator.stats.refreshes).toBe(1)
    await clock.advance(SECOND)
    unauthorized(set)
    await clock.settle()
    expect(session.getSnapshot()).toMatchObject({ status: "active", generation: 3 })
  })

  test("S10 does not heed a 401 about an older grant, or another session", async () => {
    const { clock, emulator, session } = await signedIn("vault")
    const { sid } = session.getSnapshot()
    await session.refresh()
    for (const about of [
      { sid, generation: 1 },
      { sid: "another", generation: 2 },
    ]) {
      ;(session.actor as { send(event: unknown): void }).send({ type: "request.unauthorized", ...about })
    }
    await clock.settle()
    expect(session.getSnapshot()).toMatchObject({ status: "active", usable: true, generation: 2 })
    expect(emulator.stats.refreshes).toBe(1)
  })
})

describe("maxWaitMs and everything away", () => {
  test("a session whose store and provider are both away still answers everybody", async () => {
    const { store, fail } = troubled()
    const { clock, emulator, session } = await signedIn("vault", { store, maxWaitMs: 5 * SECOND })
    fail(EVERYTHING)
    await emulator.close()
    await clock.advance(LAPSES)
    const calls = [session.fetch("/resource"), session.accessToken(), session.refresh()].map((call) => watched<unknown>(call))
    await clock.advance(10 * SECOND)
    expect(calls.map(({ is }) => is)).toEqual(["failed", "failed", "failed"])
    expect(session.getSnapshot()).toMatchObject({ authenticated: true })
  })
})

test("a clock of one's own is the only source of time", async () => {
  vi.spyOn(Date, "now").mockReturnValue(0)
  const timer = vi.spyOn(globalThis, "setTimeout")
  const clock = manualClock()
  const { emulator, session } = await signedIn("vault", { clock, keepAlive: "always" })
  await clock.advance(HOUR)
  expect(emulator.stats.refreshes).toBe(4)
  session.stop()
  expect(timer).not.toHaveBeenCalled()
  vi.restoreAllMocks()
})
