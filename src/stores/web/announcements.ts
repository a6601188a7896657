import type { Clock } from "../../core/clock.ts"
import type { Notice } from "../../core/store.ts"

/** What the holders of a slot tell each other, over a BroadcastChannel. Names sessions, never tokens. */
export class Announcements {
  readonly #name: string
  readonly #waiters = new Set<() => void>()
  #channel: BroadcastChannel | null | undefined
  listener: ((notice: Notice) => void) | null = null

  constructor(name: string) {
    this.#name = name
  }

  /** Begins to listen, unless that is done or cannot be: then the lease still keeps refreshes apart, and others hear of nothing. */
  open(): BroadcastChannel | null {
    if (this.#channel !== undefined) return this.#channel
    this.#channel = null
    try {
      // Where nothing is shared nothing is announced; in Node a channel would keep the process alive.
      if (globalThis.indexedDB) this.#channel = new BroadcastChannel(this.#name)
    } catch {
      // Firefox, with its storage blocked.
    }
    if (this.#channel !== null) this.#channel.onmessage = ({ data }) => this.#heed(data)
    return this.#channel
  }

  /** Tells all other holders. */
  post(said: Notice | Released): void {
    this.open()?.postMessage(said)
  }

  /** Resolves when somebody tells something, or after so long. */
  word(clock: Clock, ms: number): Promise<void> {
    this.open()
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

  close(): void {
    this.#channel?.close()
    this.#channel = null
    this.listener = null
  }

  #heed(said: unknown): void {
    for (const look of this.#waiters) look()
    if (isNotice(said)) this.listener?.(said)
  }
}

/** Somebody has given its lease back. */
export interface Released {
  readonly is: "released"
}

/** Any script of the origin may post here. */
function isNotice(said: unknown): said is Notice {
  const { is, sid, generation, at } = (said ?? {}) as Readonly<Record<string, unknown>>
  return (
    typeof sid === "string" &&
    (is === "ended" || (is === "granted" && Number.isInteger(generation)) || (is === "used" && Number.isFinite(at)))
  )
}
