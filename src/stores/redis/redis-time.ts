import type { Clock } from "../../core/clock.ts"

/** What two clocks that agree may seem to differ by, ms, beside the time that it took to ask. */
const NOISE_MS = 100

/** How often Redis is asked for its time before anything else, where each answer takes long. */
const MOST_ANSWERS = 3

/**
 * How a process' clock and Redis' differ: Redis' decides, so that processes with wrong clocks agree. Clocks that agree well enough are
 * taken to be the same, and what is known of others stays until it is found wrong: a moment that is stored is read back as it was.
 */
export class RedisTime {
  readonly #clock: Clock
  /** How far Redis is ahead of our clock, ms. */
  #aheadMs = 0
  /** Whether Redis has told its time quickly, or as often as it is worth asking. */
  isKnown = false
  #answers = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** A moment of our clock, in Redis' time. */
  theirs<Moment extends number | null>(moment: Moment): Moment {
    return (moment === null ? null : moment + this.#aheadMs) as Moment
  }

  /** A moment of Redis' time, by our clock. */
  ours<Moment extends number | null>(moment: Moment): Moment {
    return (moment === null ? null : moment - this.#aheadMs) as Moment
  }

  /** Begins to ask Redis something. To be called with the time that comes with the answer. */
  ask(): (redisNow: number) => void {
    const asked = { at: this.#clock.now(), monotonic: this.#clock.monotonic() }
    return (redisNow) => {
      const now = this.#clock.now()
      // A machine that slept meanwhile shows that by one of them only.
      const tookMs = Math.max(now - asked.at, this.#clock.monotonic() - asked.monotonic, 0)
      this.#note(redisNow - (now - tookMs / 2), NOISE_MS + tookMs / 2)
    }
  }

  #note(aheadMs: number, noiseMs: number): void {
    // A process that is busy with its first requests hears late: what it stored by such a time would be read back as another.
    this.#answers += 1
    this.isKnown ||= this.#answers >= MOST_ANSWERS || noiseMs <= 2 * NOISE_MS
    if (Math.abs(aheadMs - this.#aheadMs) > noiseMs) this.#aheadMs = Math.round(aheadMs)
  }
}
