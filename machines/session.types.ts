import type { EndReason, Facts } from "../src/core/facts.ts"
import type { Limits } from "../src/core/limits.ts"
import type { Source } from "../src/core/rules.ts"
import type { Services } from "../src/core/services.ts"

/**
 * When a session refreshes by itself: in the lead time if it was used since its last grant, else at the next use (`while-used`);
 * in every lead time (`always`); only when a request needs it (`on-demand`).
 */
export type KeepAlive = "while-used" | "always" | "on-demand"

/** What keeps a session from being well, though it lives. */
export type Degraded = "network" | "store" | "configuration"

/** What the chart knows. Never a token. */
export interface SessionContext {
  readonly services: Services
  readonly keepAlive: KeepAlive
  /** How long a session lasts by limits of its own; null: it has none. */
  readonly limits: Limits | null
  /** When somebody used the session last, in any holder, as far as it is known here; epoch ms. */
  readonly usedAt: number
  /** Who is signed in; null: nobody. */
  readonly facts: Facts | null
  /** Why the last session ended. */
  readonly reason: EndReason | null
  /** What went wrong last, until something goes right. */
  readonly error: Error | null
  readonly degraded: Degraded | null
  /** Failures in a row, for the backoff. */
  readonly failures: number
  /** Not before this moment, epoch ms: what the provider asked for. */
  readonly notBefore: number | null
  /** Whether a 401 was what wanted the refresh under way. */
  readonly for401: boolean
  /** The generation that was granted for a 401 and has not been accepted by any request yet. */
  readonly unproved: number | null
  /** How often in a row such a generation was answered 401. */
  readonly distrusted: number
  /** Until when 401s go to their callers and cause no refresh, epoch ms. */
  readonly distrustedUntil: number
  /** The generation whose grant did not help against a 401. */
  readonly refuted: number | null
  /** How far such grants reach if each takes up its while, epoch ms: good answers to other requests do not shorten that. */
  readonly refutedUntil: number
}

/** What happens to a session. Facts, never tokens or credentials. */
export type SessionEvent =
  /** Somebody used the session: a request, touch(), the page became visible. */
  | { readonly type: "session.used" }
  /** A request found the credential lapsed, and waits. */
  | { readonly type: "request.held" }
  /** A request that was sent with this grant was answered 401; a replay, after another 401 with an older grant. */
  | { readonly type: "request.unauthorized"; readonly sid: string; readonly generation: number; readonly isReplay?: boolean }
  /** A request that was sent with this grant, of which there was doubt, was answered 2xx. */
  | { readonly type: "request.accepted"; readonly sid: string; readonly generation: number }
  | { readonly type: "refresh.requested" }
  | { readonly type: "login.requested" }
  | { readonly type: "logout.requested"; readonly everywhere: boolean }
  /** Tokens were handed over, or a login beside the session succeeded. */
  | { readonly type: "grant.accepted"; readonly facts: Facts; readonly stored: boolean }
  /** A grant that was in use but not stored is stored now. */
  | { readonly type: "grant.stored" }
  | { readonly type: "granted.elsewhere"; readonly facts: Facts }
  | { readonly type: "ended.elsewhere"; readonly sid: string }
  | { readonly type: "network.online" }
  /** Somebody used the session, which has an idle time-out; told from time to time. */
  | { readonly type: "use.noted" }
  | { readonly type: "used.elsewhere"; readonly sid: string; readonly at: number }
  /** A limit of the session's own may have been reached. The chart sends it to itself. */
  | { readonly type: "limit.reached" }
  /** What the store knows of the last use. */
  | { readonly type: "use.found"; readonly sid: string; readonly at: number }

export interface SessionInput {
  readonly services: Services
  readonly keepAlive: KeepAlive
  readonly limits: Limits | null
}

/**
 * The tags that callers ask for instead of state names: somebody is signed in; requests go out at once; they wait for a refresh; they
 * wait for a store or a login; a refresh waits for use; it is out; waiting for it does not help.
 */
export type SessionTag = "authenticated" | "usable" | "held" | "pending" | "idle" | "asking" | "blocked"

/** What every state and transition may say beside its description. */
export interface SessionMeta {
  readonly rule?: string
  readonly source?: Source | undefined
}

/** The output of `restoring`: what the store holds. */
export type Restoration = { readonly is: "nobody" } | { readonly is: "found"; readonly facts: Facts; readonly inDoubt: boolean }

/** The output of `authenticating`: what came of a login. */
export type Authentication =
  | { readonly is: "granted"; readonly facts: Facts; readonly stored: boolean }
  | { readonly is: "failed"; readonly error: Error }
