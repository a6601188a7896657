import { describe, expect, onTestFinished, test, vi } from "vitest"
import type { Session } from "../../src/index.ts"
import { createEmulator, manualClock, type ManualClock } from "../../src/testing/index.ts"
import { vault } from "../../src/providers/vault.ts"
import { aheadBy, DAY, HOUR, jwt, MINUTE, PROVIDERS, refreshRequests, SECOND, setting, signedIn, watched } from "./setting.ts"
import { troubled } from "./troubled.ts"

const LAPSES = 15 * MINUTE

/** I7: wherever one looks, what is called usable has not expired. */
function expectHonest(session: Session<unknown, unknown>, clock: ManualClock): void {
  const { usable, expiresAt } = session.getSnapshot()
  if (usable && expiresAt !== null) expect(clock.now()).toBeLessThan(expiresAt)
}

function troubledAt(method: Parameters<ReturnType<typeof troubled>["fail"]>[0]) {
  const { store, fail } = troubled()
  fail(method)
  return store
}

/** Uses a session once a minute for so many hours, looking at it all the time. */
async function use(session: Session<unknown, unknown>, clock: ManualClock, hours: number): Promise<number[]> {
  const statuses: number[] = []
  for (let minutes = 0; minutes < hours * 60; minutes++) {
    statuses.push((await session.fetch("/resource")).status)
    expectHonest(session, clock)
    await clock.advance(MINUTE)
    expectHonest(session, clock)
  }
  return statuses
}

describe.each(PROVIDERS)("S08 a clock that is wrong, at %s", (name) => {
  test.each([-DAY, -90 * SECOND, 90 * SECOND, DAY])("by %i ms from the start costs no refresh more, and no 401", async (ahead) => {
    const clock = manualClock()
    const { emulator, session, signIn } = setting(name, { clock, emulator: { clock: aheadBy(-ahead, clock), accessTokenTtlS: 900 } })
    await signIn(session)
    const statuses = await use(session, clock, 1)
    expect(new Set(statuses)).toEqual(new Set([200]))
    // One for each quarter of an hour, and one more where tokens of unknown age were handed over.
    expect(refreshRequests(emulator)).toBeLessThanOrEqual(60 / 14 + 2)
    expect(emulator.stats).toMatchObject({ reused: 0 })
    expect(emulator.stats.unauthorized).toBeLessThanOrEqual(1)
    expect(session.getSnapshot()).toMatchObject({ authenticated: true, degraded: null })
  })

  test.each([-DAY, -HOUR, DAY])("that is set by %i ms during its life costs a refresh or two", async (jump) => {
    const clock = manualClock()
    let wrong = 0
    const { emulator, session, signIn } = setting(name, {
      clock,
      emulator: { clock: { now: () => clock.now() - wrong, track: (work) => clock.track(work) } },
    })
    await signIn(session)
    await use(session, clock, 1)
    const before = refreshRequests(emulator)
    clock.jump(jump)
    wrong += jump
    expectHonest(session, clock)
    const statuses = await use(session, clock, 1)
    expect(new Set(statuses)).toEqual(new Set([200]))
    expect(refreshRequests(emulator) - before).toBeLessThanOrEqual(60 / 14 + 2)
    expect(session.getSnapshot()).toMatchObject({ authenticated: true, degraded: null })
    expect(emulator.stats.reused).toBe(0)
  })

  test("that jumps to and fro every few minutes keeps to I5", async () => {
    const clock = manualClock()
    let wrong = 0
    const { emulator, session, signIn } = setting(name, {
      clock,
      emulator: { clock: { now: () => clock.now() - wrong, track: (work) => clock.track(work) } },
    })
    await signIn(session)
    for (let times = 0; times < 12; times++) {
      const jump = times % 2 === 0 ? DAY : -DAY
      clock.jump(jump)
      wrong += jump
      for (let minutes = 0; minutes < 5; minutes++) {
        await session.fetch("/resource")
        expectHonest(session, clock)
        await clock.advance(MINUTE)
      }
    }
    expect(refreshRequests(emulator)).toBeLessThanOrEqual(3600 / (900 - 60) + 8 + 6)
    expect(session.getSnapshot()).toMatchObject({ authenticated: true })
    expect((await session.fetch("/resource")).status).toBe(200)
  })
})

