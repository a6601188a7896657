import type { SessionEvent } from "../machines/session.types.ts"
import { backoffMs } from "./core/backoff.ts"
import type { TimerHandle } from "./core/clock.ts"
import type { Inside } from "./core/services.ts"
import type { Notice } from "./core/store.ts"

/** Watches what other holders do to the store, and tells the chart. */
export class Lookout {
  readonly #inside: Inside
  readonly #tell: (event: SessionEvent) => void
  readonly #unwatch: () => void
  #lookAgain: TimerHandle
  #isClosed = false

  constructor(inside: Inside, tell: (event: SessionEvent) => void) {
    this.#inside = inside
    this.#tell = tell
    this.#unwatch = inside.store.watch((notice) => this.#heed(notice))
  }

  /**
   * Takes what the store holds, if that is newer than what is in use here. To be called after each login of ours too: two holders that
   * log in at once hear of each other before they have heard of themselves.
   */
  async look(failures = 0): Promise<void> {
    const { clock, keyring, random, store, background } = this.#inside
    const record = await store.read().catch(() => undefined)
    if (this.#isClosed) return
    if (record === undefined) {
      clock.clearTimeout(this.#lookAgain)
      this.#lookAgain = clock.setTimeout(() => void this.look(failures + 1), backoffMs(failures + 1, random()))
      return
    }
    if (record === null || record.sid === background.signedOut) return
    const { current, isStored } = keyring
    const isKnown = record.sid === current?.sid && record.generation <= current.generation
    const isOlder = current !== null && !isStored && record.startedAt <= current.startedAt
    if (!isKnown && !isOlder) this.#tell({ type: "granted.elsewhere", facts: keyring.offer(record) })
  }

  close(): void {
    this.#isClosed = true
    this.#unwatch()
    this.#inside.clock.clearTimeout(this.#lookAgain)
  }

  #heed(notice: Notice): void {
    if (notice.is === "ended") this.#tell({ type: "ended.elsewhere", sid: notice.sid })
    else if (notice.is === "used") this.#tell({ type: "used.elsewhere", sid: notice.sid, at: notice.at })
    else void this.look()
  }
}
