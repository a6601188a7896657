import type { AnyActorRef, InspectionEvent, Observer } from "xstate"
import type { Degraded, KeepAlive } from "../machines/session.types.ts"
import type { Clock } from "./core/clock.ts"
import type { EndReason, Facts } from "./core/facts.ts"
import type { Provider } from "./core/provider.ts"
import type { SessionStore } from "./core/store.ts"
import type { TrailEntry } from "./trail.ts"

/** What {@link createSession} takes. Only `provider` is required. */
export interface SessionOptions<User = unknown, Credentials = never> {
  readonly provider: Provider<User, Credentials>
  /** Base of the API that `session.fetch` calls: relative inputs are joined to it, and its origin may see the credential. */
  readonly baseURL?: string
  /** Where the session rests. Default: `memoryStore()`. */
  readonly store?: SessionStore
  /** Default: the system's clock. */
  readonly clock?: Clock
  /** What sends. Default: the platform's `fetch`. */
  readonly fetch?: typeof globalThis.fetch
  /** Origins that may see the credential, beside `baseURL`'s. Default: the provider's own. */
  readonly allowedOrigins?: readonly string[]
  /** When the session refreshes by itself. Default: `while-used`. */
  readonly keepAlive?: KeepAlive
  /** How long a call waits for a usable credential at the most, ms. Default: 30,000. */
  readonly maxWaitMs?: number
  /**
   * The session ends, for the reason `idle`, when nobody has used it for so long, ms: no request, no `touch()`, no look at the page, in
   * any tab. Tabs know of each other's use to the second. Default: never.
   */
  readonly idleTimeoutMs?: number
  /** The session ends, for the reason `maxAge`, so long after login or accept, ms, however much it is used. Default: never. */
  readonly maxAgeMs?: number
  /** Facts that a server rendered: what the snapshot shows until the store has been read. */
  readonly initial?: InitialFacts<User>
  /** Receives XState's inspection events, as `createActor`'s own does. They carry facts, never tokens. */
  readonly inspect?: ((event: InspectionEvent) => void) | Observer<InspectionEvent>
}

/** What a server may tell a page about the session that it rendered. Moments are epoch ms. */
export interface InitialFacts<User> {
  readonly sid: string
  readonly user: User | null
  readonly generation?: number
  readonly expiresAt?: number | null
}

/** The chart's top states, for display; programs ask `authenticated` and `usable`. */
export type SessionStatus = "restoring" | "unauthenticated" | "authenticating" | "active" | "expiring" | "refreshing" | "loggedOut"

/** Why a session will end if nobody does anything. */
export type EndsBy = "idle" | "maxAge" | "window" | "expiry"

interface Shown {
  readonly status: SessionStatus
  /** Whether a request would go out at once. */
  readonly usable: boolean
  /** Why the last session ended; null while one lives and before there was one. */
  readonly reason: EndReason | null
  /** What went wrong last, until something goes right: the same object that calls were rejected with. */
  readonly error: Error | null
  /** What keeps the session from being well, though it lives. */
  readonly degraded: Degraded | null
  /** When the access token expires, epoch ms; null where nobody knows, or nobody is signed in. */
  readonly expiresAt: number | null
  /** When the session itself ends if nobody does anything, epoch ms. */
  readonly endsAt: number | null
  readonly endsBy: EndsBy | null
}

/** A snapshot with somebody signed in. */
export interface SignedIn<User> extends Shown {
  readonly authenticated: true
  readonly user: User | null
  readonly sid: string
  readonly generation: number
}

/** A snapshot with nobody signed in. */
export interface SignedOut extends Shown {
  readonly authenticated: false
  readonly usable: false
  readonly user: null
  readonly sid: null
  readonly generation: null
}

/** A session at one moment: frozen, without a token; the same object until something changes. */
export type SessionSnapshot<User = unknown> = SignedIn<User> | SignedOut

/** What a session tells. */
export interface SessionEvents<User = unknown> {
  /** There is a new grant: by login, refresh, or another holder. */
  readonly granted: { readonly snapshot: SessionSnapshot<User> }
  readonly ended: { readonly reason: EndReason; readonly snapshot: SessionSnapshot<User> }
  /** The session lives on, but not well. */
  readonly degraded: { readonly why: Degraded; readonly error: Error | null }
  readonly recovered: { readonly snapshot: SessionSnapshot<User> }
}

/** Tokens got elsewhere (an OAuth redirect, a server), to be handed over. */
export interface HandedOver<User = unknown> {
  readonly accessToken: string
  readonly refreshToken?: string | undefined
  /** Epoch ms. Left out: read from the token, where that says it. */
  readonly expiresAt?: number | undefined
  readonly user?: User | undefined
}

