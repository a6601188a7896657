import { ConfigurationError, RefreshUnavailableError, SessionEndedError, StoreUnavailableError } from "../errors.ts"
import type { EndReason, Facts } from "./facts.ts"

/** How one refresh came out: the output of the refresh chart. */
export type RefreshOutcome =
  | { readonly is: "granted"; readonly facts: Facts; readonly stored: boolean }
  /** Somebody else had refreshed already, or another session is there now. */
  | { readonly is: "adopted"; readonly facts: Facts }
  | { readonly is: "gone" }
  /** The rule `answer` refused, and the store still held what was refused. */
  | { readonly is: "ended"; readonly answer: string }
  | Unavailable
  | Misconfigured

/** What is known of a refresh that was sent and granted nothing. */
export interface Sent {
  /** Whether it may have happened at the provider all the same; left out where nothing was sent. */
  readonly perhapsDone?: boolean
}

/** Not now: to be tried again, never before `retryAt` (epoch ms). */
export interface Unavailable extends Sent {
  readonly is: "unavailable"
  readonly why: "provider" | "store" | "busy"
  readonly retryAt: number | null
  readonly error: Error
}

/** Not as things are set up. */
export interface Misconfigured extends Sent {
  readonly is: "misconfigured"
  readonly error: Error
}

/** The output of `leasing`: may we refresh? */
export type Acquisition =
  | { readonly is: "leased"; readonly facts: Facts; readonly inDoubtSince: number | null }
  | { readonly is: "fresh"; readonly facts: Facts }
  | { readonly is: "gone" }
  | Unavailable

/** The output of `requesting`: what the provider's answer means. */
export type Judgement =
  | { readonly is: "granted"; readonly facts: Facts }
  | { readonly is: "refused"; readonly answer: string }
  | (Misconfigured & { readonly answer: string })
  | (Omit<Unavailable, "is"> & { readonly is: "notDone" | "inDoubt" })
  | Unavailable

/** The output of `committing`: is the grant stored? */
export type Commitment = { readonly is: "stored" } | { readonly is: "stale"; readonly facts: Facts } | { readonly is: "gone" }

/** The output of `rereading`: was what we were refused still there, and is it deleted now? */
export type Deletion = { readonly is: "deleted" } | { readonly is: "stale"; readonly facts: Facts } | { readonly is: "gone" }

/** The store failed, or an actor broke where it must not: nothing is known, so nothing is lost. */
export function fault(reason: unknown): Unavailable {
  const error = reason instanceof Error ? reason : new Error(String(reason))
  return { is: "unavailable", why: error instanceof StoreUnavailableError ? "store" : "provider", retryAt: null, error }
}

/** A provider for servers was about to be called from a browser. */
export function wrongPlace(): Misconfigured {
  return {
    is: "misconfigured",
    error: new ConfigurationError("this provider must not be called from a browser; use createSessionHandler of sessionchart/server"),
  }
}

/** The rule `onDoubt` says to wait until this moment (epoch ms) before anything else. */
export function held(until: number): Unavailable {
  const error = new RefreshUnavailableError("an earlier refresh may have happened; the provider is left alone for a while", {
    retryAt: until,
  })
  return { is: "unavailable", why: "provider", retryAt: until, error }
}

/** What calls on a session that is over are rejected with, and what its snapshot shows. */
export function sessionEnded(reason: EndReason): SessionEndedError {
  return new SessionEndedError("session_ended", `the session has ended (${reason}); log in again`, { reason })
}
