import { createClock, systemClock, type Clock } from "../../src/core/clock.ts"
import type { SessionRecord } from "../../src/core/record.ts"
import { LEASE_MS, type HolderOptions, type Notice, type StoreConnection } from "../../src/core/store.ts"
import { createSession, type Session } from "../../src/index.ts"
import { unisouk } from "../../src/providers/unisouk.ts"
import { vault } from "../../src/providers/vault.ts"
import { webStore, type WebStoreOptions } from "../../src/stores/web.ts"
import { manualClock } from "../../src/testing/manual-clock.ts"
import { storeContract } from "../../src/testing/store-contract.ts"
import { sabotage } from "./sabotage.ts"
import { settleWithBrowser } from "./settle-with-browser.ts"

/** How a page is connected to its store. */
export interface LabOptions extends WebStoreOptions {
  readonly holder: string
  /** How much faster than the machine's the page's clock runs. */
  readonly speed?: number
  /** How far its wall clock is ahead, ms. */
  readonly aheadMs?: number
  /** Where its session's provider keeps the refresh credential. */
  readonly credential?: string
}

/** What a page's session is made of. */
export interface LabSessionOptions extends WebStoreOptions {
  readonly provider: "vault" | "unisouk"
  /** Of the provider, as its emulator names them. */
  readonly options: object
  readonly baseURL: string
}

/** What a test of the contract came to. */
export interface LabResult {
  readonly title: string
  readonly error: string | null
}

type Method = Exclude<keyof StoreConnection, "watch" | "close" | "isStandIn">

const providers = { vault, unisouk } as unknown as Record<LabSessionOptions["provider"], (options: object) => ReturnType<typeof vault>>
let session: Session<unknown, unknown>
const connections = new Map<string, StoreConnection>()
const clocks = new Map<string, Clock>()
const heard: Notice[] = []
const overheard: unknown[] = []
const warnings: string[] = []
const warn = console.warn
console.warn = (...said: unknown[]) => {
  warnings.push(said.join(" "))
  warn(...said)
}

