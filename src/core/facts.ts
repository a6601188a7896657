/**
 * What everyone may know of a grant: the chart, the hook, logs and inspectors. Never a token.
 * Moments are epoch ms by this machine's clock.
 */
export interface Facts<User = unknown> {
  /** Id of the session: 128 random bits, new on every login and accept. */
  readonly sid: string
  /** Number of the grant within its session, from 1. */
  readonly generation: number
  /** When the session began, by login or accept. */
  readonly startedAt: number
  /** When somebody used it last, in any holder, as far as its record told when it was read. */
  readonly usedAt: number
  /** When the grant arrived. */
  readonly issuedAt: number
  /** When the lead time begins: from here on a refresh is worth while. Null: unknown expiry. */
  readonly expiringAt: number | null
  /** When the access token expires; null where nobody knows (refreshed by 401 only). */
  readonly expiresAt: number | null
  /** Until when the provider is thought to accept a refresh; null where it does not say. */
  readonly windowEndsAt: number | null
  /** Whether there is something to refresh with. */
  readonly refreshable: boolean
  readonly user: User | null
}

/**
 * Why a session ended: `user` (logout here), `elsewhere` (another tab or process ended it), `expired` (lapsed, and it
 * cannot be refreshed), `windowClosed` (past the refresh window, and a last ask was refused), `idle` and `maxAge` (limits
 * of your own), `doubt` (chosen by `onDoubt: end`), or the name of the provider's rule that refused the refresh.
 */
export type EndReason = "user" | "elsewhere" | "expired" | "windowClosed" | "idle" | "maxAge" | "doubt" | (string & {})
