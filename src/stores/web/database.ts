import type { Clock } from "../../core/clock.ts"

/** How long opening or one transaction may take, ms: a tab that stands still in the middle of its own holds up those of all others. */
const LIMIT_MS = 10_000

const SLOTS = "slots"

/** What becomes of a stored value, and what that comes to. */
export interface Rewrite<Result> {
  readonly result: Result
  /** Null: it is deleted. Left out: it stays. */
  readonly value?: object | null | undefined
}

/** The IndexedDB database of our slots, opened when it is first needed, and anew after it was closed under us. */
export class Database {
  readonly #clock: Clock
  readonly #onLost: () => void
  #opening: Promise<IDBDatabase> | null = null

  /** @param onLost is called when the browser closes it: the user has cleared the site's data, or its files are gone. */
  constructor(clock: Clock, onLost: () => void) {
    this.#clock = clock
    this.#onLost = onLost
  }

  /** Whether an error says that this page gets no database, however often it asks. */
  static isDenied(error: unknown): boolean {
    // Chromium whose user blocks site data: an `UnknownError`, told from others by what it says.
    return isOneOf(["NotSupportedError", "SecurityError", "VersionError"], error) || /denied permission/.test(String(error))
  }

  /** Whether an error says no more than that it took too long. */
  static isSlow(error: unknown): boolean {
    return isOneOf(["TimeoutError"], error)
  }

  /**
   * Rewrites the value of a key in one transaction: between the look and the write nobody, in no tab, gets in.
   * Rejects with what the browser says; then nothing was written, except perhaps after a `TimeoutError`.
   */
  async transact<Result>(key: string, rewrite: (stored: unknown) => Rewrite<Result>): Promise<Result> {
    const opening = this.#open()
    try {
      return await this.#rewrite(await opening, key, rewrite)
    } catch (error) {
      if (!isOneOf(CLOSING, error)) throw error
      this.#forget(opening)
      return this.#rewrite(await this.#open(), key, rewrite)
    }
  }

  close(): void {
    if (this.#opening !== null) this.#forget(this.#opening)
  }

  #open(): Promise<IDBDatabase> {
    if (this.#opening !== null) return this.#opening
    const request = openRequest()
    const opening = this.#limited(request, () => closeLate(request))
    this.#opening = opening
    opening.then(
      (database) => {
        database.onversionchange = () => this.#forget(opening) // somebody deletes or upgrades it, and waits for us
        database.onclose = () => {
          this.#forget(opening)
          this.#onLost()
        }
      },
      () => this.#forget(opening),
    )
    return opening
  }

  #forget(opening: Promise<IDBDatabase>): void {
    if (this.#opening === opening) this.#opening = null
    closeLate(opening)
  }

  #rewrite<Result>(database: IDBDatabase, key: string, rewrite: (stored: unknown) => Rewrite<Result>): Promise<Result> {
    // Strict: a rotated credential that a power cut takes out of the browser's cache is a session lost, and a logout undone.
    const transaction = database.transaction(SLOTS, "readwrite", { durability: "strict" })
    return this.#limited(rewritten(transaction, key, rewrite), () => transaction.abort())
  }

  #limited<Result>(work: Promise<Result>, giveUp: () => void): Promise<Result> {
    return new Promise((resolve, reject) => {
      const timer = this.#clock.setTimeout(() => {
        reject(new DOMException(`IndexedDB has not answered for ${LIMIT_MS / 1000} s`, "TimeoutError"))
        try {
          giveUp()
        } catch {
          // A transaction that is being committed at this moment cannot be aborted any more.
        }
      }, LIMIT_MS)
      work.then(resolve, reject).finally(() => this.#clock.clearTimeout(timer))
    })
  }
}

/** How a connection that was closed under us shows. In Safari it is `UnknownError`: "Connection to Indexed Database server lost". */
const CLOSING = ["InvalidStateError", "AbortError", "UnknownError"]

function isOneOf(names: readonly string[], error: unknown): boolean {
  return names.includes((error as Partial<DOMException> | null)?.name ?? "")
}

function closeLate(opening: Promise<IDBDatabase>): void {
  opening.then(
    (database) => database.close(),
    () => {},
  )
}

function openRequest(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    if (!globalThis.indexedDB) throw new DOMException("there is no IndexedDB here", "NotSupportedError")
    const request = indexedDB.open("sessionchart", 1)
    request.onupgradeneeded = () => request.result.createObjectStore(SLOTS)
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error!)
  })
}

function rewritten<Result>(transaction: IDBTransaction, key: string, rewrite: (stored: unknown) => Rewrite<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const slots = transaction.objectStore(SLOTS)
    const found = slots.get(key)
    found.onsuccess = () => {
      try {
        const { result, value } = rewrite(found.result)
        if (value === null) slots.delete(key)
        else if (value !== undefined) slots.put(value, key)
        transaction.oncomplete = () => resolve(result)
      } catch (error) {
        reject(error as Error) // a user that cannot be cloned, for one
        transaction.abort()
      }
    }
    transaction.onabort = () => reject(transaction.error ?? new DOMException("the transaction was aborted", "AbortError"))
  })
}
