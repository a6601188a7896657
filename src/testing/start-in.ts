import type { EndReason } from "../core/facts.ts"
import { defineProvider, type Provider } from "../core/provider.ts"
import type { Rules } from "../core/rules.ts"
import type { SessionStore } from "../core/store.ts"
import { createSession } from "../session.ts"
import type { Session } from "../session.types.ts"
import { memoryStore } from "../stores/memory.ts"
import { manualClock, type ManualClock } from "./manual-clock.ts"

/** States that {@link startIn} can bring a session into. */
export type StartState =
  | "restoring"
  | "unauthenticated"
  | "authenticating"
  | "active"
  | "expiring.usable"
  | "expiring.lapsed"
  | "refreshing.usable"
  | "refreshing.lapsed"
  | "backingOff"
  | "blocked"
  | "storeAway"
  | "loggedOut"

/** What {@link startIn} may be told. */
export interface StartOptions<User> {
  /** Who is signed in. Default: `{ id: "1", name: "Ada" }`. */
  readonly user?: User
  /** Why the session has ended, for `loggedOut`. Default: `user`. A name of your provider's rules will do too. */
  readonly reason?: EndReason
  /** Default: a new manual clock. */
  readonly clock?: ManualClock
  /** Limits of the session's own, ms, as `createSession` takes them. Default: none. */
  readonly idleTimeoutMs?: number
  readonly maxAgeMs?: number
}

/** A session in the state that was asked for, with nothing but paper behind it. */
export interface Started<User> {
  readonly session: Session<User, { readonly password: string }>
  readonly clock: ManualClock
  /** What the paper provider does from now on: `grant` refreshes and logins, `hang`, or answer with a status. */
  readonly answer: (behaviour: Behaviour) => void
}

/** What the paper provider does with a login or a refresh. */
export type Behaviour = "grant" | "hang" | number

/**
 * Brings a real session into a state with one call, for tests of components that show it. The provider is made of paper: no network,
 * no emulator, tokens of 15 minutes on a clock that you move.
 *
 * @example
 * const { session, clock, answer } = await startIn("refreshing.lapsed", { user: { id: "7", name: "Grace" } })
 * render(<SessionProvider session={session}><Profile /></SessionProvider>)
 * answer("grant")
 */
