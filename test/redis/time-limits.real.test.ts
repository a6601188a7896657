import { afterAll, beforeAll, describe, test, vi } from "vitest"
import { LEASE_MS } from "../../src/core/store.ts"
import { systemClock, type Clock } from "../../src/core/clock.ts"
import { closeAll, whenOver } from "./closing.ts"
import { failuresOf, SECRETS } from "./failures-of.ts"
import { CLIENTS, command, connected, DAY, holderOf, newPrefix, opened, recordNow, storeBy, seconds } from "./lab.ts"
import { proxyTo } from "./proxy.ts"
import { hasRedisServer, startRedis, type RedisServer } from "./start-redis.ts"

afterAll(closeAll)

/** By this clock a doubt never ends, and what is due in more than 4 s never comes: only looks go on. */
const doubting: Clock = {
  ...systemClock,
  monotonic: () => 0,
  setTimeout: (call, ms) => systemClock.setTimeout(call, ms > 4_000 ? Infinity : ms),
}

// They take so long because they wait for the store to give up: side by side.
describe.skipIf(!hasRedisServer).concurrent("redisStore, in time,", () => {
  let redis: RedisServer
  beforeAll(async () => {
    redis = await startRedis()
    whenOver(() => redis.stop())
  })

  test.for(CLIENTS)(
    "S33 gives a Redis up that hangs, whatever it was asked, and works again when that does (%s)",
    { timeout: 30_000 },
    async (name, { expect }) => {
      const own = await startRedis()
      whenOver(() => own.stop())
      const holder = holderOf(await storeBy(name, own.url), "a")
      await holder.create(recordNow(SECRETS))
      own.freeze()
      const since = Date.now()
      expect(await failuresOf(holder)).toEqual(["Redis: it has not answered for 5 s"])
      expect(Date.now() - since).toBeLessThan(7_500)
      own.thaw()
      await expect.poll(() => holder.read().catch(() => null), seconds).toMatchObject({ sid: "sid" })
    },
  )

  test.for(CLIENTS)(
    "S33 gives a Redis up that has died, and finds everything when it lives again (%s)",
    { timeout: 40_000 },
    async (name, { expect }) => {
      const own = await startRedis({ persists: true })
      whenOver(() => own.stop())
      const holder = holderOf(await storeBy(name, own.url), "a")
      await holder.create(recordNow(SECRETS))
      await own.kill()
      await failuresOf(holder)
      await own.start()
      await expect.poll(() => holder.read().catch(() => null), seconds).toMatchObject({ sid: "sid", generation: 2 })
      expect(await holder.acquire("sid", 2), "what was granted meanwhile is stored").toMatchObject({ is: "leased" })
    },
  )

  test.for(CLIENTS)("S31 does not do later what was given up meanwhile (%s)", { timeout: 30_000 }, async (name, { expect }) => {
    const prefix = newPrefix()
    const proxy = await proxyTo(redis.port)
    const held = holderOf(await storeBy(name, proxy.url, { prefix }), "held")
    const direct = holderOf(await storeBy(name, redis.url, { prefix }), "direct")
    expect(await held.read()).toBeNull()
    proxy.shut()
    const create = () => held.create(recordNow({ sid: "late" })).catch((error: Error) => error.message)
    // Of what was under way when it lost its connection a client may tell at once; what comes then it keeps. One has the same limit itself.
    const isGivenUp = /^Redis: (it has not answered for 5 s|TimeoutError)$/
    let said = await create()
    if (!isGivenUp.test(String(said))) said = await create()
    expect(said).toMatch(isGivenUp)
    await direct.create(recordNow({ sid: "meanwhile" }))
    await proxy.letIn()
    // Its client asks in order: this answer comes after that of the step before.
    await expect.poll(() => held.read().catch(() => null), seconds).toMatchObject({ sid: "meanwhile" })
  })

  test.for(CLIENTS)(
    "S03 whoever takes over a refresh that was sent waits for its holder, who may be about to store the answer (%s)",
    { timeout: 40_000 },
    async (name, { expect }) => {
      const prefix = newPrefix()
      const client = await connected(name, redis.url)
      const store = await storeBy(name, redis.url, { prefix, client })
      const slow = holderOf(store, "slow")
      const lease = () => command(client, "HGET", `${prefix}:default`, "leaseHolder")
      for (const generation of [1, 2]) {
        if (generation === 1) await slow.create(recordNow())
        await slow.acquire("sid", generation)
        expect(await slow.markSent("sid", generation)).toBe(true)
        // As after an outage that was longer than a lease.
        await command(client, "HSET", `${prefix}:default`, "leaseUntil", String(Date.now() - 1), "sentAt", String(Date.now() - 11_000))
        const since = Date.now()
        // It does not watch, so it hears nothing: by its looks it finds the successor.
        const acquiring = holderOf(store, "other", generation === 1 ? doubting : systemClock).acquire("sid", generation)
        await expect.poll(lease, { ...seconds, interval: 5 }).toBe("other")
        await slow.noteUse("sid", Date.now() + generation)
        if (generation === 1) {
          expect(await slow.commit("sid", 1, recordNow({ generation: 2 }))).toBe("committed")
          expect(await acquiring).toMatchObject({ is: "fresh", record: { generation: 2 } })
        } else {
          expect(await acquiring).toMatchObject({
            is: "leased",
            record: { generation: 2, sentAt: expect.any(Number), lease: { holder: "other" } },
          })
          expect(Date.now() - since, "nobody stored anything").toBeGreaterThanOrEqual(6_900)
        }
      }
    },
  )

  test.for(CLIENTS)(
    "S03 a holder whose client connects again as late as it ever does by itself stores the answer in time (%s)",
    { timeout: 40_000 },
    async (name, { expect }) => {
      const prefix = newPrefix()
      const proxy = await proxyTo(redis.port)
      const { client: late, close } = await opened(name, proxy.url, "as it comes")
      whenOver(close)
      const slow = holderOf(await storeBy(name, redis.url, { prefix, client: late }), "slow")
      const client = await connected(name, redis.url)
      const other = holderOf(await storeBy(name, redis.url, { prefix, client }), "other")
      await slow.create(recordNow())
      await slow.acquire("sid", 1)
      expect(await slow.markSent("sid", 1)).toBe(true)
      const before = proxy.opened
      proxy.turnAway()
      const storing = slow.commit("sid", 1, recordNow({ generation: 2 })).catch(() => "later")
      // Its pause grows until then, and no more.
      await expect.poll(() => proxy.opened, { ...seconds, interval: 5 }).toBe(before + 7)
      await command(client, "HSET", `${prefix}:default`, "leaseUntil", String(Date.now() - 1), "sentAt", String(Date.now() - 11_000))
      const acquiring = other.acquire("sid", 1)
      proxy.takeIn()
      expect(await acquiring).toMatchObject({ is: "fresh", record: { generation: 2 } })
      await storing
    },
  )

  test.for(CLIENTS)(
    "S03 whoever takes over a refresh that was sent a moment ago waits for its holder, too, if Redis was away (%s)",
    { timeout: 40_000 },
    async (name, { expect }) => {
      const prefix = newPrefix()
      const proxy = await proxyTo(redis.port)
      const client = await connected(name, redis.url)
      const slow = holderOf(await storeBy(name, redis.url, { prefix, client }), "slow")
      const store = await storeBy(name, proxy.url, { prefix })
      const other = holderOf(store, "other")
      const runOut = () => command(client, "HSET", `${prefix}:default`, "leaseUntil", String(Date.now() - 1))
      await slow.create(recordNow())
      await slow.acquire("sid", 1)
      expect(await slow.markSent("sid", 1)).toBe(true)
      await runOut()
      expect(await holderOf(store, "another", doubting).acquire("sid", 1), "of a Redis that was there").toMatchObject({ is: "leased" })

      await runOut()
      expect(await slow.acquire("sid", 1)).toMatchObject({ is: "leased" })
      await runOut()
      proxy.shut()
      await expect(other.read()).rejects.toThrow(/^Redis: /)
      await proxy.letIn()
      const acquiring = vi.waitFor(() => other.acquire("sid", 1), { ...seconds, interval: 100 })
      await expect.poll(() => command(client, "HGET", `${prefix}:default`, "leaseHolder"), { ...seconds, interval: 5 }).toBe("other")
      expect(await slow.commit("sid", 1, recordNow({ generation: 2 }))).toBe("committed")
      expect(await acquiring).toMatchObject({ is: "fresh", record: { generation: 2 } })
    },
  )

  test.for(CLIENTS)(
    "S08 takes a lease over that Redis' clock, set back, would keep for hours (%s)",
    { timeout: 40_000 },
    async (name, { expect }) => {
      const prefix = newPrefix()
      const client = await connected(name, redis.url)
      const store = await storeBy(name, redis.url, { prefix, client })
      await holderOf(store, "dead").create(recordNow())
      await command(client, "HSET", `${prefix}:default`, "leaseHolder", "dead", "leaseUntil", String(Date.now() + DAY))
      const since = Date.now()
      const acquired = await holderOf(store, "other").acquire("sid", 1)
      expect(Date.now() - since).toBeGreaterThanOrEqual(LEASE_MS)
      expect(acquired).toMatchObject({ is: "leased", record: { lease: { holder: "other" } } })
      if (acquired.is === "leased") expect(Math.abs(acquired.record.lease!.until - Date.now() - LEASE_MS)).toBeLessThan(1_500)
    },
  )
})
