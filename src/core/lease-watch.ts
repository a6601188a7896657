import type { Clock } from "./clock.ts"
import type { Lease } from "./record.ts"
import { LEASE_MS, LEASE_WAIT_MS } from "./store.ts"

/**
 * How long a look at the slot may be ago to count in full, ms. Whoever was asleep or frozen for longer has not seen that nobody renewed
 * the lease meanwhile: its holder may have slept, too.
 */
const LONGEST_GAP_MS = LEASE_MS / 4

/**
 * What a holder that waits for another one's lease has seen of it. A lease that stays the same for as long as one lasts has run out,
 * whatever the wall clock says: one that was set back would keep it for hours.
 */
export class LeaseWatch {
  readonly #clock: Clock
  #lookedAt: number
  #lease: Lease | null = null
  #unchangedMs = 0
  #waitedMs = 0

  constructor(clock: Clock) {
    this.#clock = clock
    this.#lookedAt = clock.monotonic()
  }

  /** Looks at the lease once more; says whether nobody has renewed it for as long as it lasts. */
  seesRunOut(lease: Lease): boolean {
    const now = this.#clock.monotonic()
    const passedMs = Math.min(now - this.#lookedAt, LONGEST_GAP_MS)
    const isUnchanged = lease.holder === this.#lease?.holder && lease.until === this.#lease.until
    this.#unchangedMs = isUnchanged ? this.#unchangedMs + passedMs : 0
    this.#waitedMs += passedMs
    this.#lookedAt = now
    this.#lease = lease
    return this.#unchangedMs >= LEASE_MS
  }

  /** How long to go on waiting at the most, ms; 0: it has been long enough. */
  get patienceMs(): number {
    return Math.max(0, LEASE_WAIT_MS - this.#waitedMs)
  }

  /** When to look again at the latest, ms from now: 1 at least, for what is left of a sum of fractions may be too short for any clock. */
  get nextLookMs(): number {
    return Math.max(1, Math.min(LONGEST_GAP_MS, this.patienceMs))
  }
}
