import { createHash } from "node:crypto"
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest"
import { createSession } from "../../src/index.ts"
import { vault } from "../../src/providers/vault.ts"
import { startEmulator } from "../../src/testing/node.ts"
import { stopped } from "../session/setting.ts"
import type { RedisStoreOptions } from "../../src/stores/redis.ts"
import { closeAll } from "./closing.ts"
import { CLIENTS, command, connected, DAY, heardBy, holderOf, newPrefix, recordNow, storeBy, type Client, seconds } from "./lab.ts"
import { proxyTo } from "./proxy.ts"
import { hasRedisServer, startRedis, type RedisServer } from "./start-redis.ts"

const HOUR = 3_600_000
const ada = { user: { id: "ada@example.com" } }

afterEach(closeAll)

describe.skipIf(!hasRedisServer).each(CLIENTS)("redisStore by %s, which holds many sessions", (name) => {
  let redis: RedisServer
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(() => redis?.stop())

  async function many(options: Partial<RedisStoreOptions> = {}) {
    const prefix = newPrefix()
    const client = await connected(name, redis.url)
    const store = await storeBy(name, redis.url, { client, prefix, ...options })
    let holders = 0
    const at = (key: string) => holderOf(store.slot(key), `holder ${++holders}`)
    return { prefix, client, store, at }
  }

  const keysIn = async (client: Client, prefix: string) => ((await command(client, "KEYS", `${prefix}*`)) as string[]).sort()
  const indexIn = async (client: Client, prefix: string) => (await keysIn(client, prefix)).filter((key) => key.includes(":user:"))
  const listedIn = async (client: Client, prefix: string) => {
    const [index] = await indexIn(client, prefix)
    return index === undefined
      ? []
      : ((await command(client, "ZRANGE", index, "0", "-1")) as string[])
          .map((member) => member.split(" ")[1]!)
          .sort((one, other) => one.localeCompare(other))
  }
  /** Ms until a key is deleted. */
  const leftOf = async (client: Client, key: string) => Number(await command(client, "PTTL", key))

  describe("keeps them apart", () => {
    test("a session of a slot is none of another one, nor of the store itself", async () => {
      const { store, at } = await many()
      await at("a").create(recordNow({ sid: "of a" }))
      expect((await at("a").read())?.sid).toBe("of a")
      expect([await at("b").read(), await holderOf(store, "default").read()]).toEqual([null, null])
      await holderOf(store, "default").create(recordNow({ sid: "of nobody" }))
      expect(await at("default").read()).toBeNull()
      expect((await at("a").read())?.sid).toBe("of a")
    })

    test("by keys that show neither the slot's own nor the user's id: whoever reads Redis has no cookie", async () => {
      const { client, prefix, at } = await many()
      const cookie = "a-cookie-that-opens-everything"
      const watcher = await connected(name, redis.url)
      const monitor = await connected("ioredis", redis.url)
      const overheard: string[] = []
      if (!("monitor" in monitor)) throw new Error("no monitor")
      const monitoring = (await (monitor as { monitor(): Promise<typeof monitor> }).monitor()) as unknown as {
        on(event: "monitor", listener: (time: string, words: string[]) => void): void
        disconnect(): void
      }
      monitoring.on("monitor", (_, words) => overheard.push(words.join(" ")))
      const holder = at(cookie)
      heardBy(holder)
      await expect.poll(() => command(watcher, "PUBSUB", "CHANNELS"), seconds).toHaveLength(2)
      const channels = await command(watcher, "PUBSUB", "CHANNELS")
      await holder.create(recordNow(ada))
      await holder.acquire("sid", 1)
      await holder.markSent("sid", 1)
      await holder.commit("sid", 1, recordNow({ ...ada, generation: 2 }))
      await holder.noteUse("sid", Date.now() + 1_000)
      const keys = await keysIn(client, prefix)
      const slot = keys.find((key) => !key.includes(":user:"))!
      const stored = await command(client, "HGETALL", slot)
      await holder.end("sid", null, { everywhere: true })
      await expect.poll(() => overheard.join("\n"), seconds).toMatch(/zrem/i)
      monitoring.disconnect()
      expect(keys).toHaveLength(2)
      expect(slot).toBe(`${prefix}:${createHash("sha256").update(cookie).digest("base64url")}`)
      expect(overheard.join("\n")).toContain(slot)
      const seen = JSON.stringify([overheard, keys, channels, stored])
      for (const encoding of ["utf8", "base64url", "hex"] as const) {
        const written = Buffer.from(cookie).toString(encoding)
        expect(seen.includes(written), written).toBe(false)
      }
      expect(JSON.stringify([keys, channels])).not.toContain("ada")
    })
  })

  describe("knows those of a user", () => {
    test("ends all of them at once, tells each of their holders, and ends nobody else's", async () => {
      const { client, prefix, at } = await many()
      const mine = [at("a"), at("b"), at("c")]
      await Promise.all(mine.map((holder, index) => holder.create(recordNow({ ...ada, sid: `ada ${index}` }))))
      const others = [at("d"), at("e")]
      await others[0]!.create(recordNow({ sid: "bob", user: { id: "bob" } }))
      await others[1]!.create(recordNow({ sid: "nobody", user: null }))
      const heard = [...mine, ...others].map(heardBy)
      await expect.poll(() => command(client, "PUBSUB", "CHANNELS"), seconds).toHaveLength(6)
      expect(await mine[0]!.end("ada 0", null, { everywhere: true })).toMatchObject({ is: "ended", record: { sid: "ada 0" } })
      expect(await Promise.all(mine.map((holder) => holder.read()))).toEqual([null, null, null])
      expect(await Promise.all(others.map(async (holder) => (await holder.read())?.sid))).toEqual(["bob", "nobody"])
      await expect.poll(() => heard, seconds).toEqual([[], [{ is: "ended", sid: "ada 1" }], [{ is: "ended", sid: "ada 2" }], [], []])
      await expect.poll(() => indexIn(client, prefix), seconds).toHaveLength(1)
    })

    test("ends thousands of them, some at a time, and never asks Redis to look through its keys", { timeout: 60_000 }, async () => {
      const client = await connected(name, redis.url)
      let [underWay, most] = [0, 0]
      const counting = new Proxy(client, {
        get(target, method) {
          const value: unknown = Reflect.get(target, method, target)
          if (typeof value !== "function") return value
          if (method !== "evalsha" && method !== "evalSha") return value.bind(target) as unknown
          return async (...given: unknown[]) => {
            underWay += 1
            most = Math.max(most, underWay)
            try {
              return (await value.apply(target, given)) as unknown
            } finally {
              underWay -= 1
            }
          }
        },
      })
      const { prefix, at } = await many({ client: counting })
      for (let batch = 0; batch < 30; batch++)
        await Promise.all(
          Array.from({ length: 100 }, (_, index) =>
            at(`slot ${batch} ${index}`).create(recordNow({ ...ada, sid: `sid ${batch} ${index}` })),
          ),
        )
      await command(client, "CONFIG", "RESETSTAT")
      most = 0
      expect(await at("slot 0 0").end("sid 0 0", null, { everywhere: true })).toMatchObject({ is: "ended" })
      expect(most, "under way at once").toBeLessThanOrEqual(100)
      const stats = String(await command(client, "INFO", "commandstats"))
      expect(stats).toContain("cmdstat_evalsha:")
      expect(stats).not.toMatch(/cmdstat_(keys|[hsz]?scan):/)
      expect(await at("slot 29 99").read()).toBeNull()
      await expect.poll(() => indexIn(client, prefix), seconds).toEqual([])
    })

    test("without everywhere it ends that one, and takes it out of the list", async () => {
      const { client, prefix, at } = await many()
      await at("a").create(recordNow({ ...ada, sid: "one" }))
      await at("b").create(recordNow({ ...ada, sid: "other" }))
      expect(await listedIn(client, prefix)).toEqual(["one", "other"])
      await at("a").end("one", null)
      await expect.poll(() => listedIn(client, prefix), seconds).toEqual(["other"])
      expect((await at("b").read())?.sid).toBe("other")
      await at("b").end("other", null)
      await expect.poll(() => indexIn(client, prefix), seconds).toEqual([])
    })

    test("one that is in the list and there no more is skipped", async () => {
      const { client, prefix, at } = await many()
      await at("a").create(recordNow({ ...ada, sid: "one" }))
      await at("b").create(recordNow({ ...ada, sid: "other" }))
      for (const key of await keysIn(client, prefix)) if (!key.includes(":user:")) await command(client, "DEL", key)
      await at("c").create(recordNow({ ...ada, sid: "third" }))
      expect(await at("c").end("third", null, { everywhere: true })).toMatchObject({ is: "ended" })
      await expect.poll(() => indexIn(client, prefix), seconds).toEqual([])
    })

    test("a session of somebody else that has taken a slot over is not taken for the user's", async () => {
      const { client, prefix, at } = await many()
      await at("a").create(recordNow({ ...ada, sid: "one" }))
      const [index] = await indexIn(client, prefix)
      await at("b").create(recordNow({ ...ada, sid: "other" }))
      const [member] = ((await command(client, "ZRANGE", index!, "0", "-1")) as string[]).filter((one) => one.endsWith(" other"))
      await at("b").create(recordNow({ sid: "bob", user: { id: "bob" } }))
      // Who was displaced is not listed.
      await expect.poll(() => command(client, "ZRANGE", index!, "0", "-1"), seconds).toHaveLength(1)
      // As if that had been lost.
      await command(client, "ZADD", index!, String(Date.now() + DAY), member!)
      await at("a").end("one", null, { everywhere: true })
      expect((await at("b").read())?.sid).toBe("bob")
    })

    test("an end that finds another generation ends nobody", async () => {
      const { at } = await many()
      await at("a").create(recordNow({ ...ada, sid: "one", generation: 2 }))
      await at("b").create(recordNow({ ...ada, sid: "other" }))
      expect(await at("a").end("one", 1, { everywhere: true })).toMatchObject({ is: "stale", record: { generation: 2 } })
      expect((await at("b").read())?.sid).toBe("other")
    })

    test("an end that failed half-way is begun again, and finds the rest", async () => {
      const proxy = await proxyTo(redis.port)
      const prefix = newPrefix()
      const store = await storeBy(name, proxy.url, { prefix })
      const [a, b] = [holderOf(store.slot("a"), "a"), holderOf(store.slot("b"), "b")]
      await a.create(recordNow({ ...ada, sid: "one" }))
      await b.create(recordNow({ ...ada, sid: "other" }))
      // The first end that is sent is that of the other session.
      proxy.loseAnswerTo('"is":"ended","sid":"other"')
      const end = () => a.end("one", null, { everywhere: true })
      expect(await end().catch(end)).toMatchObject({ is: "ended", record: { sid: "one" } })
      expect([await a.read(), await b.read()]).toEqual([null, null])
    })

    test("a session that somebody else has ended meanwhile still tells whose the others are", async () => {
      const { at } = await many()
      const a = at("a")
      await a.create(recordNow({ ...ada, sid: "one" }))
      await at("b").create(recordNow({ ...ada, sid: "other" }))
      await at("a").end("one", null)
      expect(await a.end("one", null, { everywhere: true })).toEqual({ is: "gone", record: null })
      expect(await at("b").read()).toBeNull()
    })

    test("a user who is known only after the first refresh is listed from then on", async () => {
      const { client, prefix, at } = await many()
      await at("a").create(recordNow({ user: null }))
      expect(await indexIn(client, prefix)).toEqual([])
      await at("a").commit("sid", 1, recordNow({ user: { id: 7 }, generation: 2 }))
      expect(await listedIn(client, prefix)).toEqual(["sid"])
    })

    test("a session that was not stored is not listed", async () => {
      const { client, prefix, at } = await many()
      await at("a").create(recordNow({ ...ada, sid: "there" }))
      expect(await at("a").create(recordNow({ ...ada, sid: "late" }), { insteadOf: null })).toBe(false)
      expect(await at("a").commit("gone", 1, recordNow({ ...ada, sid: "gone", generation: 2 }))).toBe("gone")
      await expect.poll(() => listedIn(client, prefix), seconds).toEqual(["there"])
      // Of the same session, asked for twice: it is there.
      expect(await at("a").create(recordNow({ ...ada, sid: "there" }), { insteadOf: null })).toBe(false)
      for (let reads = 0; reads < 3; reads++) await at("a").read()
      expect(await listedIn(client, prefix)).toEqual(["there"])
      expect(await at("a").end("there", null)).toMatchObject({ is: "ended" })
      await expect.poll(() => listedIn(client, prefix), seconds).toEqual([])
    })

    test("logout({ everywhere: true }) of a session ends the user's others, in their holders too", async () => {
      const emulator = await startEmulator("vault")
      const { store } = await many()
      const begin = async (cookie: string, id: string) => {
        const session = stopped(createSession({ provider: vault(emulator.options), baseURL: emulator.url, store: store.slot(cookie) }))
        await session.accept({ accessToken: `token of ${cookie}`, expiresAt: Date.now() + HOUR, user: { id } })
        return session
      }
      const [phone, laptop, bob] = [await begin("phone", "ada"), await begin("laptop", "ada"), await begin("tablet", "bob")]
      await phone.logout({ everywhere: true })
      await expect.poll(() => laptop.getSnapshot(), seconds).toMatchObject({ status: "loggedOut", reason: "elsewhere" })
      expect(phone.getSnapshot()).toMatchObject({ status: "loggedOut", reason: "user" })
      expect(bob.getSnapshot()).toMatchObject({ authenticated: true })
      await emulator.close()
    })
  })

  describe("forgets them in time", () => {
    const slotIn = async (client: Client, prefix: string) => (await keysIn(client, prefix)).find((key) => !key.includes(":user:"))!

    test.each([
      ["an hour after the end of its refresh window", {}, { windowEndsAt: Date.now() + 5 * DAY, skewMs: 0 }, 5 * DAY + HOUR],
      ["which is in the provider's time", {}, { windowEndsAt: Date.now() + 5 * DAY, skewMs: 2 * DAY }, 3 * DAY + HOUR],
      ["not before its access token has expired", {}, { windowEndsAt: Date.now() + HOUR, expiresAt: Date.now() + DAY }, DAY + HOUR],
      ["an hour from now, whatever it says", {}, { windowEndsAt: Date.now() - DAY, expiresAt: null }, HOUR],
      ["30 days after its last grant, where nobody knows the window", {}, {}, 30 * DAY],
      ["as soon as it may not get older, where that is known", { maxAgeMs: 2 * DAY }, { startedAt: Date.now() - DAY }, DAY + HOUR],
      ["by its window, where both are known", { maxAgeMs: 2 * DAY }, { windowEndsAt: Date.now() + 5 * DAY }, 5 * DAY + HOUR],
    ])("%s", async (_, options, fields, expected) => {
      const { client, prefix, at } = await many(options)
      await at("a").create(recordNow({ ...ada, ...fields }))
      const slot = await slotIn(client, prefix)
      const [index] = await indexIn(client, prefix)
      expect(Math.abs((await leftOf(client, slot)) - expected)).toBeLessThan(60_000)
      expect(await leftOf(client, index!), "the list outlives what it lists").toBeGreaterThan(expected)
      await command(client, "PEXPIRE", slot, "5000")
      await at("a").acquire("sid", 1)
      await at("a").markSent("sid", 1)
      expect(await leftOf(client, slot), "no grant, and no use").toBeLessThanOrEqual(5_000)
      await at("a").commit("sid", 1, recordNow({ ...ada, ...fields, generation: 2 }))
      expect(Math.abs((await leftOf(client, slot)) - expected)).toBeLessThan(60_000)
    })

    test("30 days after its last use, its user's list too; where there is an end, use does not put it off", async () => {
      for (const [options, slides] of [
        [{}, true],
        [{ maxAgeMs: 20 * DAY }, false],
      ] as const) {
        const { client, prefix, at } = await many(options)
        await at("a").create(recordNow(ada))
        const slot = await slotIn(client, prefix)
        const [index] = await indexIn(client, prefix)
        await command(client, "PEXPIRE", slot, "5000")
        await command(client, "PEXPIRE", index!, "5000")
        await at("a").noteUse("sid", Date.now() + 1_000)
        expect((await leftOf(client, slot)) > 29 * DAY).toBe(slides)
        expect((await leftOf(client, index!)) > 30 * DAY).toBe(slides)
      }
    })

    test("from the list of their user as soon as another one is put in", async () => {
      const { client, prefix, at } = await many()
      await at("a").create(recordNow({ ...ada, sid: "old" }))
      const [index] = await indexIn(client, prefix)
      const [old] = (await command(client, "ZRANGE", index!, "0", "-1")) as string[]
      await command(client, "ZADD", index!, String(Date.now() - 1), old!)
      await at("b").create(recordNow({ ...ada, sid: "new" }))
      expect(await listedIn(client, prefix)).toEqual(["new"])
    })

    test("a minute after they were ended, with nothing left of them until then but that", async () => {
      const { client, prefix, at } = await many()
      await at("a").create(recordNow({ accessToken: "SECRET" }))
      const slot = await slotIn(client, prefix)
      await at("a").end("sid", null)
      const warn = vi.spyOn(console, "warn").mockReturnValue()
      expect(await at("a").read()).toBeNull()
      expect(warn).not.toHaveBeenCalled()
      warn.mockRestore()
      expect(await command(client, "HKEYS", slot)).toEqual(["ended", "by"])
      expect(await leftOf(client, slot)).toBeGreaterThan(0)
      expect(await leftOf(client, slot)).toBeLessThanOrEqual(60_000)
    })
  })
})
