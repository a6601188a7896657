import type { Clock } from "../core/clock.ts"
import { LeaseWatch } from "../core/lease-watch.ts"
import type { SessionRecord } from "../core/record.ts"
import { askForLease, slotSteps, type Step } from "../core/slot-steps.ts"
import type { Acquired, HolderOptions, Notice, SessionStore, StoreConnection } from "../core/store.ts"

/**
 * A store in this process' memory: the session ends with the process. Sessions that are given the same store object are holders of
 * one session, as tabs are of a `webStore`.
 *
 * @example
 * const session = createSession({ provider, store: memoryStore() })
 */
export function memoryStore(): SessionStore {
  const slot = new Slot()
  return { name: "memory", connect: (options) => connectionTo(slot, options) }
}

/** What all connections of one store share. */
class Slot {
  #record: SessionRecord | null = null
  readonly listeners = new Map<object, (notice: Notice) => void>()
  readonly #waiters = new Set<() => void>()

  /** Runs a step; tells its notice to all but its author, in a later turn: they are other processes as far as anybody knows. */
  run<Result>(step: Step<Result>, now: number, author: object): Result {
    const { result, record, notice } = step(this.#record, now)
    if (record !== undefined) {
      this.#record = record
      for (const look of this.#waiters) look()
    }
    for (const [connection, listener] of this.listeners) {
      if (notice !== undefined && connection !== author) queueMicrotask(() => listener(notice))
    }
    return result
  }

  /** Resolves when the record changes, or after so long. */
  change(clock: Clock, ms: number): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        clock.clearTimeout(timer)
        this.#waiters.delete(look)
        resolve()
      }
      const timer = clock.setTimeout(look, ms)
      this.#waiters.add(look)
    })
  }
}

function connectionTo(slot: Slot, { holder, clock }: HolderOptions): StoreConnection {
  const author = {}
  const run = async <Result>(step: Step<Result>): Promise<Result> => slot.run(step, clock.now(), author)
  const close = () => void slot.listeners.delete(author)
  return {
    ...slotSteps(holder, run),
    async acquire(sid, seenGeneration): Promise<Acquired> {
      const watch = new LeaseWatch(clock)
      const step = askForLease(holder, sid, seenGeneration, (lease, now) => watch.seesRunOut(lease) || now >= lease.until)
      for (;;) {
        // After a sleep every lease has run out by the wall. Those who still live renew theirs first: in timers that are due by now,
        // and that a clock in the middle of its work fires before it comes back to us.
        await Promise.resolve()
        clock.wake()
        const asked = await run(step)
        if (asked.is !== "busy" || watch.patienceMs === 0) return asked
        await slot.change(clock, Math.max(1, Math.min(asked.until - clock.now(), watch.nextLookMs)))
      }
    },
    watch(listener) {
      slot.listeners.set(author, listener)
      return close
    },
    close,
  }
}
