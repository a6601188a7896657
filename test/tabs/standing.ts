import type { SessionStore } from "../../src/core/store.ts"

/**
 * Where a refresh can be made to stand still, in the order in which it gets there: it has the lease · it is noted as sent, and is not ·
 * its answer has arrived, and is not read · its grant is stored, and nobody here knows.
 */
export type Moment = "leased" | "marked" | "answered" | "stored"

/** Where this page's next refresh stands still, where one does, and how many were sent. */
export const standing = { at: null as Moment | null, is: null as Moment | null, goOn() {}, sent: 0 }

/** A store at which refreshes stand still. */
export function standingStore(store: SessionStore): SessionStore {
  return {
    name: store.name,
    connect(options) {
      const connection = store.connect(options)
      // Not a copy: whether memory stands in for IndexedDB is asked again and again.
      return Object.assign(Object.create(connection) as typeof connection, {
        async markSent(...given: Parameters<typeof connection.markSent>) {
          await reached("leased")
          const isOurs = await connection.markSent(...given)
          if (isOurs) standing.sent += 1
          await reached("marked")
          return isOurs
        },
        async commit(...given: Parameters<typeof connection.commit>) {
          await reached("answered")
          const came = await connection.commit(...given)
          await reached("stored")
          return came
        },
      })
    },
  }
}

function reached(moment: Moment): Promise<void> | undefined {
  if (standing.at !== moment) return undefined
  standing.at = null
  standing.is = moment
  return new Promise((goOn) => (standing.goOn = goOn))
}