/** Options of calls that may wait. */
export interface WaitOptions {
  readonly signal?: AbortSignal | undefined
}

/** `RequestInit`, and one option of ours. */
export interface SessionFetchInit extends RequestInit {
  /** False: a 401 is never followed by a replay. Default: true. */
  readonly replay?: boolean
}

/** A user's session. Made by `createSession`. */
export interface Session<User = unknown, Credentials = never> {
  /** The session now. Starts nothing; usable as `getSnapshot` of any external store hook. */
  readonly getSnapshot: () => SessionSnapshot<User>
  /** The snapshot before the session began, for ever: what a server renders, and a page's first render after it. */
  readonly getServerSnapshot: () => SessionSnapshot<User>
  /** Calls `listener`, without an argument, whenever the snapshot has changed. Returns the way to unsubscribe. */
  readonly subscribe: (listener: () => void) => () => void
  /** Calls `handler` at each such event. Returns the way to unsubscribe. */
  on<Type extends keyof SessionEvents>(type: Type, handler: (event: SessionEvents<User>[Type]) => void): () => void
  /**
   * The first snapshot that is not `restoring`.
   *
   * @throws {SessionEndedError} `session_stopped`; or the signal's reason.
   */
  ready(options?: WaitOptions): Promise<SessionSnapshot<User>>
  /**
   * Logs in at the provider. While somebody is signed in it runs beside the session: success replaces it, refusal leaves it as it was.
   *
   * @throws {LoginRefusedError} the provider said no. @throws {LoginUnavailableError} it could not be asked.
   * @throws {ConfigurationError} the provider documents no login. @throws {SessionEndedError} logged out, or logged in anew, meanwhile.
   */
  login(credentials: Credentials, options?: WaitOptions): Promise<SessionSnapshot<User>>
  /**
   * Begins a session with tokens got elsewhere, or with the provider's own reply. It replaces the session that is there.
   *
   * @throws {ConfigurationError} there is no token in it, or its expiry is no moment.
   */
  accept(tokens: HandedOver<User> | Response): Promise<SessionSnapshot<User>>
  /**
   * Refreshes now, or joins the refresh under way; while backing off it tries at once, but never before `Retry-After`.
   *
   * @throws {RefreshUnavailableError} not now; the session goes on trying. @throws {ConfigurationError} blocked.
   * @throws {SessionEndedError} refused by a rule. @throws {NotAuthenticatedError} nobody is signed in.
   */
  refresh(options?: WaitOptions): Promise<SessionSnapshot<User>>
  /**
   * Ends the session: here and in every holder at once, at the provider in the background.
   *
   * @returns whether the provider confirmed it.
   */
  logout(options?: { readonly everywhere?: boolean }): Promise<{ readonly revoked: boolean }>
  /** Counts as use: what a click or a key press is to a session. */
  touch(): void
  /**
   * A usable access token, for WebSocket, SSE or GraphQL clients; waits while one is being fetched.
   *
   * @throws {NotAuthenticatedError} @throws {SessionEndedError} @throws {RefreshUnavailableError} @throws {ConfigurationError}
   */
  accessToken(options?: WaitOptions): Promise<string>
  /**
   * WHATWG `fetch` with the session's credential, for allowed origins only; refreshes first when it has lapsed, and answers a 401 with at
   * most one refresh and one replay.
   *
   * @throws what {@link Session.accessToken} throws. @throws {NotReplayableError} a 401, and the body was a stream.
   * @example
   * const orders = await (await session.fetch("/orders")).json()
   */
  readonly fetch: (input: string | URL | Request, init?: SessionFetchInit) => Promise<Response>
  /** The last transitions, redacted: why am I here? */
  trail(): readonly TrailEntry[]
  /** The time that the snapshot's moments are in. */
  readonly clock: Clock
  /** The XState actor, for inspection only. */
  readonly actor: AnyActorRef
  /** Stops this holder: timers, listeners and waiting calls end, the session itself stays in its store. Final. */
  stop(): void
  /** Resolves when whatever was under way at `stop()` has come to its end. */
  readonly stopped: Promise<void>
  [Symbol.dispose](): void
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Says once, for the whole app, which session it has: the types of its user and credentials then reach the hooks of `sessionchart/react`.
 *
 * @example
 * declare module "sessionchart" { interface Register { session: typeof session } }
 */
export interface Register {}

/** The session of {@link Register}; one of unknown users where none is registered. */
export type RegisteredSession = Register extends { readonly session: infer Registered } ? Registered : Session<unknown, unknown>

/** Facts without a user type, for whoever builds snapshots. */
export type { Facts }
