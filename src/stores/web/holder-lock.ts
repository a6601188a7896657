import type { Clock } from "../../core/clock.ts"

/** How long a holder waits for its own lock at the most, ms: a tab that finds us dead, and freezes in the middle of that, has it meanwhile. */
const LIMIT_MS = 10_000

/**
 * The sign of life of a store's holders: while one has a lease, or asks for one, it holds a Web Lock named after itself. The browser
 * frees that when the page is closed or its process dies; a frozen page keeps it. It guards nothing: what is compared is in IndexedDB.
 */
export class HolderLock {
  readonly #prefix: string
  readonly #clock: Clock

  constructor(prefix: string, clock: Clock) {
    this.#prefix = prefix
    this.#clock = clock
  }

  /** Holds a holder's lock, once more if it is held already. Resolves when it is held, with the way to let go. */
  hold(holder: string): Promise<() => void> {
    const locks = lockManager()
    if (locks === undefined) return Promise.resolve(() => {})
    const giveUp = new AbortController()
    const timer = this.#clock.setTimeout(() => giveUp.abort(new DOMException("another tab keeps our lock", "TimeoutError")), LIMIT_MS)
    const held = new Promise<() => void>((resolve, reject) => {
      const hold = () => new Promise<void>((letGo) => resolve(letGo))
      locks.request(this.#prefix + holder, { mode: "shared", signal: giveUp.signal }, hold).catch(reject)
    })
    return held.finally(() => this.#clock.clearTimeout(timer))
  }

  /**
   * Acts if a holder is dead, and lets nobody come to life under its name meanwhile. Null: it lives or is frozen, or this browser does
   * not tell.
   */
  async ifDead<Result>(holder: string, act: () => Promise<Result>): Promise<Result | null> {
    const locks = lockManager()
    if (locks === undefined) return null
    return locks.request(this.#prefix + holder, { ifAvailable: true }, (lock) => (lock === null ? null : act()))
  }
}

function lockManager(): LockManager | undefined {
  return globalThis.navigator?.locks
}
