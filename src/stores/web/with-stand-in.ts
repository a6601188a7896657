import type { Clock } from "../../core/clock.ts"
import type { StoreConnection } from "../../core/store.ts"
import type { Trust } from "./trust.ts"

/** A connection that leads to IndexedDB, and to memory once it is clear that there is no IndexedDB here. */
export function withStandIn(web: StoreConnection, memory: StoreConnection, trust: Trust, clock: Clock): StoreConnection {
  async function serve<Result>(act: (way: StoreConnection) => Promise<Result>): Promise<Result> {
    if (trust.isLost) return act(memory)
    try {
      const result = await act(web)
      trust.noteWorking()
      return result
    } catch (error) {
      trust.noteFailure(error, clock.monotonic())
      if (!trust.isLost) throw error
      return act(memory)
    }
  }
  return {
    get isStandIn() {
      return trust.isLost
    },
    read: () => serve((way) => way.read()),
    create: (...given) => serve((way) => way.create(...given)),
    acquire: (...given) => serve((way) => way.acquire(...given)),
    markSent: (...given) => serve((way) => way.markSent(...given)),
    clearSent: (...given) => serve((way) => way.clearSent(...given)),
    renew: (...given) => serve((way) => way.renew(...given)),
    commit: (...given) => serve((way) => way.commit(...given)),
    release: (...given) => serve((way) => way.release(...given)),
    noteUse: (...given) => serve((way) => way.noteUse(...given)),
    end: (...given) => serve((way) => way.end(...given)),
    watch(listener) {
      const unwatch = [web, memory].map((way) => way.watch(listener))
      return () => unwatch.forEach((stop) => stop())
    },
    close() {
      web.close()
      memory.close()
    },
  }
}
