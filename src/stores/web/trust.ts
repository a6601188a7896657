import { isBrowser } from "../../core/runtime.ts"
import { Database } from "./database.ts"

/** An IndexedDB that has failed for so long and has not worked once is taken for absent, ms. */
const PATIENCE_MS = 5_000

/** Whether this page has an IndexedDB, as far as one store has found out. */
export class Trust {
  /** Whether it has none: then memory stands in for it, until the page is loaded again. */
  isLost = false
  #hasWorked = false
  #failingSince: number | null = null

  noteWorking(): void {
    this.#hasWorked = true
  }

  /**
   * Notes a failure. Once IndexedDB has worked, nothing takes its place: what it holds may be in use in other tabs, and they must not
   * refresh it beside us. One that is slow is there, too: another tab is at it, or a disk.
   */
  noteFailure(error: unknown, at: number): void {
    if (this.isLost || this.#hasWorked || Database.isSlow(error)) return
    this.#failingSince ??= at
    if (!Database.isDenied(error) && at - this.#failingSince < PATIENCE_MS) return
    this.isLost = true
    if (isBrowser()) {
      console.warn(
        `sessionchart: webStore() cannot use IndexedDB (${String(error)}); the session is in this page's memory and ends with the page`,
      )
    }
  }
}
