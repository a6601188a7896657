import type { SessionStore, StoreConnection } from "../../src/index.ts"
import { memoryStore } from "../../src/stores/memory.ts"

type Method = Exclude<keyof StoreConnection, "watch" | "close">
type Trouble = "rejects" | "hangs" | "does it and rejects" | { readonly until: Promise<unknown> }

/** A store that can be made to fail, method by method; a deaf one does not hear what other holders do. */
export function troubled(inner: SessionStore = memoryStore(), { isDeaf = false } = {}) {
  const troubles = new Map<Method, { trouble: Trouble; times: number }>()
  const calls: Method[] = []
  const play = async (method: Method, act: () => Promise<unknown>): Promise<unknown> => {
    calls.push(method)
    const due = troubles.get(method)
    if (due === undefined || due.times <= 0) return act()
    due.times -= 1
    if (typeof due.trouble === "object") return due.trouble.until.then(act)
    if (due.trouble === "hangs") return new Promise(() => {})
    if (due.trouble === "does it and rejects") await act()
    throw new Error(`the store is away (${method})`)
  }
  const store: SessionStore = {
    name: "troubled",
    connect: (options) =>
      new Proxy(inner.connect(options), {
        get(connection, name) {
          const method = Reflect.get(connection, name, connection) as (...given: unknown[]) => unknown
          if (name === "watch" && isDeaf) return () => () => {}
          if (name === "watch" || name === "close") return method.bind(connection)
          return (...given: unknown[]) => play(name as Method, async () => method.apply(connection, given))
        },
      }),
  }
  return {
    store,
    /** The store underneath, for holders that have no trouble with it. */
    inner,
    /** The methods that were called, in order. */
    calls: calls as readonly Method[],
    fail: (methods: Method | readonly Method[], { trouble = "rejects", times = Infinity }: { trouble?: Trouble; times?: number } = {}) => {
      for (const method of [methods].flat() as Method[]) troubles.set(method, { trouble, times })
    },
    heal: () => troubles.clear(),
  }
}

/** Every method of a store. */
export const EVERYTHING: readonly Method[] = ["read", "create", "acquire", "markSent", "clearSent", "renew", "commit", "release", "end"]
