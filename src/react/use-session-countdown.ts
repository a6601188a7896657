import { useProvidedSession } from "./session-context.ts"
import { useCountdown } from "./use-countdown.ts"

/** Options of {@link useSessionCountdown}. */
export interface CountdownOptions {
  /** Counts the last seconds only: null, and no render, before that many are left. Default: `Infinity`. */
  readonly withinS?: number
}

/**
 * Whole seconds, rounded up, until the session ends if nobody does anything (`endsAt`); null when no such moment is known, and 0 once it
 * has passed, until the session has been asked or ends. All countdowns of a session share one timer on the session's clock, and show the
 * right second as soon as a machine wakes from sleep.
 *
 * It counts down to the end of the session, not of an access token that will be refreshed.
 *
 * @throws {ConfigurationError} outside of a `SessionProvider`.
 * @example
 * const secondsLeft = useSessionCountdown({ withinS: 60 })
 * return secondsLeft === null ? null : <dialog open>Your session ends in {secondsLeft} s</dialog>
 */
export function useSessionCountdown(options?: CountdownOptions): number | null {
  return useCountdown(useProvidedSession("useSessionCountdown() was called"), options)
}
