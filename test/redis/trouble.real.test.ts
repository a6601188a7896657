import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import { ConfigurationError, StoreUnavailableError } from "../../src/index.ts"
import { redisStore, type RedisStoreOptions } from "../../src/stores/redis.ts"
import { closeAll } from "./closing.ts"
import { failuresOf } from "./failures-of.ts"
import { CLIENTS, command, connected, holderOf, newPrefix, recordNow, storeBy } from "./lab.ts"
import { hasRedisServer, startRedis, type RedisServer } from "./start-redis.ts"

afterEach(closeAll)

describe.skipIf(!hasRedisServer).each(CLIENTS)("S33 redisStore by %s", (name) => {
  describe("whose Redis says no", () => {
    let redis: RedisServer
    beforeAll(async () => {
      redis = await startRedis({ more: ["--rename-command", "EVALSHA", "nobody-knows-this"] })
    })
    afterAll(() => redis?.stop())

    test("rejects, and shows nothing of what Redis quotes", async () => {
      const holder = holderOf(await storeBy(name, redis.url), "a")
      expect(await failuresOf(holder)).toEqual([expect.stringMatching(/^Redis: ERR unknown command 'evalsha'$/i)])
    })
  })

  describe("whose Redis may be written no more", () => {
    let redis: RedisServer
    beforeAll(async () => {
      redis = await startRedis()
    })
    afterAll(() => redis?.stop())

    test("because it is a replica by now, rejects until it is the master again", async () => {
      const client = await connected(name, redis.url)
      const holder = holderOf(await storeBy(name, redis.url, { client }), "a")
      await holder.create(recordNow())
      await command(client, "REPLICAOF", "127.0.0.1", "1")
      await expect(holder.markSent("other", 1)).resolves.toBe(false)
      await expect(holder.acquire("sid", 1)).rejects.toThrow(/^Redis: READONLY /)
      await expect(holder.commit("sid", 1, recordNow({ generation: 2 }))).rejects.toBeInstanceOf(StoreUnavailableError)
      await expect(holder.end("sid", null)).rejects.toBeInstanceOf(StoreUnavailableError)
      await command(client, "REPLICAOF", "NO", "ONE")
      expect(await holder.read()).toMatchObject({ generation: 1, lease: null })
      expect(await holder.acquire("sid", 1)).toMatchObject({ is: "leased" })
    })

    test("and has lost the newest grant in a failover, gets it back from who has it", async () => {
      const client = await connected(name, redis.url)
      const prefix = newPrefix()
      const store = await storeBy(name, redis.url, { client, prefix })
      const [a, b] = [holderOf(store, "a"), holderOf(store, "b")]
      await a.create(recordNow())
      const before = await command(client, "COPY", `${prefix}:default`, `${prefix}:before`)
      expect(before).toBe(1)
      expect(await a.commit("sid", 1, recordNow({ generation: 2, refreshToken: "of 2" }))).toBe("committed")
      await command(client, "RENAME", `${prefix}:before`, `${prefix}:default`)
      expect(await a.read()).toMatchObject({ generation: 1 })
      expect(await a.acquire("sid", 2)).toMatchObject({ is: "leased", record: { generation: 2, refreshToken: "of 2" } })
      expect(await b.read()).toMatchObject({ generation: 2, refreshToken: "of 2", lease: { holder: "a" } })
    })

    test("because it is full, rejects and loses nothing", async () => {
      const client = await connected(name, redis.url)
      const holder = holderOf(await storeBy(name, redis.url, { client }), "a")
      await holder.create(recordNow())
      await command(client, "CONFIG", "SET", "maxmemory", "1")
      await expect(holder.commit("sid", 1, recordNow({ generation: 2 }))).rejects.toThrow(/^Redis: OOM /)
      await command(client, "CONFIG", "SET", "maxmemory", "0")
      expect(await holder.read()).toMatchObject({ generation: 1 })
      expect(await holder.commit("sid", 1, recordNow({ generation: 2 }))).toBe("committed")
    })

    test("or told, by rules that allow no channel, writes nothing", async () => {
      const client = await connected(name, redis.url)
      const prefix = newPrefix()
      await command(client, "ACL", "SETUSER", "deaf", "on", ">word", "~*", "+@all", "resetchannels")
      const url = redis.url.replace("//", "//deaf:word@")
      const holder = holderOf(await storeBy(name, url, { prefix }), "a")
      await expect(holder.create(recordNow())).rejects.toThrow(/^Redis: .*channel/)
      expect(await command(client, "EXISTS", `${prefix}:default`)).toBe(0)
    })
  })
})

test.each([undefined, null, {}, { get: () => {} }, "redis://localhost", { evalsha: () => {} }])(
  "a redisStore whose client is %o says what it takes instead",
  (client) => {
    expect(() => redisStore({ client } as unknown as RedisStoreOptions)).toThrow(
      new ConfigurationError(
        'redisStore: option "client" must be a client of ioredis, such as new Redis(url), or of redis, such as createClient({ url })',
      ),
    )
  },
)
