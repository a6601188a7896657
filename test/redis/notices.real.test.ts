import { Redis } from "ioredis"
import { createClient } from "redis"
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest"
import { systemClock, type Clock } from "../../src/core/clock.ts"
import type { Notice } from "../../src/core/store.ts"
import { redisStore } from "../../src/stores/redis.ts"
import { closeAll, whenOver } from "./closing.ts"
import { CLIENTS, command, connected, heardBy, holderOf, newPrefix, recordNow, storeBy, type Client, seconds } from "./lab.ts"
import { proxyTo } from "./proxy.ts"
import { hasRedisServer, startRedis, type RedisServer } from "./start-redis.ts"

const granted = (generation: number): Notice => ({ is: "granted", sid: "sid", generation })
const ended: Notice = { is: "ended", sid: "sid" }

afterEach(closeAll)

describe.skipIf(!hasRedisServer).each(CLIENTS)("what a redisStore by %s tells", (name) => {
  let redis: RedisServer
  let looks: Client
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(() => redis?.stop())

  /** The channels that somebody listens to. */
  const channels = async () => {
    looks ??= new Redis(redis.url)
    return (await command(looks, "PUBSUB", "CHANNELS")) as string[]
  }
  afterAll(() => (looks as Redis | undefined)?.disconnect())
  const connections = async () =>
    ((await command(looks, "CLIENT", "LIST", "TYPE", "pubsub")) as string).trim().split("\n").filter(Boolean).length

  /** A store that is listened to, through a proxy that can be blocked, and a holder elsewhere. */
  async function listening(clock?: Clock) {
    const prefix = newPrefix()
    const proxy = await proxyTo(redis.port)
    const holder = holderOf(await storeBy(name, proxy.url, { prefix }), "listens", clock)
    const elsewhere = holderOf(await storeBy("ioredis", redis.url, { prefix }), "elsewhere")
    const heard = heardBy(holder)
    await expect.poll(channels, seconds).toContain(`${prefix}:default`)
    return { prefix, proxy, holder, elsewhere, heard }
  }

  test.for(CLIENTS)("is heard by a store by %s", async (other) => {
    const prefix = newPrefix()
    const a = holderOf(await storeBy(name, redis.url, { prefix }), "a")
    const b = holderOf(await storeBy(other, redis.url, { prefix }), "b")
    const heard = heardBy(b)
    await expect.poll(channels, seconds).toContain(`${prefix}:default`)
    const at = Date.now() + 1_000
    await a.create(recordNow())
    await a.noteUse("sid", at)
    await a.commit("sid", 1, recordNow({ generation: 2 }))
    await a.end("sid", null)
    await expect.poll(() => heard, seconds).toEqual([granted(1), { is: "used", sid: "sid", at }, granted(2), ended])
  })

  test("is told once", async () => {
    const prefix = newPrefix()
    const told: Notice[] = []
    holderOf(await storeBy(name, redis.url, { prefix }), "listens").watch((notice) => told.push(notice))
    await expect.poll(channels, seconds).toContain(`${prefix}:default`)
    // There is no record, so what is heard cannot be found as well.
    const said = [1, 2, 3, 4, 5].map(granted)
    for (const [at, notice] of said.entries()) {
      await command(looks, "PUBLISH", `${prefix}:default`, JSON.stringify({ from: "another", ...notice }))
      await expect.poll(() => told.at(-1), seconds).toEqual(said[at])
    }
    await command(looks, "PUBLISH", `${prefix}:default`, JSON.stringify({ from: "another", ...ended }))
    await expect.poll(() => told.at(-1), seconds).toEqual(ended)
    expect(told).toEqual([...said, ended])
  })

  test("goes to the holders of that slot only, and the prefix of a client is none of its business", async () => {
    const client =
      name === "ioredis"
        ? new Redis(redis.url, { keyPrefix: "mine:" })
        : await createClient({ url: redis.url, keyPrefix: "mine:" }).connect()
    whenOver(() => (client instanceof Redis ? client.disconnect() : client.destroy()))
    const prefix = newPrefix()
    const store = redisStore({ client, prefix })
    const [a, b, c] = [holderOf(store.slot("one"), "a"), holderOf(store.slot("one"), "b"), holderOf(store.slot("other"), "c")]
    const heard = [heardBy(b), heardBy(c)]
    const user = { user: { id: "ada" } }
    await expect.poll(async () => (await channels()).filter((channel) => channel.includes(prefix)), seconds).toHaveLength(3)
    await c.create(recordNow({ ...user, sid: "third" }))
    await a.create(recordNow(user))
    await a.end("sid", null, { everywhere: true })
    await expect.poll(() => heard, seconds).toEqual([[granted(1), ended], [{ is: "ended", sid: "third" }]])
    const keys = (await command(looks, "KEYS", `*${prefix}*`)) as string[]
    expect(keys.filter((key) => !key.startsWith("mine:"))).toEqual([])
  })

  test("goes over one connection, which is there while somebody listens", async () => {
    await expect.poll(async () => (await channels()).length, seconds).toBe(0)
    await expect.poll(connections, seconds).toBe(0)
    const store = await storeBy(name, redis.url)
    const holders = ["a", "b", "c"].map((slot) => holderOf(store.slot(slot), slot))
    await Promise.all(holders.map((holder) => holder.read()))
    expect(await connections(), "nobody listens yet").toBe(0)
    const unwatch = holders.map((holder) => holder.watch(() => {}))
    await expect.poll(async () => (await channels()).length, seconds).toBe(4)
    expect(await connections()).toBe(1)
    unwatch[0]!()
    holders[1]!.close()
    await expect.poll(async () => (await channels()).length, seconds).toBe(2)
    unwatch[2]!()
    await expect.poll(connections, seconds).toBe(0)
    const again = heardBy(holders[0]!)
    await expect.poll(async () => (await channels()).length, seconds).toBe(2)
    await holderOf(store.slot("a"), "d").create(recordNow())
    await expect.poll(() => again, seconds).toEqual([granted(1)])
    // One who stops before it has begun.
    holders[1]!.watch(() => {})()
    holders[0]!.close()
    await expect.poll(connections, seconds).toBe(0)
  })

  test("is no notice, if it is none of ours", async () => {
    const { prefix, elsewhere, heard } = await listening()
    for (const said of [
      "",
      "{",
      "null",
      "7",
      '{"is":"ended"}',
      '{"is":"granted","sid":"sid"}',
      '{"is":"used","sid":"sid","at":"now"}',
      '{"is":"burnt","sid":"sid"}',
    ])
      await command(looks, "PUBLISH", `${prefix}:default`, said)
    await elsewhere.create(recordNow())
    await expect.poll(() => heard, seconds).toEqual([granted(1)])
  })

  describe("is not lost for ever", () => {
    test("what happens before it is listened to", async () => {
      const prefix = newPrefix()
      const proxy = await proxyTo(redis.port)
      const holder = holderOf(await storeBy(name, proxy.url, { prefix }), "listens")
      const elsewhere = holderOf(await storeBy("ioredis", redis.url, { prefix }), "elsewhere")
      expect(await holder.read()).toBeNull()
      const heard = heardBy(holder)
      await elsewhere.create(recordNow())
      await expect.poll(() => heard, seconds).toContainEqual(granted(1))
    })

    test.for([
      ["a grant", granted(2)],
      ["an end", ended],
      ["another session", { is: "granted", sid: "other", generation: 1 }],
      ["use", { is: "used", sid: "sid", at: expect.any(Number) as number }],
    ] as const)("%s, while the connection was gone", async ([what, notice]) => {
      const { proxy, holder, elsewhere, heard } = await listening()
      await holder.create(recordNow())
      proxy.shut()
      await expect.poll(() => proxy.open, seconds).toBe(0)
      if (what === "a grant") await elsewhere.commit("sid", 1, recordNow({ generation: 2 }))
      if (what === "an end") await elsewhere.end("sid", null)
      if (what === "another session") await elsewhere.create(recordNow({ sid: "other" }))
      if (what === "use") await elsewhere.noteUse("sid", Date.now() + 1_000)
      await proxy.letIn()
      await expect.poll(() => heard, seconds).toEqual([notice])
      await elsewhere.create(recordNow({ sid: "next" }))
      await expect.poll(() => heard, seconds).toEqual([notice, { is: "granted", sid: "next", generation: 1 }])
    })

    test("nothing, where nothing happened while it was gone", async () => {
      const said = vi.spyOn(console, "error").mockReturnValue()
      whenOver(() => said.mockRestore())
      const { prefix, proxy, holder, elsewhere, heard } = await listening()
      await holder.create(recordNow())
      await holder.commit("sid", 1, recordNow({ generation: 2 }))
      proxy.shut()
      await expect.poll(channels, seconds).not.toContain(`${prefix}:default`)
      await proxy.letIn()
      await expect.poll(channels, seconds).toContain(`${prefix}:default`)
      await elsewhere.commit("sid", 2, recordNow({ generation: 3 }))
      await expect.poll(() => heard, seconds).toEqual([granted(3)])
      expect(said, "by a client that finds nobody to tell its errors").not.toHaveBeenCalled()
    })

    test("what Redis could not be asked for at once", async () => {
      const fast: Clock = { ...systemClock, setTimeout: (call, ms) => systemClock.setTimeout(call, ms / 20) }
      const { prefix, proxy, holder, elsewhere, heard } = await listening(fast)
      await holder.create(recordNow())
      await command(looks, "CONFIG", "RESETSTAT")
      proxy.shut()
      await elsewhere.commit("sid", 1, recordNow({ generation: 2 }))
      // It can connect and listen, but is not told what is there.
      await command(looks, "ACL", "SETUSER", "default", "-evalsha", "-eval")
      await proxy.letIn()
      await expect.poll(channels, seconds).toContain(`${prefix}:default`)
      const denied = async () =>
        Number(/evalsha:calls=\d+,.*rejected_calls=(\d+)/.exec(String(await command(looks, "INFO", "commandstats")))?.[1] ?? 0)
      await expect.poll(denied, seconds).toBeGreaterThan(1)
      expect(heard).toEqual([])
      await command(looks, "ACL", "SETUSER", "default", "+evalsha", "+eval")
      await expect.poll(() => heard, seconds).toEqual([granted(2)])
    })

    test("over a connection that has gone silent without being closed", async () => {
      // Thirty seconds of it are a third of one.
      const fast: Clock = { ...systemClock, setTimeout: (call, ms) => systemClock.setTimeout(call, ms === 30_000 ? 300 : ms) }
      const { proxy, holder, elsewhere, heard } = await listening(fast)
      await holder.create(recordNow())
      await elsewhere.commit("sid", 1, recordNow({ generation: 2 }))
      await expect.poll(() => heard, seconds).toEqual([granted(2)])
      proxy.stallListeners()
      await elsewhere.commit("sid", 2, recordNow({ generation: 3 }))
      await expect.poll(() => heard, seconds).toEqual([granted(2), granted(3)])
      await elsewhere.end("sid", null)
      await expect.poll(() => heard, seconds).toEqual([granted(2), granted(3), ended])
      holder.close()
      await expect.poll(async () => (await channels()).filter((channel) => channel.includes("pulse")).length, seconds).toBe(0)
    })

    test("over one that works and is left alone", async () => {
      const beats: number[] = []
      const fast: Clock = {
        ...systemClock,
        setTimeout: (call, ms) =>
          systemClock.setTimeout(
            () => {
              if (ms === 30_000) beats.push(Date.now())
              call()
            },
            ms === 30_000 ? 400 : ms,
          ),
      }
      const { proxy } = await listening(fast)
      const opened = proxy.opened
      await expect.poll(() => beats.length, seconds).toBeGreaterThan(5)
      expect(proxy.opened).toBe(opened)
    })
  })
})

