import type { SessionRecord } from "../core/record.ts"
import type { Acquired, Ended, SessionStore, StoreConnection } from "../core/store.ts"
import type { Seal } from "./seal.ts"

/** A store in which tokens and users rest sealed. Of a user only the id is in the clear: a store may keep an index by it. */
export function sealedStore(store: SessionStore, seal: Seal): SessionStore {
  return { name: store.name, connect: (options) => sealedConnection(store.connect(options), seal) }
}

interface Secrets {
  readonly accessToken: string
  readonly refreshToken: string | null
  readonly user: unknown
}

function sealedConnection(inside: StoreConnection, seal: Seal): StoreConnection {
  async function closed(record: SessionRecord): Promise<SessionRecord> {
    const { sid, accessToken, refreshToken, user } = record
    const secrets: Secrets = { accessToken, refreshToken, user }
    return { ...record, accessToken: await seal.close(sid, secrets), refreshToken: null, user: idOnly(user) }
  }

  /** Null for one that does not open: it counts as nobody, as one that cannot be read does. */
  async function opened(record: SessionRecord): Promise<SessionRecord | null> {
    const secrets = (await seal.open(record.sid, record.accessToken)) as Secrets | undefined
    if (secrets !== undefined) return { ...record, ...secrets }
    warnOnce()
    return null
  }

  const openedOrNull = (record: SessionRecord | null) => record && opened(record)

  return {
    ...(inside.isStandIn !== undefined && { isStandIn: inside.isStandIn }),
    read: async () => openedOrNull(await inside.read()),
    create: async (record, options) => inside.create(await closed(record), options),
    async acquire(sid, seenGeneration): Promise<Acquired> {
      const asked = await inside.acquire(sid, seenGeneration)
      if (asked.is === "busy") return asked
      if (asked.is === "gone") return { is: "gone", record: await openedOrNull(asked.record) }
      const record = await opened(asked.record)
      return record === null ? { is: "gone", record } : { ...asked, record }
    },
    markSent: (sid, generation) => inside.markSent(sid, generation),
    clearSent: (sid, generation) => inside.clearSent(sid, generation),
    renew: (sid) => inside.renew(sid),
    commit: async (sid, spentGeneration, record) => inside.commit(sid, spentGeneration, await closed(record)),
    release: (sid, notBefore) => inside.release(sid, notBefore),
    noteUse: (sid, at) => inside.noteUse(sid, at),
    async end(sid, generation, options): Promise<Ended> {
      const ended = await inside.end(sid, generation, options)
      const record = await openedOrNull(ended.record)
      return record === null ? { is: "gone", record } : ({ ...ended, record } as Ended)
    },
    watch: (listener) => inside.watch(listener),
    close: () => inside.close(),
  }
}

function idOnly(user: unknown): { readonly id: unknown } | null {
  return typeof user === "object" && user !== null && "id" in user ? { id: user.id } : null
}

let hasWarned = false

function warnOnce(): void {
  if (hasWarned) return
  hasWarned = true
  console.warn("sessionchart: a session in the store was sealed with none of the keys given to createSessionHandler; it counts as nobody")
}
