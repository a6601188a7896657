import type { Clock } from "../core/clock.ts"
import { limitOf, TELL_USE_EVERY_MS, type Limits } from "../core/limits.ts"
import type { SessionRecord } from "../core/record.ts"
import { newSid } from "../core/sid.ts"
import type { StoreConnection } from "../core/store.ts"
import type { Slot } from "./slot.ts"

/** Looks at sessions as they rest in the store. Most requests need no more than that. */
export class SessionsAtRest {
  readonly #clock: Clock
  readonly #limits: Limits

  constructor(clock: Clock, limits: Limits) {
    this.#clock = clock
    this.#limits = limits
  }

  read(slot: Slot): Promise<SessionRecord | null> {
    return this.#connected(slot, (connection) => connection.read())
  }

  /** Whether its access token is good. */
  isUsable({ expiresAt, skewMs }: SessionRecord): boolean {
    return expiresAt === null || this.#clock.now() < expiresAt - skewMs
  }

  /** Whether a limit of the session's own has ended it: whoever opens it then tells the store and the provider. */
  isOver(record: SessionRecord): boolean {
    const limit = limitOf(record, record.usedAt, this.#limits)
    return limit !== null && this.#clock.now() >= limit.at
  }

  /** Begins the idle time anew, where there is one. A store that fails is told by the next request. */
  noteUse(slot: Slot, { sid, usedAt }: SessionRecord): void {
    const now = this.#clock.now()
    if (this.#limits.idleTimeoutMs === null || now - usedAt < TELL_USE_EVERY_MS) return
    this.#connected(slot, (connection) => connection.noteUse(sid, now)).catch(() => {})
  }

  async #connected<Result>({ store }: Slot, act: (connection: StoreConnection) => Promise<Result>): Promise<Result> {
    const connection = store.connect({ holder: newSid(), clock: this.#clock })
    try {
      return await act(connection)
    } finally {
      connection.close()
    }
  }
}