/** What a page under test can be told to do: `page.evaluate(() => lab.…)`. */
export const lab = {
  sabotage,
  /** The notices that its store told this page of. */
  heard,
  /** Everything that was said on the store's channel, by other pages. */
  overheard,
  warnings,

  connect({ holder, speed = 1, aheadMs = 0, credential, ...options }: LabOptions): void {
    const clock = speed === 1 && aheadMs === 0 ? systemClock : otherClock(speed, aheadMs)
    const connection = webStore(options).connect({ holder, clock, ...(credential && { credential }) } as HolderOptions)
    connection.watch((notice) => heard.push(notice))
    connections.set(holder, connection)
    clocks.set(holder, clock)
    if (globalThis.BroadcastChannel)
      new BroadcastChannel(`sessionchart ${options.key ?? "session"}`).onmessage = ({ data }) => overheard.push(data)
  },

  /** Calls a method of the store, and says how long it took, ms. */
  async call(holder: string, method: Method, given: readonly unknown[]): Promise<{ result?: unknown; error?: string; tookMs: number }> {
    const since = performance.now()
    const connection = connections.get(holder)!
    const called = (connection[method] as (...given: readonly unknown[]) => Promise<unknown>)(...given)
    return called.then(
      (result) => ({ result, tookMs: performance.now() - since }),
      (error: unknown) => ({ error: String(error), tookMs: performance.now() - since }),
    )
  },

  /** Renews the lease from now on, as a session does. */
  keepLease(holder: string): void {
    const clock = clocks.get(holder)!
    clock.setTimeout(() => {
      void connections.get(holder)!.renew("sid")
      lab.keepLease(holder)
    }, LEASE_MS / 3)
  },

  isStandIn: (holder: string): boolean | undefined => (connections.get(holder) as { isStandIn?: boolean } | undefined)?.isStandIn,

  close: (holder: string): void => connections.get(holder)?.close(),

  /**
   * Refreshes by the protocol, again and again, at a provider that takes every credential once, until the session has so many
   * generations. Says how often it was the one that refreshed.
   */
  async rotate(holder: string, generations: number, startAt: number): Promise<number> {
    const store = connections.get(holder)!
    await new Promise((start) => setTimeout(start, startAt - Date.now()))
    let refreshed = 0
    for (let seen = 1; seen < generations;) {
      const acquired = await store.acquire("sid", seen)
      if (acquired.is === "fresh") seen = acquired.record.generation
      if (acquired.is === "gone") throw new Error("the session is gone")
      if (acquired.is !== "leased") continue
      const { record } = acquired
      seen = record.generation
      if (seen >= generations) {
        await store.release("sid", null)
        break
      }
      if (!(await store.markSent("sid", seen))) continue
      const answer = await fetch(`/rotate?spent=${record.refreshToken}`, { method: "POST" })
      if (!answer.ok) throw new Error(`the provider was presented ${record.refreshToken} twice`)
      const refreshToken = await answer.text()
      const came = await store.commit("sid", seen, { ...record, generation: seen + 1, refreshToken, sentAt: null, lease: null })
      if (came !== "committed") throw new Error(`the successor of ${seen} was ${came}`)
      refreshed += 1
      seen += 1
    }
    return refreshed
  },

  /** The same with a credential in a cookie, for tabs that keep their own access tokens: so many refreshes of this tab's. */
  async rotateCookie(holder: string, times: number): Promise<string> {
    const store = connections.get(holder)!
    for (let done = 0; done < times;) {
      const { generation: seen } = (await store.read())!
      const acquired = await store.acquire("sid", seen)
      if (acquired.is !== "leased") continue
      const { record } = acquired
      if (!(await store.markSent("sid", record.generation))) continue
      const answer = await fetch("/rotate", { method: "POST" })
      if (!answer.ok) throw new Error("the provider was presented a cookie twice")
      const successor = {
        ...record,
        generation: record.generation + 1,
        accessToken: `${holder} ${await answer.text()}`,
        sentAt: null,
        lease: null,
      }
      const came = await store.commit("sid", record.generation, successor)
      if (came !== "committed") throw new Error(`the successor was ${came}`)
      done += 1
    }
    return (await store.read())!.accessToken
  },

  /** Commits successors without any lease, as fast as it can, until so many of its own were the first. */
  async increment(holder: string, times: number): Promise<void> {
    const store = connections.get(holder)!
    for (let done = 0; done < times;) {
      const record = (await store.read())!
      const came = await store.commit("sid", record.generation, { ...record, generation: record.generation + 1 })
      if (came === "committed") done += 1
    }
  },

  /** Begins this page's session. */
  begin({ provider, options, baseURL, ...storeOptions }: LabSessionOptions): void {
    const made = createSession({ provider: providers[provider](options), baseURL, store: webStore(storeOptions), keepAlive: "on-demand" })
    session = made as Session<unknown, unknown>
    session.subscribe(() => {})
  },

  /** Takes a provider's reply over, as text. */
  accept: (reply: string) => session.accept(new Response(reply, { headers: { "content-type": "application/json" } })),

  login: (credentials: unknown) => session.login(credentials),

  logout: () => session.logout(),

  refresh: () => session.refresh().then(() => session.getSnapshot().generation),

  fetch: async (path: string) => (await session.fetch(path)).status,

  snapshot: () => {
    const { error, ...snapshot } = session.getSnapshot()
    return { ...snapshot, error: error === null ? null : String(error) }
  },

  /** Runs the contract of all stores in this page, on a clock that stands still while IndexedDB works. */
  async contract(): Promise<LabResult[]> {
    const clock = manualClock()
    settleWithBrowser(clock)
    const tests: { title: string; body: () => Promise<void> }[] = []
    storeContract(
      { create: () => webStore({ key: crypto.randomUUID() }), clock, advance: (ms) => clock.advance(ms) },
      { describe: (_, body) => body(), it: (title, body) => tests.push({ title, body }) },
    )
    const results: LabResult[] = []
    for (const { title, body } of tests) {
      const error = await body().then(
        () => null,
        (thrown: unknown) => String(thrown),
      )
      results.push({ title, error })
    }
    return results
  },

  record: (fields: Partial<SessionRecord> = {}): SessionRecord => ({
    v: 1,
    sid: "sid",
    generation: 1,
    accessToken: "the access token",
    refreshToken: "the refresh token",
    refreshable: true,
    issuedAt: Date.now(),
    expiresAt: Date.now() + 900_000,
    windowEndsAt: null,
    skewMs: 0,
    user: { id: "1" },
    startedAt: Date.now(),
    usedAt: Date.now(),
    notBefore: null,
    sentAt: null,
    lease: null,
    ...fields,
  }),

  /** How many slots IndexedDB holds. */
  slots: () => beside((slots) => slots.count()) as Promise<number>,

  /** What IndexedDB holds under a key, looked at from beside. */
  stored: (key = "session") => beside((slots) => slots.get(key)),

  /** Holds a transaction on the store open for so long, ms: nobody else gets one meanwhile. Resolves when it has begun. */
  async occupy(ms: number): Promise<void> {
    const until = performance.now() + ms
    await new Promise<void>((begun) => {
      void beside((slots) => {
        const again = () => {
          begun()
          if (performance.now() < until) slots.count().onsuccess = again
        }
        const request = slots.count()
        request.onsuccess = again
        return request
      })
    })
  },

  /** Puts something there by hand. */
  edit: (value: unknown, key = "session") => beside((slots) => slots.put(value, key)),
}

function otherClock(speed: number, aheadMs: number): Clock {
  const start = Date.now() + aheadMs
  const monotonic = () => performance.now() * speed
  const since = monotonic()
  return createClock({
    now: () => Math.floor(start + monotonic() - since),
    monotonic,
    setTimeout: (callback, ms) => setTimeout(callback, Math.ceil(ms / speed)),
    clearTimeout: (handle) => clearTimeout(handle as number),
  })
}

function beside(act: (slots: IDBObjectStore) => IDBRequest): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open("sessionchart", 1)
    opening.onupgradeneeded = () => opening.result.createObjectStore("slots")
    opening.onerror = () => reject(opening.error!)
    opening.onsuccess = () => {
      const transaction = opening.result.transaction("slots", "readwrite")
      const request = act(transaction.objectStore("slots"))
      transaction.onabort = () => reject(transaction.error!)
      transaction.oncomplete = () => {
        opening.result.close()
        resolve(request.result)
      }
    }
  })
}

Object.assign(globalThis, { lab })
