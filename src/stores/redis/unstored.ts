import type { Clock, TimerHandle } from "../../core/clock.ts"

/** How long it is between two tries, ms. Not the backoff of others: each of these waits in the client until Redis is there again. */
const PAUSE_MS = 500

/**
 * What could not be stored, and is tried again until Redis has answered. Whoever asked is told that it failed, and asks again in its own
 * time; but as soon as Redis is back, somebody else may take over, and present again what was spent for this.
 */
export class Unstored {
  readonly #clock: Clock
  #timer: TimerHandle
  #turns = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Takes a step. One that fails is taken again, until it does not, or another one is to be. */
  async insistOn<Result>(step: () => Promise<Result>): Promise<Result> {
    this.forget()
    const turn = this.#turns
    try {
      return await step()
    } catch (error) {
      const again = () => void this.insistOn(step).catch(() => {})
      if (turn === this.#turns) this.#timer = this.#clock.setTimeout(again, PAUSE_MS)
      throw error
    }
  }

  forget(): void {
    this.#turns += 1
    this.#clock.clearTimeout(this.#timer)
  }
}
