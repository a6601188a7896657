import { afterAll, beforeAll, describe, test } from "vitest"
import { LEASE_MS } from "../../src/core/store.ts"
import { closeAll, whenOver } from "./closing.ts"
import { CLIENTS, holderOf, newPrefix, recordNow, storeBy } from "./lab.ts"
import { holderScript, spawnHolder } from "./spawn-holder.ts"
import { findRedis, hasRedis, type RedisAt } from "./start-redis.ts"

afterAll(closeAll)

// Side by side: the tests wait for leases to run out.
describe.skipIf(!hasRedis).concurrent("redisStore in several processes", () => {
  let redis: RedisAt
  let script: Awaited<ReturnType<typeof holderScript>>
  beforeAll(async () => {
    redis = await findRedis()
    whenOver(() => redis.stop())
    script = await holderScript()
    whenOver(() => script.remove())
  }, 60_000)

  test.for([
    ["SIGSTOP", "ioredis"],
    ["SIGKILL", "redis"],
  ] as const)(
    "S03 S26 a holder that gets a %s in the middle of its refresh is taken over from (%s)",
    { timeout: 60_000 },
    async ([signal, name], { expect }) => {
      const prefix = newPrefix()
      const dying = await spawnHolder(script.path, name, redis.url, prefix, "dying")
      const other = holderOf(await storeBy(name === "redis" ? "ioredis" : "redis", redis.url, { prefix }), "other")
      await other.create(recordNow())
      expect(await dying.call("acquire", "sid", 1)).toMatchObject({ is: "leased" })
      expect(await dying.call("markSent", "sid", 1)).toBe(true)
      const since = Date.now()
      dying.process.kill(signal)
      const acquired = await other.acquire("sid", 1)
      expect(acquired).toMatchObject({ is: "leased", record: { generation: 1, sentAt: expect.any(Number), lease: { holder: "other" } } })
      expect(Date.now() - since).toBeGreaterThan(LEASE_MS - 1_000)
      expect(Date.now() - since).toBeLessThan(LEASE_MS + 4_000)
      expect(await other.commit("sid", 1, recordNow({ generation: 2, accessToken: "of other" }))).toBe("committed")
      if (signal === "SIGKILL") return
      dying.process.kill("SIGCONT")
      expect(await dying.call("renew", "sid")).toBe(false)
      expect(await dying.call("commit", "sid", 1, recordNow({ generation: 2, accessToken: "of dying" }))).toBe("stale")
      expect(await other.read()).toMatchObject({ generation: 2, accessToken: "of other", lease: null })
      await other.end("sid", null)
      expect(await dying.call("commit", "sid", 1, recordNow({ generation: 2, accessToken: "of dying" })), "S27").toBe("gone")
      expect(await other.read()).toBeNull()
    },
  )

  test(
    "S01 S25 four of them refresh 40 times at a provider that takes a credential once: none is presented twice",
    { timeout: 120_000 },
    async ({ expect }) => {
      const prefix = newPrefix()
      const names = [...CLIENTS, ...CLIENTS]
      const holders = await Promise.all(names.map((name, index) => spawnHolder(script.path, name, redis.url, prefix, `holder ${index}`)))
      await holders[0]!.call("create", recordNow({ refreshToken: "0" }))
      const presented: string[] = []
      const refreshed = await Promise.all(
        holders.map(async (holder) => {
          let mine = 0
          for (let seen = 1; ;) {
            const acquired = (await holder.call("acquire", "sid", seen)) as {
              is: string
              record: { generation: number; refreshToken: string }
            }
            seen = acquired.record.generation
            if (acquired.is === "leased" && seen <= 40) {
              expect(await holder.call("markSent", "sid", seen)).toBe(true)
              presented.push(acquired.record.refreshToken)
              const successor = recordNow({ generation: seen + 1, refreshToken: String(seen) })
              expect(await holder.call("commit", "sid", seen, successor)).toBe("committed")
              mine += 1
            }
            if (acquired.is === "leased" && seen > 40) {
              await holder.call("release", "sid", null)
              return mine
            }
          }
        }),
      )
      expect(presented).toEqual(Array.from({ length: 40 }, (_, index) => String(index)))
      expect(refreshed.reduce((sum, one) => sum + one)).toBe(40)
    },
  )
})
