import type { Clock } from "../core/clock.ts"
import type { HolderOptions, SessionStore, StoreConnection } from "../core/store.ts"
import { memoryStore } from "./memory.ts"
import { webConnection } from "./web/connection.ts"
import { Database } from "./web/database.ts"
import { ownTokensConnection } from "./web/own-tokens.ts"
import { Trust } from "./web/trust.ts"
import { withStandIn } from "./web/with-stand-in.ts"

/**
 * A store that the tabs of a web app share, and that lives on when they are closed: IndexedDB. One tab refreshes at a time; a grant or a
 * logout in one tab is one in all of them. A tab that is closed or crashes in the middle of a refresh is known to be dead at once (Web
 * Locks); one that is frozen holds the others up for 10 s at the most.
 *
 * It throws nothing at the user. A step that fails (quota, a database that is slow) makes the session wait or go on in memory, with
 * `degraded: "store"`, until it works again. Where IndexedDB is denied, or has failed for 5 s without having worked once, this page's
 * memory stands in for it until the page is loaded again, `console.warn` says so once, and the session is `degraded: "store"`. A record
 * that was edited by hand, or written by a newer version of the library, counts as nobody, with one warning; it stays there until a
 * session takes its place. On a server the store is inert, as the session is.
 *
 * What `keep` trades:
 *
 * - `"all"` (default): access token and refresh credential rest in IndexedDB, in the clear. A reload and a new tab are signed in at once.
 *   But every script that ever runs on your origin can read them, take them elsewhere and use them there until they expire; so can
 *   whoever reads the browser's profile on disk.
 * - `"nothing"`: no token is ever stored; each tab has its own access token, in memory. Where the refresh credential is an HttpOnly cookie
 *   (Unisouk), a reload or a new tab gets an access token by a refresh, one tab at a time, and login and logout count for all tabs; who
 *   is signed in (sid, user, moments) is still stored. With every other provider a tab's session is its own and ends with a reload.
 *   A script that gets into the page can still act as the user while the page is open, and can ask the provider for a token as
 *   the page does; but it finds nothing at rest, and no refresh credential to take away.
 *
 * Neither protects from XSS; a session that is kept on a server (`sessionchart/server`) leaves it the least.
 *
 * @example
 * const session = createSession({ provider, store: webStore() })
 */
export function webStore({ key = "session", keep = "all" }: WebStoreOptions = {}): SessionStore {
  const memory = memoryStore()
  const trust = new Trust()
  return {
    name: "web",
    connect(options: HolderOptions) {
      const inMemory = memory.connect(options)
      // Whatever else somebody wrote there without types keeps nothing.
      if (keep !== "all" && options.credential !== "cookie") return emptied(key, inMemory, options.clock)
      const inIndexedDb = keep === "all" ? webConnection(key, options) : ownTokensConnection(key, options)
      return withStandIn(inIndexedDb, inMemory, trust, options.clock)
    },
  }
}

/** What {@link webStore} takes. */
export interface WebStoreOptions {
  /** Names the slot, where an origin has several apps or users at once; stores with the same key share a session. Default: `"session"`. */
  readonly key?: string
  /** What is stored: `"all"`, or `"nothing"` that opens anything. Default: `"all"`. */
  readonly keep?: "all" | "nothing"
}

/** A connection to memory, for which the tokens are deleted that the app has stored before it chose to keep nothing. */
function emptied(key: string, memory: StoreConnection, clock: Clock): StoreConnection {
  return {
    ...memory,
    async read() {
      const database = new Database(clock, () => {})
      await database.transact(key, () => ({ result: undefined, value: null })).catch(() => {})
      database.close()
      return memory.read()
    },
  }
}