describe("S08 a refreshed token that looks wrong on arrival", () => {
  const NOW_S = Date.UTC(2026, 0, 1) / 1000

  test.each([
    ["expired a day ago", { iat: NOW_S - 86_400, exp: NOW_S - 86_400 + 900 }],
    ["not yet valid for a day", { iat: NOW_S + 86_400, exp: NOW_S + 86_400 + 900 }],
    ["expired to the second", { iat: NOW_S - 900, exp: NOW_S }],
  ])("(%s) lives for its own span", async (_, claims) => {
    const { clock, emulator, session } = await signedIn("vault")
    emulator.fail({ on: "refresh", with: { status: 200, body: { access_token: jwt(claims), refresh_token: "next" } } })
    const { expiresAt, usable } = await session.refresh()
    expect(usable).toBe(true)
    expect((expiresAt! - clock.now()) / SECOND).toBeGreaterThan(895)
    expect((expiresAt! - clock.now()) / SECOND).toBeLessThanOrEqual(900)
  })

  test("by its nbf, where iat is the login's (MENU), lives for the span that begins there", async () => {
    const { clock, emulator, session } = await signedIn("menu")
    const token = jwt({ iat: NOW_S, nbf: NOW_S + 7200, exp: NOW_S + 7200 + 3600 })
    emulator.fail({ on: "refresh", with: { status: 200, body: { data: { token: { value: token, ttl: 60 } } } } })
    const { expiresAt } = await session.refresh()
    expect((expiresAt! - clock.now()) / SECOND).toBeGreaterThan(3595)
    expect((expiresAt! - clock.now()) / SECOND).toBeLessThanOrEqual(3600)
  })

  test("and that nobody says when it was issued has an unknown expiry", async () => {
    const { emulator, session } = await signedIn("oauth2", { emulator: { switches: { accessToken: "jwt", expiresIn: false } } })
    emulator.fail({ on: "refresh", with: () => Response.json({ access_token: jwt({ exp: NOW_S - 1 }), token_type: "Bearer" }) })
    expect(await session.refresh()).toMatchObject({ expiresAt: null, usable: true, status: "active" })
  })
})

describe("S08 a wait that the clock's jump would make endless", () => {
  test("a Retry-After ends an hour later at the latest, though the clock was set back by a day", async () => {
    const { clock, emulator, session } = await signedIn("vault", { keepAlive: "always" })
    emulator.fail({ on: "refresh", with: 429, retryAfter: 600 })
    await session.refresh().catch(() => {})
    clock.jump(-DAY)
    await clock.advance(HOUR + MINUTE)
    expect(emulator.stats.refreshes).toBeGreaterThan(0)
    expect(session.getSnapshot()).toMatchObject({ degraded: null, status: "active" })
  })

  test("a grant that cannot be stored is used after some seconds, though the clock was set back meanwhile", async () => {
    const { clock, emulator, session } = await signedIn("vault", { store: troubledAt("commit") })
    const refreshing = watched(session.refresh())
    await clock.advance(2 * SECOND)
    clock.jump(-DAY)
    await clock.advance(4 * SECOND)
    expect(refreshing.value).toMatchObject({ generation: 2, degraded: "store" })
    expect(emulator.stats.refreshes).toBe(1)
  })
})

describe("S15 a token that lives for 60 days", () => {
  test.each(["vault", "unisouk"] as const)("at %s is refreshed in its lead time, and not before", async (name) => {
    const { clock, emulator, session } = await signedIn(name, {
      keepAlive: "always",
      emulator: { accessTokenTtlS: 60 * 86_400, refreshTokenTtlS: 90 * 86_400 },
    })
    expect(session.getSnapshot()).toMatchObject({ status: "active", expiresAt: clock.now() + 60 * DAY })
    await clock.advance(60 * DAY - MINUTE - 1)
    expect(refreshRequests(emulator)).toBe(0)
    expect(session.getSnapshot().status).toBe("active")
    await clock.advance(1)
    expect(session.getSnapshot()).toMatchObject({ status: "active", generation: 2 })
  })
})

describe("S16 a token that lives for", () => {
  test.each(PROVIDERS)("5 s at %s is refreshed in its last half second", async (name) => {
    const { clock, emulator, session } = await signedIn(name, { keepAlive: "always", emulator: { accessTokenTtlS: 5 } })
    await clock.advance(4.5 * SECOND - 1)
    expect(refreshRequests(emulator)).toBe(0)
    await clock.advance(1)
    expect(refreshRequests(emulator)).toBe(1)
    await clock.advance(HOUR)
    // A token that says whole seconds may have up to one second less to live when it arrives.
    expect(refreshRequests(emulator)).toBeLessThanOrEqual(3600 / (4 - 0.4) + 8)
    expect(session.getSnapshot().authenticated).toBe(true)
  })

  test.each(
    PROVIDERS.flatMap(
      (name) =>
        [
          [0, name],
          [1, name],
        ] as const,
    ),
  )("%i s at %s makes no loop", async (accessTokenTtlS, name) => {
    const { clock, emulator, session } = await signedIn(name, { keepAlive: "always", emulator: { accessTokenTtlS } })
    const begun = refreshRequests(emulator)
    for (let seconds = 0; seconds < 60; seconds++) {
      expectHonest(session, clock)
      await clock.advance(SECOND)
    }
    expect(refreshRequests(emulator) - begun).toBeLessThanOrEqual(60 / 0.9 + 8)
    expect(session.getSnapshot().authenticated).toBe(true)
  })

  test("0 s is not presented in a loop to an API that does not take it", async () => {
    const { clock, emulator, session } = await signedIn("vault", { emulator: { accessTokenTtlS: 0 } })
    for (let seconds = 0; seconds < 600; seconds++) {
      await session.fetch("/resource")
      await clock.advance(SECOND)
    }
    expect(refreshRequests(emulator)).toBeLessThanOrEqual(600 / 0.9 + 8)
    expect(session.getSnapshot().authenticated).toBe(true)
  })

  test("nothing, unused, is not refreshed at all", async () => {
    const { clock, emulator } = await signedIn("vault", { emulator: { accessTokenTtlS: 0 } })
    const begun = refreshRequests(emulator)
    await clock.advance(HOUR)
    expect(refreshRequests(emulator)).toBe(begun)
  })
})

