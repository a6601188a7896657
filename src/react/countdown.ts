import type { TimerHandle } from "../core/clock.ts"
import type { AnySession } from "./use-session.types.ts"

/** Counts a session's last seconds for any number of components, with one timer, and none while nobody looks or nothing ends. */
export class Countdown {
  static readonly #countdowns = new WeakMap<AnySession, Countdown>()

  readonly #session: AnySession
  /** Who looks, and from how many seconds on. */
  readonly #lookers = new Map<() => void, number>()
  #unsubscribe: (() => void) | null = null
  #timer: TimerHandle

  private constructor(session: AnySession) {
    this.#session = session
  }

  static of(session: AnySession): Countdown {
    const countdown = this.#countdowns.get(session) ?? new Countdown(session)
    this.#countdowns.set(session, countdown)
    return countdown
  }

  /** Computed at every look, so that it is right also before a timer has noticed that the machine slept. */
  secondsLeft(withinS: number): number | null {
    const msLeft = this.#msLeft()
    const secondsLeft = msLeft === null ? null : Math.ceil(msLeft / 1000)
    return secondsLeft !== null && secondsLeft <= withinS ? secondsLeft : null
  }

  subscribe(listener: () => void, withinS: number): () => void {
    const own = () => listener()
    this.#lookers.set(own, withinS)
    this.#unsubscribe ??= this.#session.subscribe(() => this.#tell())
    this.#arm()
    return () => {
      this.#lookers.delete(own)
      if (this.#lookers.size > 0) return this.#arm()
      this.#unsubscribe?.()
      this.#unsubscribe = null
      this.#disarm()
    }
  }

  #msLeft(): number | null {
    const { endsAt } = this.#session.getSnapshot()
    return endsAt === null ? null : Math.max(0, endsAt - this.#session.clock.now())
  }

  #tell(): void {
    this.#arm()
    for (const looker of Array.from(this.#lookers.keys())) looker()
  }

  /** Waits for the next moment at which somebody sees another number. */
  #arm(): void {
    this.#disarm()
    const msLeft = this.#msLeft()
    if (msLeft === null || msLeft === 0) return
    const nextSecondMs = (Math.ceil(msLeft / 1000) - 1) * 1000
    const firstSeenMs = Math.max(...this.#lookers.values()) * 1000
    this.#timer = this.#session.clock.setTimeout(() => this.#tell(), msLeft - Math.min(nextSecondMs, firstSeenMs))
  }

  #disarm(): void {
    this.#session.clock.clearTimeout(this.#timer)
  }
}
