import type { SessionStore } from "../core/store.ts"

/** Where one browser's session rests. One for a request: a store works out once where that is. */
export interface Slot {
  /** The cookie's. */
  readonly id: string
  readonly store: SessionStore
}
