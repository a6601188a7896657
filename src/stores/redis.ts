import type { SessionStore, SlotStore } from "../core/store.ts"
import { accessBy, type RedisClient } from "./redis/client.ts"
import { Commands } from "./redis/commands.ts"
import { redisConnection, type Shared } from "./redis/connection.ts"
import { hashed } from "./redis/hashed.ts"
import { Listening } from "./redis/listening.ts"

/**
 * A store that server processes share: Redis 6 or newer, by the client of your own that you hand in. One process refreshes a session at
 * a time; a grant or a logout in one is one in all of them. Each session has a `slot(key)`; the key, such as a cookie's value, is never
 * stored or published, only its SHA-256.
 *
 * Leases and moments are in Redis' time, so that processes whose clocks are wrong agree. A Redis that is away, fails over or takes
 * longer than 5 s makes sessions wait or go on in memory, with `degraded: "store"`, and logs nobody out. The 5 s run from asking to
 * hearing: of thousands of requests that come at once to a process without processor time for them, some spend theirs in your client's
 * queue (`redis` has the same limit of its own: `commandOptions.timeout`), and the handler answers them 503 with `Retry-After`.
 *
 * A process that dies in the middle of a refresh is taken over from when its lease has run out, after 8 s. What is granted while Redis
 * is away waits in the process that has it and is stored as soon as Redis is back; whoever takes over waits 7 s for that if the refresh
 * was sent more than 10 s ago, or if Redis has failed their process in the last 10 s. So an outage ends no session even at a provider that
 * takes a credential once, unless that process ends first; or its client takes longer to connect again (by themselves `ioredis` 6 tries
 * every 5 s, `redis` every 2 s); or somebody takes over 8 to 10 s after the refresh whose process asked Redis nothing while it was away.
 *
 * A record is deleted by Redis an hour after the end of its refresh window; where the provider names no window, an hour after `maxAgeMs`
 * of the session's life, or else 30 days after its last grant or use. Tokens and user rest in it as JSON, in the clear. A Redis that
 * evicts records (`maxmemory-policy` other than `noeviction`), or loses them when it is started anew, logs their users out.
 *
 * `logout({ everywhere: true })` ends all sessions of a user, told by `user.id`: give providers whose users have the same ids stores with
 * another `prefix`. What is told to other processes goes over one more connection, a duplicate of your client; it is open while somebody
 * watches a session. Where Redis has access rules, allow `EVALSHA`, `EVAL`, and keys and channels that begin with the prefix. Each script
 * is given one key, so that a cluster needs no hash tags; one that Redis does not know (a failover, a restart) is sent again as text.
 *
 * @throws {ConfigurationError} when the client is none of `ioredis` or `redis`.
 * @example
 * const store = redisStore({ client: new Redis(process.env.REDIS_URL) })
 * const session = createSession({ provider, store: store.slot(cookie) })
 */
export function redisStore({ client, prefix = "sessionchart", maxAgeMs }: RedisStoreOptions): SlotStore {
  const access = accessBy(client)
  let hasWarned = false
  const shared: Shared = {
    commands: new Commands(access),
    listening: new Listening(access, prefix),
    prefix,
    maxAgeMs: maxAgeMs ?? null,
    warn() {
      if (!hasWarned) console.warn("sessionchart: redisStore() holds what is not a record of this version; it counts as nobody")
      hasWarned = true
    },
  }
  const storeAt = (slotId: () => Promise<string>): SessionStore => ({
    name: "redis",
    connect: (options) => redisConnection(shared, slotId, options),
  })
  return {
    ...storeAt(async () => "default"),
    slot(key) {
      let slotId: Promise<string> | undefined
      return storeAt(() => (slotId ??= hashed(key)))
    },
  }
}

/** What {@link redisStore} takes. */
export interface RedisStoreOptions {
  /** `new Redis(url)` or `new Cluster(…)` of `ioredis`, or a connected `createClient({ url })`, `createCluster` or `createSentinel` of `redis`. It stays yours: close it yourself. */
  readonly client: RedisClient
  /** Begins the name of every key and channel; stores with the same one share their sessions. Default: `"sessionchart"`. */
  readonly prefix?: string
  /** How long a session is kept whose refresh window nobody knows, ms from its beginning: the `maxAgeMs` of your sessions. Default: 30 days from its last grant or use. */
  readonly maxAgeMs?: number
}
