const FIRST_MS = 1_000

/** The longest wait between two tries, ms. */
export const LONGEST_BACKOFF_MS = 60_000

/**
 * How long to wait after so many failures in a row, ms: exponential, capped, with full jitter, so that many holders that failed
 * together do not come back together.
 *
 * @param random in [0, 1)
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function backoffMs(failures: number, random: number): number {
  return random * Math.min(LONGEST_BACKOFF_MS, FIRST_MS * 2 ** (failures - 1))
}

const FIRST_DISTRUST_MS = 60_000
const LONGEST_DISTRUST_MS = 900_000

/** So many refreshes that did not help against a 401 may follow each other, and then one in so many ms: eight an hour at most. */
export const USELESS_REFRESHES = { atOnce: 4, thenEveryMs: LONGEST_DISTRUST_MS }

/** How long 401s cause no refresh after so many grants in a row that were answered 401 at once, ms. */
export function distrustMs(times: number): number {
  return Math.min(LONGEST_DISTRUST_MS, FIRST_DISTRUST_MS * 2 ** (times - 1))
}
