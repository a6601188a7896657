import type { Clock } from "../core/clock.ts"
import type { SessionRecord } from "../core/record.ts"
import {
  LEASE_MS,
  LEASE_WAIT_MS,
  type Acquired,
  type HolderOptions,
  type Notice,
  type SessionStore,
  type StoreConnection,
} from "../core/store.ts"

/**
 * A store in this process' memory: the session ends with the process. Sessions that are given the same store object are holders of
 * one session, as tabs are of a `webStore`.
 *
 * @example
 * const session = createSession({ provider, store: memoryStore() })
 */
export function memoryStore(): SessionStore {
  const slot = new Slot()
  return { name: "memory", connect: (options) => new MemoryConnection(slot, options) }
}

/** What all connections of one store share. */
class Slot {
  record: SessionRecord | null = null
  readonly listeners = new Map<MemoryConnection, (notice: Notice) => void>()
  readonly waiters = new Set<() => void>()

  change(record: SessionRecord | null): void {
    this.record = record
    for (const look of this.waiters) look()
  }
}

class MemoryConnection implements StoreConnection {
  readonly #slot: Slot
  readonly #holder: string
  readonly #clock: Clock

  constructor(slot: Slot, { holder, clock }: HolderOptions) {
    this.#slot = slot
    this.#holder = holder
    this.#clock = clock
  }

  async read(): Promise<SessionRecord | null> {
    return this.#slot.record
  }

  async create(record: SessionRecord, options?: { readonly insteadOf: string | null }): Promise<boolean> {
    if (options !== undefined && options.insteadOf !== (this.#slot.record?.sid ?? null)) return false
    this.#slot.change(record)
    this.#tell({ is: "granted", sid: record.sid, generation: record.generation })
    return true
  }

  async acquire(sid: string, seenGeneration: number): Promise<Acquired> {
    const deadline = this.#clock.now() + LEASE_WAIT_MS
    for (;;) {
      // After a sleep every lease has run out by the wall. Those who still live renew theirs first: in timers that are due by now,
      // and that a clock in the middle of its work fires before it comes back to us.
      await Promise.resolve()
      this.#clock.wake()
      const acquired = this.#tryToAcquire(sid, seenGeneration)
      if (acquired.is !== "busy" || this.#clock.now() >= deadline) return acquired
      await this.#change(Math.min(acquired.until, deadline) - this.#clock.now())
    }
  }

  async markSent(sid: string, generation: number): Promise<boolean> {
    const { record } = this.#slot
    if (!this.#isLeaseOf(record, sid) || record.generation !== generation) return false
    this.#slot.change({ ...record, sentAt: record.sentAt ?? this.#clock.now(), lease: this.#lease() })
    return true
  }

  async clearSent(sid: string, generation: number): Promise<void> {
    const { record } = this.#slot
    if (this.#isLeaseOf(record, sid) && record.generation === generation) this.#slot.change({ ...record, sentAt: null })
  }

  async renew(sid: string): Promise<boolean> {
    const { record } = this.#slot
    if (!this.#isLeaseOf(record, sid)) return false
    this.#slot.change({ ...record, lease: this.#lease() })
    return true
  }

  async commit(sid: string, spentGeneration: number, successor: SessionRecord): Promise<"committed" | "stale" | "gone"> {
    const { record } = this.#slot
    if (record?.sid !== sid) return "gone"
    if (record.generation !== spentGeneration) return "stale"
    this.#slot.change(successor)
    this.#tell({ is: "granted", sid, generation: successor.generation })
    return "committed"
  }

  async release(sid: string, notBefore: number | null): Promise<void> {
    const { record } = this.#slot
    if (this.#isLeaseOf(record, sid)) this.#slot.change({ ...record, lease: null, notBefore: notBefore ?? record.notBefore })
  }

  async end(sid: string, generation: number | null): ReturnType<StoreConnection["end"]> {
    const { record } = this.#slot
    if (record?.sid !== sid) return { is: "gone", record }
    if (generation !== null && record.generation !== generation) return { is: "stale", record }
    this.#slot.change(null)
    this.#tell({ is: "ended", sid })
    return { is: "ended", record }
  }

  watch(listener: (notice: Notice) => void): () => void {
    this.#slot.listeners.set(this, listener)
    return () => this.#slot.listeners.delete(this)
  }

  close(): void {
    this.#slot.listeners.delete(this)
  }

  #tryToAcquire(sid: string, seenGeneration: number): Acquired {
    const { record } = this.#slot
    if (record?.sid !== sid) return { is: "gone", record }
    const now = this.#clock.now()
    const isUsable = record.expiresAt === null || now < record.expiresAt - record.skewMs
    if (record.generation > seenGeneration && isUsable) return { is: "fresh", record }
    if (record.lease !== null && record.lease.holder !== this.#holder && now < record.lease.until)
      return { is: "busy", until: record.lease.until }
    const leased = { ...record, lease: this.#lease() }
    this.#slot.change(leased)
    return { is: "leased", record: leased }
  }

  #lease() {
    return { holder: this.#holder, until: this.#clock.now() + LEASE_MS }
  }

  #isLeaseOf(record: SessionRecord | null, sid: string): record is SessionRecord {
    return record?.sid === sid && record.lease?.holder === this.#holder
  }

  /** Until the slot changes, or for so long. */
  #change(ms: number): Promise<void> {
    const { waiters } = this.#slot
    return new Promise((resolve) => {
      const look = () => {
        this.#clock.clearTimeout(timer)
        waiters.delete(look)
        resolve()
      }
      const timer = this.#clock.setTimeout(look, ms)
      waiters.add(look)
    })
  }

  /** Tells the other holders, in a later turn: they are other processes as far as anybody knows. */
  #tell(notice: Notice): void {
    for (const [connection, listener] of this.#slot.listeners) {
      if (connection !== this) queueMicrotask(() => listener(notice))
    }
  }
}
