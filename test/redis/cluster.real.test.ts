import { Cluster } from "ioredis"
import { createCluster } from "redis"
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest"
import { redisStore, type RedisStoreOptions } from "../../src/stores/redis.ts"
import { closeAll, whenOver } from "./closing.ts"
import { command, connected, heardBy, holderOf, newPrefix, opened, recordNow, seconds } from "./lab.ts"
import { hasRedisServer, startRedis, type RedisServer } from "./start-redis.ts"

const user = { user: { id: "ada" } }

afterEach(closeAll)

describe.skipIf(!hasRedisServer)("redisStore on a cluster", () => {
  let redis: RedisServer
  beforeAll(async () => {
    redis = await startRedis({ more: ["--cluster-enabled", "yes", "--cluster-announce-ip", "127.0.0.1"] })
    const { client, close } = await opened("ioredis", redis.url)
    await command(client, "CLUSTER", "ADDSLOTSRANGE", "0", "16383")
    await vi.waitFor(async () => expect(String(await command(client, "CLUSTER", "INFO"))).toContain("cluster_state:ok"), 10_000)
    close()
  })
  afterAll(() => redis?.stop())

  const clients: readonly [string, () => Promise<RedisStoreOptions["client"]>][] = [
    [
      "ioredis",
      async () => {
        const cluster = new Cluster([{ host: "127.0.0.1", port: redis.port }])
        whenOver(() => cluster.disconnect())
        return cluster
      },
    ],
    [
      "redis",
      async () => {
        const cluster = createCluster({ rootNodes: [{ url: redis.url }] })
        await cluster.connect()
        whenOver(() => cluster.destroy())
        return cluster
      },
    ],
  ]

  // One node is a cluster, too: it refuses whatever touches two of its slots at once.
  test.for(clients)("by %s, works on keys that are kept apart", async ([, connect]) => {
    const prefix = newPrefix()
    const store = redisStore({ client: await connect(), prefix })
    const [a, b, c] = ["one", "one", "other"].map((slot, index) => holderOf(store.slot(slot), `holder ${index}`))
    const heard = [heardBy(b!), heardBy(c!)]
    const looks = await connected("ioredis", redis.url)
    await expect
      .poll(async () => ((await command(looks, "PUBSUB", "CHANNELS")) as string[]).filter((channel) => channel.includes(prefix)), seconds)
      .toHaveLength(3)
    await a!.create(recordNow(user))
    await c!.create(recordNow({ ...user, sid: "third" }))
    expect(await a!.acquire("sid", 1)).toMatchObject({ is: "leased" })
    expect(await a!.markSent("sid", 1)).toBe(true)
    expect(await a!.commit("sid", 1, recordNow({ ...user, generation: 2 }))).toBe("committed")
    await a!.noteUse("sid", Date.now() + 1_000)
    expect(await a!.end("sid", null, { everywhere: true })).toMatchObject({ is: "ended", record: { generation: 2 } })
    expect([await b!.read(), await c!.read()]).toEqual([null, null])
    await expect
      .poll(() => heard, seconds)
      .toEqual([
        [
          { is: "granted", sid: "sid", generation: 1 },
          { is: "granted", sid: "sid", generation: 2 },
          { is: "used", sid: "sid", at: expect.any(Number) },
          { is: "ended", sid: "sid" },
        ],
        [{ is: "ended", sid: "third" }],
      ])
  })
})