export async function startIn<User = { readonly id: string; readonly name: string }>(
  state: StartState,
  options: StartOptions<User> = {},
): Promise<Started<User>> {
  const { user = { id: "1", name: "Ada" } as User, reason = "user", clock = manualClock() } = options
  const { idleTimeoutMs = reason === "idle" ? WINDOW_MS : undefined, maxAgeMs = reason === "maxAge" ? WINDOW_MS : undefined } = options
  let behaviour: Behaviour = "grant"
  let storeIsAway = state === "restoring" || state === "storeAway"
  let number = 0
  const fetch: typeof globalThis.fetch = (_, init) => {
    if (behaviour === "hang")
      return new Promise((_resolve, reject) => init?.signal?.addEventListener("abort", () => reject(init.signal?.reason as Error)))
    if (behaviour === "grant")
      return Promise.resolve(Response.json({ accessToken: `access ${++number}`, refreshToken: `refresh ${number}`, user }))
    return Promise.resolve(Response.json({ error: "paper" }, { status: behaviour }))
  }
  const store = awayWhile(memoryStore(), () => storeIsAway)
  const provider = paperProvider<User>(reason)
  const limits = { ...(idleTimeoutMs && { idleTimeoutMs }), ...(maxAgeMs && { maxAgeMs }) }
  const session = createSession({ provider, store, clock, fetch, ...limits })
  const settle = () => clock.settle()
  const toExpiring = () => clock.advance(LIFETIME_MS - LEAD_MS)
  const signIn = () => session.login({ password: "paper" })
  const ways: Record<StartState, () => Promise<unknown>> = {
    restoring: async () => {
      void session.ready().catch(() => {})
      await settle()
    },
    unauthenticated: () => session.ready(),
    authenticating: async () => {
      behaviour = "hang"
      void signIn().catch(() => {})
      await settle()
    },
    active: signIn,
    "expiring.usable": async () => {
      await signIn()
      await toExpiring()
    },
    "expiring.lapsed": async () => {
      await signIn()
      await clock.advance(LIFETIME_MS)
    },
    "refreshing.usable": async () => {
      await signIn()
      behaviour = "hang"
      void session.refresh().catch(() => {})
      await settle()
    },
    "refreshing.lapsed": async () => {
      await signIn()
      await clock.advance(LIFETIME_MS)
      behaviour = "hang"
      session.touch()
      await settle()
    },
    backingOff: async () => {
      await signIn()
      behaviour = 503
      await session.refresh().catch(() => {})
    },
    blocked: async () => {
      await signIn()
      behaviour = 418
      await session.refresh().catch(() => {})
    },
    storeAway: async () => {
      await session.accept({ accessToken: "access", refreshToken: "refresh", expiresAt: clock.now() + LIFETIME_MS, user })
      await settle()
    },
    loggedOut: () => logOut(),
  }
  async function logOut(): Promise<void> {
    if (reason === "expired") {
      await session.accept({ accessToken: "access", expiresAt: clock.now() + 1_000, user })
      return clock.advance(2_000)
    }
    await signIn()
    if (reason === "user") return void (await session.logout())
    if (reason === "idle" || reason === "maxAge") return clock.advance(WINDOW_MS)
    if (reason === "elsewhere") {
      const other = createSession({ provider, store, clock, fetch })
      await other.ready()
      await other.logout()
      other.stop()
      return settle()
    }
    if (reason === "windowClosed") await clock.advance(WINDOW_MS)
    behaviour = 401
    await session.refresh().catch(() => {})
  }
  await ways[state]()
  if (state === "storeAway") storeIsAway = true
  return {
    session,
    clock,
    answer(next) {
      behaviour = next
      storeIsAway = false
    },
  }
}

const LIFETIME_MS = 900_000
const LEAD_MS = 60_000
const WINDOW_MS = 30 * 24 * 3_600_000

/** A provider whose refresh is refused by a rule of any name. */
function paperProvider<User>(reason: EndReason): Provider<User, { readonly password: string }> {
  const source = { document: "sessionchart/testing", section: "startIn" }
  const rules: Rules = {
    credential: "body",
    expiry: { from: ["reply"], take: "first", otherwiseS: LIFETIME_MS / 1000 },
    issuedAt: [],
    rotation: "always",
    window: { from: "credential", afterS: WINDOW_MS / 1000 },
    oldToken: "lives",
    answers: { [reason]: { verdict: "refused", when: { status: [401] }, says: "Refused on paper.", source } },
    onDoubt: "replay",
    runsOn: "anywhere",
  }
  const request = (password: string) => ({ method: "POST", url: "https://paper.test/token", json: { password } }) as const
  return defineProvider({
    id: "paper",
    rules,
    origins: ["https://paper.test"],
    reply: anything<{ accessToken: string; refreshToken: string; user: User }>(),
    read: ({ body }) => body,
    refresh: ({ refreshToken }) => request(refreshToken),
    login: { request: ({ password }: { readonly password: string }) => request(password) },
  })
}

/** A schema that lets everything through: what the paper provider says is made above. */
function anything<Output>() {
  return { "~standard": { version: 1 as const, vendor: "sessionchart", validate: (value: unknown) => ({ value: value as Output }) } }
}

/** A store that fails as long as it is away. */
function awayWhile(store: SessionStore, isAway: () => boolean): SessionStore {
  return {
    name: store.name,
    connect: (options) =>
      new Proxy(store.connect(options), {
        get(connection, name) {
          const member: unknown = Reflect.get(connection, name, connection)
          if (typeof member !== "function" || name === "watch" || name === "close")
            return typeof member === "function" ? (member.bind(connection) as unknown) : member
          return (...given: unknown[]) =>
            isAway() ? Promise.reject(new Error("the store is away")) : (Reflect.apply(member, connection, given) as unknown)
        },
      }),
  }
}
