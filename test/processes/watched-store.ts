import type { SessionStore, SlotStore, StoreConnection } from "../../src/core/store.ts"

/** A step of a refresh after which a process may be killed: each but the last has been done, and answered by the store. */
export type Point = "leased" | "marked as sent" | "answered, not written"

/**
 * A store as it is; but a process that is to die dies at a step of the first refresh that it begins, and what becomes of its commits is told.
 *
 * @param told hears what every commit came to
 */
export function watched(store: SlotStore, diesAt: Point | undefined, told: (commit: string) => void): SlotStore {
  const dieAt = async (point: Point) => {
    if (point !== diesAt) return
    process.kill(process.pid, "SIGKILL")
    await new Promise(() => {})
  }
  const watchedSlot = (slot: SessionStore): SessionStore => ({
    name: slot.name,
    connect(options): StoreConnection {
      const inside = slot.connect(options)
      return {
        ...inside,
        async acquire(sid, seenGeneration) {
          const acquired = await inside.acquire(sid, seenGeneration)
          if (acquired.is === "leased") await dieAt("leased")
          return acquired
        },
        async markSent(sid, generation) {
          const isOurs = await inside.markSent(sid, generation)
          if (isOurs) await dieAt("marked as sent")
          return isOurs
        },
        async commit(sid, spentGeneration, record) {
          await dieAt("answered, not written")
          const commit = await inside.commit(sid, spentGeneration, record)
          told(commit)
          return commit
        },
      }
    },
  })
  return { ...watchedSlot(store), slot: (key) => watchedSlot(store.slot(key)) }
}