test.skipIf(!hasRedisServer)(
  "a client of ioredis that connects when it is told to, and queues nothing, is heard as any other",
  async () => {
    const redis = await startRedis()
    whenOver(() => redis.stop())
    const client = new Redis(redis.url, { lazyConnect: true, enableOfflineQueue: false })
    whenOver(() => client.disconnect())
    await client.connect()
    const store = redisStore({ client })
    const [a, b] = [holderOf(store, "a"), holderOf(store, "b")]
    const heard = heardBy(b)
    await expect.poll(() => command(client, "PUBSUB", "CHANNELS"), seconds).toHaveLength(2)
    await a.create(recordNow())
    await expect.poll(() => heard, seconds).toEqual([granted(1)])
  },
)

test.skipIf(!hasRedisServer)("a client that may listen to nothing leaves the session working", async () => {
  const redis = await startRedis()
  whenOver(() => redis.stop())
  const admin = await connected("ioredis", redis.url)
  await command(admin, "ACL", "SETUSER", "mute", "on", ">word", "~*", "&*", "+@all", "-subscribe")
  const fast: Clock = { ...systemClock, setTimeout: (call, ms) => systemClock.setTimeout(call, ms === 30_000 ? 50 : ms) }
  for (const name of CLIENTS) {
    const holder = holderOf(await storeBy(name, redis.url.replace("//", "//mute:word@")), "a", fast)
    heardBy(holder)
    await holder.create(recordNow())
    const seen = async () => Number(/subscribe:.*rejected_calls=(\d+)/.exec(String(await command(admin, "INFO", "commandstats")))?.[1] ?? 0)
    const before = await seen()
    await expect.poll(seen, seconds).toBeGreaterThan(before + 1)
    expect(await holder.read()).toMatchObject({ sid: "sid" })
    holder.close()
  }
})