describe("S06 a machine that sleeps", () => {
  test("past its token's end, and whose network comes 5 s late, is refreshed without the user's doing", async () => {
    const { clock, emulator, session } = await signedIn("geins")
    session.touch()
    emulator.fail({ on: "refresh", with: "network", times: Infinity })
    clock.sleep(8 * HOUR)
    expectHonest(session, clock)
    clock.wake()
    await clock.advance(5 * SECOND)
    expect(session.getSnapshot()).toMatchObject({ status: "refreshing", authenticated: true, usable: false })
    emulator.heal()
    await clock.advance(MINUTE)
    expect(session.getSnapshot()).toMatchObject({ status: "active", usable: true, degraded: null })
  })

  test("is seen within 30 s where nothing tells that it has woken", async () => {
    const { clock, emulator, session } = await signedIn("geins")
    session.touch()
    clock.sleep(HOUR)
    expect(session.getSnapshot()).toMatchObject({ usable: false })
    await clock.advance(30 * SECOND)
    expect(emulator.stats.refreshes).toBe(1)
  })

  test("I7 is never taken for awake by a request: it waits for a refresh, though no timer has fired", async () => {
    const { clock, emulator, session } = await signedIn("geins")
    clock.sleep(LAPSES)
    expect(session.getSnapshot()).toMatchObject({ status: "active", usable: false })
    expect((await session.fetch("/resource")).status).toBe(200)
    expect(emulator.stats).toMatchObject({ refreshes: 1, unauthorized: 0 })
  })

  test("I7 yields no token that has expired, though no timer has fired", async () => {
    const { clock, emulator, session } = await signedIn("geins")
    clock.sleep(LAPSES)
    expect(await session.accessToken()).toBe(emulator.ledger.accessTokens[1]?.token)
  })

  test("during a refresh does not give up on the answer that waits in the socket", async () => {
    const { clock, emulator, session } = await signedIn("vault")
    let answered!: (response: Response) => void
    emulator.fail({
      on: "refresh",
      with: async (_, answer) => {
        const response = await answer()
        await new Promise((resolve) => {
          answered = resolve as never
        })
        return response
      },
    })
    const refreshing = watched(session.refresh())
    await clock.settle()
    clock.sleep(8 * HOUR)
    clock.wake()
    await clock.settle()
    expect(refreshing.is).toBe("pending")
    answered(new Response())
    await clock.settle()
    expect(refreshing.value).toMatchObject({ generation: 2 })
    expect(emulator.stats).toMatchObject({ refreshes: 1, reused: 0 })
  })
})

