import type { Provider } from "../core/provider.ts"
import { createSession } from "../session.ts"
import type { Session, SessionOptions } from "../session.types.ts"
import { manualClock, type ManualClock } from "./manual-clock.ts"
import { must, mustEqual } from "./must.ts"
import { globalRunner, type Runner } from "./runner.ts"

/** What a contract needs of an emulator. Those of `createEmulator` have it; one of your own needs no more than this. */
export interface EmulatorUnderContract<Options> {
  readonly url: string
  /** What the provider is made with. */
  readonly options: Options
  readonly fetch: typeof globalThis.fetch
  /** What a user logs in with; left out or undefined where sessions begin with `mint`. */
  readonly credentials?: unknown
  /** A reply of the provider with tokens in it. */
  mint(): Promise<Response>
  fail(fault: {
    readonly on: "refresh"
    readonly with: number | "network" | "garbage" | "html"
    readonly times?: number
    readonly retryAfter?: number
  }): void
  /** Access tokens are answered 401 from now on; what refreshes stays good. */
  revokeAccessToken(): void
  /** What refreshes is refused too. */
  revokeSession(): void
  readonly stats: { readonly refreshes: number; readonly reused: number; readonly unauthorized: number }
}

/**
 * The tests that every provider must pass, on the manual clock: its session lives through login, expiry, 401s and faults, ends by a rule
 * that the provider names, and shows its tokens to nobody.
 *
 * @param provider makes the provider of the emulator's options
 * @param emulator makes a new emulator that lives by this clock; it must serve `/resource` to the current bearer
 * @param runner where `describe` and `it` are not global
 * @example
 * providerContract(vault, (clock) => createEmulator("vault", { clock }), { describe, it })
 */
