import { createSession, type Session, type SessionStore } from "sessionchart"
import { menu } from "sessionchart/providers/menu"
import { memoryStore } from "sessionchart/stores/memory"
import { createEmulator, manualClock } from "sessionchart/testing"
import { network } from "./network.ts"

/** A session of MENU on an emulator in this page, on a clock that stands still, and what may happen to it. */
export type Inspected = ReturnType<typeof inspected>

export function inspected() {
  const clock = manualClock()
  const emulator = createEmulator("menu", { clock, accessTokenTtlS: 900 })
  const { store, takeAway } = removable(memoryStore())
  const fetch: typeof globalThis.fetch = (...given) =>
    navigator.onLine ? emulator.fetch(...given) : Promise.reject(new TypeError("Failed to fetch"))
  const session = createSession({ provider: menu(emulator.options), baseURL: emulator.url, store, clock, fetch })
  const minutes = (count: number) => clock.advance(count * 60_000)
  return {
    session,
    emulator,
    takeAway,
    minutes,
    settle: () => clock.settle(),
    logIn: () => session.login(emulator.credentials),
    /** Asks for a refresh, whatever may come of it. */
    refresh: async () => {
      void session.refresh().catch(() => {})
      await clock.settle()
    },
    /** Uses the session; what waits for a refresh goes on waiting. */
    use: async () => {
      void session.fetch("/resource").catch(() => {})
      await clock.settle()
    },
    end: () => {
      session.stop()
      network.reconnect()
    },
  }
}

/** The inspected session that a story's loader has made. */
export function inspectedIn({
  loaded,
}: {
  readonly loaded: Record<string, unknown>
}): Inspected & { readonly session: Session<unknown, never> } {
  return loaded as unknown as Inspected & { readonly session: Session<unknown, never> }
}

/** A store that can be taken away. */
function removable(store: SessionStore): { readonly store: SessionStore; readonly takeAway: () => void } {
  let isAway = false
  const connect: SessionStore["connect"] = (options) =>
    new Proxy(store.connect(options), {
      get(connection, name) {
        const member: unknown = Reflect.get(connection, name, connection)
        if (typeof member !== "function") return member
        if (!isAway || name === "watch" || name === "close") return member.bind(connection) as unknown
        return () => Promise.reject(new Error("the store is away"))
      },
    })
  return { store: { name: store.name, connect }, takeAway: () => (isAway = true) }
}
