import type { Clock } from "../core/clock.ts"
import { LeaseWatch } from "../core/lease-watch.ts"
import type { SessionRecord } from "../core/record.ts"
import { askForLease, slotSteps, type Step } from "../core/slot-steps.ts"
import type { Acquired, HolderOptions, Notice, SessionStore, SlotStore, StoreConnection } from "../core/store.ts"

/**
 * A store in this process' memory: the session ends with the process. Sessions that are given the same store object are holders of
 * one session, as tabs are of a `webStore`; those of another `slot(key)` are holders of another one.
 *
 * @example
 * const session = createSession({ provider, store: memoryStore() })
 */
export function memoryStore(): SlotStore {
  /** Most sessions are alone in theirs. */
  const own = new Slot(() => {})
  let slots: Map<string, Slot> | undefined
  /** The slot of a key as it is now: one that holds nothing, and that nobody watches, is not kept. */
  function slotAt(key: string): Slot {
    slots ??= new Map()
    const slot = slots.get(key) ?? new Slot(() => slots?.delete(key))
    slots.set(key, slot)
    return slot
  }
  const storeAt = (slot: () => Slot): SessionStore => ({ name: "memory", connect: (options) => connectionTo(slot, options) })
  return { slot: (key) => storeAt(() => slotAt(key)), ...storeAt(() => own) }
}

/** What all connections to one slot share. */
class Slot {
  #record: SessionRecord | null = null
  #listeners: readonly Listening[] = NONE
  #waiters: readonly (() => void)[] = NONE
  readonly #onIdle: () => void

  /** @param onIdle is called when it holds nothing and nobody watches it. */
  constructor(onIdle: () => void) {
    this.#onIdle = onIdle
  }

  /** Runs a step; tells its notice to all but its author, in a later turn: they are other processes as far as anybody knows. */
  run<Result>(step: Step<Result>, now: number, author: object): Result {
    const { result, record, notice } = step(this.#record, now)
    if (record !== undefined) {
      this.#record = record
      for (const look of this.#waiters) look()
    }
    for (const { connection, listener } of this.#listeners) {
      if (notice !== undefined && connection !== author) queueMicrotask(() => listener(notice))
    }
    this.#settle()
    return result
  }

  listen(connection: object, listener: (notice: Notice) => void): void {
    this.#listeners = [...this.#listeners.filter((each) => each.connection !== connection), { connection, listener }]
  }

  unlisten(connection: object): void {
    this.#listeners = this.#listeners.filter((each) => each.connection !== connection)
    this.#settle()
  }

  /** Resolves when the record changes, or after so long. */
  change(clock: Clock, ms: number): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        clock.clearTimeout(timer)
        this.#waiters = this.#waiters.filter((waiter) => waiter !== look)
        resolve()
      }
      const timer = clock.setTimeout(look, ms)
      this.#waiters = [...this.#waiters, look]
    })
  }

  #settle(): void {
    if (this.#record === null && this.#listeners.length === 0 && this.#waiters.length === 0) this.#onIdle()
  }
}

interface Listening {
  readonly connection: object
  readonly listener: (notice: Notice) => void
}

const NONE: readonly never[] = []

function connectionTo(slot: () => Slot, { holder, clock }: HolderOptions): StoreConnection {
  const author = {}
  const run = async <Result>(step: Step<Result>): Promise<Result> => slot().run(step, clock.now(), author)
  const close = () => slot().unlisten(author)
  return {
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
        await slot().change(clock, Math.max(1, Math.min(asked.until - clock.now(), watch.nextLookMs)))
      }
    },
    watch(listener) {
      slot().listen(author, listener)
      return close
    },
    close,
    ...slotSteps(holder, run),
  }
}
