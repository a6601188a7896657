import { backoffMs } from "../../core/backoff.ts"
import type { Clock, TimerHandle } from "../../core/clock.ts"
import type { SessionRecord } from "../../core/record.ts"
import { grantOf } from "../../core/slot-steps.ts"
import type { Notice } from "../../core/store.ts"

/** What a holder knows of its slot, and whom it tells what others do there. */
export class Watch {
  readonly #clock: Clock
  readonly #look: () => Promise<SessionRecord | null>
  readonly #waiters = new Set<() => void>()
  /** Our own steps that are under way, and how often one has begun or ended. */
  readonly #own = { underWay: 0, turns: 0 }
  #listener: ((notice: Notice) => void) | null = null
  #stop = () => {}
  #timer: TimerHandle
  #seen: SessionRecord | null | undefined

  /** @param look reads the slot. */
  constructor(clock: Clock, look: () => Promise<SessionRecord | null>) {
    this.#clock = clock
    this.#look = look
  }

  /** What the slot held when we looked last; undefined: we have not looked. */
  get seen(): SessionRecord | null | undefined {
    return this.#seen
  }

  /** Notes what the slot holds. An older generation is what a failover has left of it: the newer one is not forgotten for that. */
  see(record: SessionRecord | null): void {
    const isOlder = record !== null && record.sid === this.#seen?.sid && record.generation < this.#seen.generation
    if (!isOlder) this.#seen = record
  }

  /** Tells a listener, in place of any other, until {@link close}; `listen` begins to hear what is published, and returns the way to stop. */
  open(listener: (notice: Notice) => void, listen: () => Promise<() => void>): void {
    this.close()
    this.#listener = listener
    let isOver = false
    let stop = () => {}
    this.#stop = () => {
      isOver = true
      stop()
    }
    void listen().then((stopListening) => {
      stop = stopListening
      if (isOver) stop()
    })
  }

  close(): void {
    this.#listener = null
    this.#stop()
    this.#stop = () => {}
    this.#clock.clearTimeout(this.#timer)
  }

  /** Somebody else has done something; what, if it is any notice. */
  heed(notice: Notice | null): void {
    for (const look of this.#waiters) look()
    if (notice !== null) this.#listener?.(notice)
  }

  /** Resolves when somebody else does something, as far as we hear of it, or after so long. */
  word(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        this.#clock.clearTimeout(timer)
        this.#waiters.delete(look)
        resolve()
      }
      const timer = this.#clock.setTimeout(look, ms)
      this.#waiters.add(look)
    })
  }

  /** Takes a step that changes the slot: what it does is no news to us. */
  async change<Result>(step: () => Promise<Result>): Promise<Result> {
    this.#own.underWay += 1
    this.#own.turns += 1
    try {
      return await step()
    } finally {
      this.#own.underWay -= 1
      this.#own.turns += 1
    }
  }

  /** Tells what has happened while we could not hear it. Whoever has not looked yet will do so, and need not be told. */
  async lookAgain(failures = 0): Promise<void> {
    const { turns } = this.#own
    const record = await this.#look().catch(() => undefined)
    if (this.#listener === null) return
    // A look beside a step of our own may show it before we know that it was done, or not show it though we do.
    const isBeside = this.#own.underWay > 0 || this.#own.turns !== turns
    if (record === undefined || isBeside) {
      this.#clock.clearTimeout(this.#timer)
      this.#timer = this.#clock.setTimeout(() => void this.lookAgain(failures + 1), backoffMs(failures + 1, Math.random()))
      return
    }
    const notice = this.#seen === undefined ? null : newsIn(record, this.#seen)
    this.see(record)
    if (notice !== null) this.#listener(notice)
  }
}

function newsIn(record: SessionRecord | null, before: SessionRecord | null): Notice | null {
  if (record === null) return before && { is: "ended", sid: before.sid }
  const { sid, generation, usedAt } = record
  if (sid !== before?.sid || generation > before.generation) return grantOf(record)
  return usedAt > before.usedAt ? { is: "used", sid, at: usedAt } : null
}