export function providerContract<Options>(
  provider: (options: Options) => Provider<unknown, never>,
  emulator: (clock: ManualClock) => EmulatorUnderContract<Options>,
  { describe, it }: Runner = globalRunner(),
): void {
  const test = (title: string, body: (signedIn: SignedIn<Options>) => Promise<void>) =>
    it(title, async () => {
      const signedIn = await signIn(provider, emulator)
      await body(signedIn)
      signedIn.session.stop()
      await signedIn.clock.settle()
    })

  describe("as a provider", () => {
    it("is data: rules with sources, and functions that do no I/O", async () => {
      const made = provider(emulator(manualClock()).options)
      for (const [name, { says, source }] of Object.entries(made.rules.answers)) {
        must(
          says.length > 0 && source.document !== "" && source.section !== "",
          `the answer ${name} must say what it means, and where that is written`,
        )
      }
      const request: unknown = made.refresh({ accessToken: "access", refreshToken: "refresh", user: null })
      must(
        typeof request === "object" && request !== null && !("then" in request),
        "refresh() must return the request as data, not send it",
      )
    })

    test("it signs in, and its requests are answered", async ({ session }) => {
      must(session.getSnapshot().usable, "a session that has just begun must be usable")
      mustEqual((await session.fetch("/resource")).status, 200, "the access token must be accepted")
    })

    test("it refreshes before a token expires, while it is used", async ({ session, emulator: { stats }, clock }) => {
      const { expiresAt } = session.getSnapshot()
      must(
        expiresAt !== null && expiresAt > clock.now(),
        "the reply must say when the token expires, or the emulator must be set up so that it does",
      )
      await session.fetch("/resource")
      await clock.advance(expiresAt - clock.now())
      mustEqual([session.getSnapshot().generation, stats.refreshes, stats.unauthorized], [2, 1, 0], "there must be one refresh, in time")
      mustEqual((await session.fetch("/resource")).status, 200, "the new access token must be accepted")
    })

    test("a hundred requests with a revoked token lead to one refresh, and all of them are answered", async ({ session, emulator }) => {
      emulator.revokeAccessToken()
      const statuses = await Promise.all(Array.from({ length: 100 }, async () => (await session.fetch("/resource")).status))
      mustEqual(
        [statuses.filter((status) => status === 200).length, emulator.stats.refreshes, emulator.stats.reused],
        [100, 1, 0],
        "one refresh must serve them all",
      )
    })

    test("refresh after refresh, nothing is presented twice", async ({ session, emulator: { stats } }) => {
      for (let round = 0; round < 5; round++) await session.refresh()
      mustEqual(
        [session.getSnapshot().generation, stats.refreshes, stats.reused],
        [6, 5, 0],
        "each refresh must go by what the one before it got",
      )
    })

    for (const fault of [429, 503, 500, "network", "garbage"] as const) {
      test(`${fault} on refresh ends nothing, and passes`, async ({ session, emulator, clock }) => {
        emulator.fail({ on: "refresh", with: fault })
        await session.refresh().catch(() => {})
        must(session.getSnapshot().authenticated, `${fault} is a fault, and must not log anybody out`)
        await clock.advance(120_000)
        mustEqual([session.getSnapshot().generation, session.getSnapshot().degraded], [2, null], "the session must go on by itself")
      })
    }

    test("Retry-After is obeyed", async ({ session, emulator, clock }) => {
      emulator.fail({ on: "refresh", with: 503, retryAfter: 90 })
      await session.refresh().catch(() => {})
      await clock.advance(89_000)
      mustEqual(emulator.stats.refreshes, 0, "nothing must be asked before the provider wants it")
      await clock.advance(2_000)
      mustEqual(emulator.stats.refreshes, 1, "and then it must be")
    })

    test("a web page instead of an answer blocks refreshing and keeps the session", async ({ session, emulator, clock }) => {
      emulator.fail({ on: "refresh", with: "html" })
      await session.refresh().catch(() => {})
      mustEqual(
        [session.getSnapshot().authenticated, session.getSnapshot().degraded],
        [true, "configuration"],
        "a proxy's page must log nobody out",
      )
      await clock.advance(3_600_000)
      await session.refresh()
      mustEqual(session.getSnapshot().degraded, null, "session.refresh() must try again")
    })

    test("a refused refresh ends the session, by a rule that has a name and a source", async ({
      session,
      emulator,
      provider: { rules },
    }) => {
      emulator.revokeAccessToken()
      emulator.revokeSession()
      const error = await session.fetch("/resource").catch((thrown: unknown) => thrown)
      const { reason } = session.getSnapshot()
      must(reason !== null && Object.hasOwn(rules.answers, reason), `the session must end by one of the rules' answers, ended by ${reason}`)
      mustEqual((error as { reason?: unknown }).reason, reason, "the request must be told why")
      must(
        session.trail().some(({ rule, source }) => rule === reason && source !== undefined),
        "the trail must show the rule and its source",
      )
    })

    test("logging out is final, whatever the provider says", async ({ session }) => {
      await session.logout()
      mustEqual([session.getSnapshot().authenticated, session.getSnapshot().reason], [false, "user"], "nobody must be signed in")
    })

    test("nothing that it shows has a token in it", async ({ session, emulator, seen }) => {
      await session.fetch("/resource")
      await session.refresh()
      await session.fetch("/resource")
      await session.logout()
      const shown = JSON.stringify([session.getSnapshot(), session.trail(), seen.events])
      for (const token of seen.tokens) must(!shown.includes(token), "a token must not be seen outside the keyring and the store")
      must(seen.tokens.size > 0 && emulator.stats.refreshes > 0, "tokens must have been used at all")
    })
  })
}

interface SignedIn<Options> {
  readonly clock: ManualClock
  readonly provider: Provider<unknown, never>
  readonly emulator: EmulatorUnderContract<Options>
  readonly session: Session
  readonly seen: { readonly tokens: Set<string>; readonly events: unknown[] }
}

async function signIn<Options>(
  makeProvider: (options: Options) => Provider<unknown, never>,
  makeEmulator: (clock: ManualClock) => EmulatorUnderContract<Options>,
): Promise<SignedIn<Options>> {
  const clock = manualClock()
  const emulator = makeEmulator(clock)
  const provider = makeProvider(emulator.options)
  const seen = { tokens: new Set<string>(), events: [] as unknown[] }
  const fetch: SessionOptions["fetch"] = (input, init) => {
    const bearer = new Headers(init?.headers).get("authorization")?.replace(/^Bearer /, "")
    if (bearer) seen.tokens.add(bearer)
    return emulator.fetch(input, init)
  }
  const session = createSession({
    provider,
    baseURL: emulator.url,
    clock,
    fetch,
    inspect: ({ type, ...event }) => seen.events.push([type, "event" in event && event.event]),
  })
  if (emulator.credentials === undefined) await session.accept(await emulator.mint())
  else await (session.login as (credentials: unknown) => Promise<unknown>)(emulator.credentials)
  // The contract calls no login from here on, so whose credentials these are does not matter.
  return { clock, provider, emulator, session: session as unknown as Session, seen }
}