describe("a page", () => {
  /** What a browser tells a page, in Node. */
  function page() {
    const document = Object.assign(new EventTarget(), { visibilityState: "visible" })
    const window = new EventTarget()
    const navigator = { onLine: true }
    onTestFinished(() => {
      vi.unstubAllGlobals()
    })
    vi.stubGlobal("document", document)
    vi.stubGlobal("window", window)
    vi.stubGlobal("navigator", navigator)
    return { document, window, navigator }
  }

  test("that becomes visible is use, and looks at the clock", async () => {
    const { document } = page()
    const { clock, emulator, session } = await signedIn("vault")
    clock.sleep(HOUR)
    expect(refreshRequests(emulator)).toBe(0)
    document.dispatchEvent(new Event("visibilitychange"))
    await clock.settle()
    expect(emulator.stats.refreshes).toBe(1)
    expect(session.getSnapshot()).toMatchObject({ status: "active", usable: true })
  })

  test("that becomes hidden is no use", async () => {
    const { document } = page()
    const { clock, emulator } = await signedIn("vault")
    document.visibilityState = "hidden"
    document.dispatchEvent(new Event("visibilitychange"))
    await clock.advance(LAPSES)
    expect(refreshRequests(emulator)).toBe(0)
  })

  test("S06 that is offline waits for the network, and tries at the longest backoff all the same", async () => {
    const { navigator, window } = page()
    const { clock, emulator, session } = await signedIn("vault")
    navigator.onLine = false
    emulator.fail({ on: "refresh", with: "network", times: Infinity })
    await session.refresh().catch(() => {})
    await clock.advance(MINUTE - 1)
    expect(refreshRequests(emulator)).toBe(1)
    await clock.advance(1)
    expect(refreshRequests(emulator)).toBe(2)
    emulator.heal()
    navigator.onLine = true
    window.dispatchEvent(new Event("online"))
    await clock.settle()
    expect(session.getSnapshot()).toMatchObject({ status: "active", generation: 2 })
  })

  test("that goes offline leaves no doubt: what it could not send was not done", async () => {
    const { navigator } = page()
    const { emulator, session, inStore } = await signedIn("vault")
    navigator.onLine = false
    emulator.fail({ on: "refresh", with: "network" })
    await session.refresh().catch(() => {})
    expect(await inStore()).toMatchObject({ sentAt: null })
  })

  test("whose network comes back before Retry-After goes on waiting for that", async () => {
    const { navigator, window } = page()
    const { clock, emulator, session } = await signedIn("vault")
    emulator.fail({
      on: "refresh",
      with: async () => {
        navigator.onLine = false
        return new Response("", { status: 503, headers: { "retry-after": "600" } })
      },
    })
    await session.refresh().catch(() => {})
    window.dispatchEvent(new Event("online"))
    await clock.advance(600 * SECOND - 1)
    expect(refreshRequests(emulator)).toBe(1)
    await clock.advance(1)
    expect(refreshRequests(emulator)).toBe(2)
  })

  test("that has stopped listens no more", async () => {
    const { document, window } = page()
    const counted = [document, window].map(
      (target) => [vi.spyOn(target, "addEventListener"), vi.spyOn(target, "removeEventListener")] as const,
    )
    const { clock, session } = await signedIn("vault")
    session.stop()
    await session.stopped
    for (const [added, removed] of counted) {
      expect(added).toHaveBeenCalled()
      expect(removed.mock.calls).toEqual(added.mock.calls)
    }
    document.dispatchEvent(new Event("visibilitychange"))
    window.dispatchEvent(new Event("online"))
    window.dispatchEvent(new Event("pageshow"))
    await clock.advance(HOUR)
    expect(clock.pending).toBe(0)
  })
})

describe("an expiry that is given with the tokens", () => {
  test.each([
    ["in an hour", HOUR, "active"],
    ["in 6 s", 6 * SECOND, "active"],
    ["now", 0, "expiring"],
    ["yesterday", -DAY, "expiring"],
  ] as const)("(%s) is believed", async (_, inMs, status) => {
    const { clock, emulator, session } = setting("vault")
    const { access_token: accessToken, refresh_token: refreshToken } = (await (await emulator.mint()).json()) as Record<string, string>
    await session.accept({ accessToken: accessToken!, refreshToken: refreshToken!, expiresAt: clock.now() + inMs })
    expect(session.getSnapshot()).toMatchObject({ status: "active", expiresAt: clock.now() + inMs, usable: inMs > 0 })
    await clock.advance(0)
    expect(session.getSnapshot()).toMatchObject({ status, expiresAt: clock.now() + inMs, usable: inMs > 0 })
    expect((await session.fetch("/resource")).status).toBe(200)
  })

  test.each([NaN, -1, Infinity])("as %s is no moment, and refused by name", async (expiresAt) => {
    const { session } = setting("vault")
    await expect(session.accept({ accessToken: "a", refreshToken: "r", expiresAt })).rejects.toMatchObject({
      code: "configuration",
      message: expect.stringContaining("expiresAt") as string,
    })
    expect(session.getSnapshot().authenticated).toBe(false)
  })

  test("that a token's own claims make senseless is refused", async () => {
    const { session } = setting("vault")
    await expect(session.accept({ accessToken: jwt({ exp: "never" }), refreshToken: "r" })).rejects.toMatchObject({ code: "configuration" })
  })
})

test("a provider's clock that is wrong moves none of the session's own limits", async () => {
  const clock = manualClock()
  const emulator = createEmulator("vault", { clock: aheadBy(DAY, clock), accessTokenTtlS: 900 })
  const { session } = setting("vault", { clock, provider: vault(emulator.options) as never, fetch: emulator.fetch, baseURL: emulator.url })
  await session.accept(await emulator.mint())
  await session.refresh()
  emulator.fail({ on: "refresh", with: 429, retryAfter: 60 })
  const error = await session.refresh().catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ retryAt: clock.now() + 60 * SECOND })
})
