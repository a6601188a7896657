import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest"
import { systemClock, type Clock } from "../../src/core/clock.ts"
import { factsOf } from "../../src/core/grant.ts"
import { LEASE_MS } from "../../src/core/store.ts"
import { watched } from "../session/setting.ts"
import { closeAll } from "./closing.ts"
import {
  clockAhead,
  CLIENTS,
  command,
  connected,
  DAY,
  heardBy,
  holderOf,
  newPrefix,
  recordNow,
  storeBy,
  type Client,
  seconds,
} from "./lab.ts"
import { proxyTo } from "./proxy.ts"
import { hasRedisServer, startRedis, type RedisServer } from "./start-redis.ts"

/** Two moments are the same, but for the time that a look takes. */
const near = (moment: number) => ({
  asymmetricMatch: (other: unknown) => typeof other === "number" && Math.abs(other - moment) < 1_500,
  toString: () => `near ${moment}`,
})

afterEach(closeAll)

describe.skipIf(!hasRedisServer).each(CLIENTS)("redisStore by %s", (name) => {
  let redis: RedisServer
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(() => redis?.stop())

  describe("S08 processes whose clocks are wrong by a day", () => {
    /** A process whose clock is a day ahead, and one whose clock is a day behind. */
    async function wrong() {
      const prefix = newPrefix()
      const [a, b] = [clockAhead(DAY), clockAhead(-DAY)]
      const [storeOfA, storeOfB] = [await storeBy(name, redis.url, { prefix }), await storeBy(name, redis.url, { prefix })]
      return { prefix, ahead: holderOf(storeOfA, "ahead", a), behind: holderOf(storeOfB, "behind", b), a, b }
    }

    test("agree on every moment, each by its own clock", async () => {
      const { ahead, behind, a, b } = await wrong()
      await ahead.create(recordNow({ skewMs: -DAY, expiresAt: Date.now() + 900_000, sentAt: a.now(), notBefore: a.now() + 1_000 }, a))
      const record = (await behind.read())!
      expect(record).toMatchObject({ startedAt: near(b.now()), usedAt: near(b.now()), sentAt: near(b.now()), lease: null })
      expect(record.notBefore).toEqual(near(b.now() + 1_000))
      expect(factsOf(record).expiresAt).toEqual(near(b.now() + 900_000))
      await ahead.acquire("sid", 1)
      await ahead.markSent("sid", 1)
      expect(await behind.read()).toMatchObject({ sentAt: near(b.now()), lease: { holder: "ahead", until: near(b.now() + LEASE_MS) } })
      await ahead.clearSent("sid", 1)
      await ahead.release("sid", a.now() + 60_000)
      expect(await behind.acquire("sid", 1)).toMatchObject({
        is: "leased",
        record: { notBefore: near(b.now() + 60_000), sentAt: null, lease: { until: near(b.now() + LEASE_MS) } },
      })
      expect(await ahead.read()).toMatchObject({ startedAt: near(a.now()), lease: { holder: "behind", until: near(a.now() + LEASE_MS) } })
    })

    test("agree on who has the lease", async () => {
      const { ahead, behind, a } = await wrong()
      const client = await connected(name, redis.url)
      await ahead.create(recordNow({ skewMs: -DAY }, a))
      await behind.acquire("sid", 1)
      const before = await stepsOf(client)
      const waiting = watched(ahead.acquire("sid", 1))
      await expect.poll(() => stepsOf(client), seconds).toBeGreaterThan(before + 2)
      expect(waiting.is).toBe("pending")
      await behind.release("sid", null)
      await expect.poll(() => waiting.value, seconds).toMatchObject({ is: "leased", record: { lease: { holder: "ahead" } } })
    })

    test("agree on whether a newer grant can still be used", async () => {
      const { ahead, behind, a } = await wrong()
      const provider = Date.now()
      await ahead.create(recordNow({ generation: 2, skewMs: provider - a.now(), expiresAt: provider + 60_000 }, a))
      expect(await behind.acquire("sid", 1)).toMatchObject({ is: "fresh", record: { generation: 2 } })
      await ahead.create(recordNow({ generation: 2, skewMs: provider - a.now(), expiresAt: provider - 1_000 }, a))
      expect(await behind.acquire("sid", 1)).toMatchObject({ is: "leased", record: { generation: 2 } })
    })

    test("agree on who used the session last", async () => {
      const { prefix, ahead, behind, a, b } = await wrong()
      await ahead.create(recordNow({ usedAt: a.now() - 60_000 }, a))
      const heard = heardBy(ahead)
      const client = await connected(name, redis.url)
      await expect.poll(() => channelsOf(client), seconds).toHaveLength(2)
      const at = b.now()
      const atByAhead = near(at + 2 * DAY)
      await behind.noteUse("sid", at)
      expect(await ahead.read()).toMatchObject({ usedAt: atByAhead })
      await expect.poll(() => heard.length, seconds).toBeGreaterThan(0)
      const [slot] = (await command(client, "KEYS", `${prefix}:*`)) as string[]
      const stored = await command(client, "HGET", slot!, "usedAt")
      await ahead.noteUse("sid", a.now() - 30_000)
      expect(await command(client, "HGET", slot!, "usedAt")).toBe(stored)
      expect((await behind.read())?.usedAt).toEqual(near(at))
      // Heard and found, it is told by what was known of Redis' time then.
      expect(heard).toEqual(heard.map(() => ({ is: "used", sid: "sid", at: atByAhead })))
    })

    test.each([DAY, -DAY])("go on when one is set by %i ms in the middle of a session", async (byMs) => {
      let setBy = 0
      const clock: Clock = { ...systemClock, now: () => Date.now() + setBy }
      const store = await storeBy(name, redis.url)
      const [a, b] = [holderOf(store, "a", clock), holderOf(store, "b")]
      const record = recordNow()
      await a.create(record)
      setBy = byMs
      expect(await a.acquire("sid", 1)).toMatchObject({ is: "leased" })
      expect(await a.markSent("sid", 1)).toBe(true)
      // As a session makes it: what it took from the old record is by the clock as it was.
      expect(await a.commit("sid", 1, { ...record, generation: 2, skewMs: -byMs })).toBe("committed")
      const seen = (await b.read())!
      expect(seen).toMatchObject({ generation: 2, startedAt: record.startedAt })
      expect(factsOf(seen).expiresAt).toEqual(near(record.expiresAt!))
      expect(await a.read()).toMatchObject({ startedAt: near(clock.now()) })
    })
  })

  describe("a lease", () => {
    test("goes to who waits for it as soon as they are told that it is released", async () => {
      const client = await connected(name, redis.url)
      const store = await storeBy(name, redis.url, { client })
      /** Nobody looks by themselves: only a notice can wake them. */
      const patient: Clock = { ...systemClock, setTimeout: (call, ms) => (ms < 2_500 ? null : systemClock.setTimeout(call, ms)) }
      const [a, b] = [holderOf(store, "a"), holderOf(store, "b", patient)]
      heardBy(b)
      await expect.poll(() => channelsOf(client), seconds).toHaveLength(2)
      await a.create(recordNow())
      await a.acquire("sid", 1)
      const before = await stepsOf(client)
      const waiting = watched(b.acquire("sid", 1))
      await expect.poll(() => stepsOf(client), seconds).toBeGreaterThan(before)
      expect(waiting.is).toBe("pending")
      await a.release("sid", null)
      await expect.poll(() => waiting.value, seconds).toMatchObject({ is: "leased" })
    })

    test("is good for the generation that is there, and for its holder", async () => {
      const store = await storeBy(name, redis.url)
      const [a, b] = [holderOf(store, "a"), holderOf(store, "b")]
      await a.create(recordNow({ generation: 2 }))
      await a.acquire("sid", 2)
      expect([await a.markSent("sid", 1), await a.markSent("other", 2), await b.markSent("sid", 2), await b.renew("sid")]).toEqual(
        Array.from({ length: 4 }, () => false),
      )
      expect((await b.read())?.sentAt).toBeNull()
      expect(await a.markSent("sid", 2)).toBe(true)
      await a.clearSent("sid", 1)
      await b.clearSent("sid", 2)
      await b.release("sid", Date.now() + 60_000)
      expect(await b.read()).toMatchObject({ sentAt: expect.any(Number), notBefore: null, lease: { holder: "a" } })
    })

    test("is taken over as soon as it has run out, by whoever comes shortly before", async () => {
      const prefix = newPrefix()
      const client = await connected(name, redis.url)
      const store = await storeBy(name, redis.url, { prefix, client })
      await holderOf(store, "dead").create(recordNow())
      const until = Date.now() + 1_500
      await command(client, "HSET", `${prefix}:default`, "leaseHolder", "dead", "leaseUntil", String(until))
      expect(await holderOf(store, "other").acquire("sid", 1)).toMatchObject({ is: "leased" })
      expect(Date.now()).toBeGreaterThanOrEqual(until)
      expect(Date.now()).toBeLessThan(until + LEASE_MS / 2)
    })
  })

  describe("S25 many who commit at once", () => {
    test("the first successor of a generation wins, though four holders ask for no lease", async () => {
      const prefix = newPrefix()
      const others = CLIENTS.map((other) => storeBy(other, redis.url, { prefix }))
      const holders = (await Promise.all([...others, ...others])).map((store, index) => holderOf(store, `holder ${index}`))
      await holders[0]!.create(recordNow({ accessToken: "of nobody" }))
      const counts = await Promise.all(
        holders.map(async (holder, index) => {
          let committed = 0
          let lost = 0
          while (committed < 25) {
            const { generation } = (await holder.read())!
            const came = await holder.commit("sid", generation, recordNow({ generation: generation + 1, accessToken: `of ${index}` }))
            if (came === "committed") committed += 1
            else lost += 1
          }
          return lost
        }),
      )
      expect(await holders[0]!.read()).toMatchObject({ generation: 101 })
      expect(
        counts.reduce((sum, lost) => sum + lost),
        "they must have met",
      ).toBeGreaterThan(0)
    })
  })

  describe("a Redis that does not know our scripts", () => {
    test("is told them again, once each", async () => {
      const client = await connected(name, redis.url)
      const holder = holderOf(await storeBy(name, redis.url, { client }), "a")
      await holder.create(recordNow())
      await command(client, "SCRIPT", "FLUSH")
      await command(client, "CONFIG", "RESETSTAT")
      for (let generation = 1; generation <= 5; generation++) {
        expect(await holder.acquire("sid", generation)).toMatchObject({ is: "leased" })
        expect(await holder.commit("sid", generation, recordNow({ generation: generation + 1 }))).toBe("committed")
      }
      const stats = String(await command(client, "INFO", "commandstats"))
      expect(/cmdstat_eval:calls=(\d+)/.exec(stats)?.[1]).toBe("2")
      expect(/cmdstat_evalsha:calls=(\d+)/.exec(stats)?.[1]).toBe("10")
    })
  })

  describe("what is in a slot that cannot be read", () => {
    const good = ["v", "1", "sid", "sid", "generation", "1", "skewMs", "0", "startedAt", "1", "usedAt", "1"]
    const body = JSON.stringify({ accessToken: "secret", refreshToken: null, refreshable: true, issuedAt: 1, user: null })

    test.each([
      ["of a newer version", ["HSET", ...good, "body", body, "v", "2"]],
      ["edited by hand", ["HSET", ...good, "body", body, "expiresAt", "tomorrow, secret"]],
      ["cut off", ["HSET", ...good]],
      ["of another kind", ["SET", "secret"]],
    ])("(%s) counts as nobody, and stays until a session takes its place", async (_, [write, ...what]) => {
      const warn = vi.spyOn(console, "warn").mockReturnValue()
      const prefix = newPrefix()
      const client = await connected(name, redis.url)
      const holder = holderOf(await storeBy(name, redis.url, { client, prefix }), "a")
      await command(client, write!, `${prefix}:default`, ...what)
      const before = await command(client, "DUMP", `${prefix}:default`)
      expect(await holder.read()).toBeNull()
      expect(await holder.acquire("sid", 1)).toEqual({ is: "gone", record: null })
      expect(await holder.end("sid", null)).toEqual({ is: "gone", record: null })
      expect(await holder.commit("sid", 1, recordNow({ generation: 2 }))).toBe("gone")
      expect([await holder.markSent("sid", 1), await holder.renew("sid")]).toEqual([false, false])
      await holder.noteUse("sid", Date.now())
      expect(await command(client, "DUMP", `${prefix}:default`), "a newer version of the app may live on it").toEqual(before)
      expect(warn.mock.calls.join()).toMatch(/redisStore\(\) holds/)
      expect(warn.mock.calls.join()).not.toContain("secret")
      expect(warn).toHaveBeenCalledOnce()
      expect(await holder.create(recordNow(), { insteadOf: null })).toBe(true)
      expect(await holder.read()).toEqual(expect.objectContaining({ sid: "sid", generation: 1 }))
      warn.mockRestore()
    })

    test.each(["{", "null", JSON.stringify({ accessToken: "" })])("(tokens that are %s) counts as nobody, too", async (broken) => {
      const warn = vi.spyOn(console, "warn").mockReturnValue()
      const prefix = newPrefix()
      const client = await connected(name, redis.url)
      const holder = holderOf(await storeBy(name, redis.url, { client, prefix }), "a")
      await command(client, "HSET", `${prefix}:default`, ...good, "body", broken)
      expect([await holder.read(), await holder.acquire("sid", 1)]).toEqual([null, { is: "gone", record: null }])
      expect(await holder.create(recordNow({ sid: "new" }), { insteadOf: null })).toBe(true)
      expect(await holder.read()).toMatchObject({ sid: "new" })
      expect(warn).toHaveBeenCalledOnce()
      warn.mockRestore()
    })
  })

  describe("what a client sends twice", () => {
    test("an end whose answer was lost is one all the same: the provider must be told of it", async () => {
      const proxy = await proxyTo(redis.port)
      const holder = holderOf(await storeBy(name, proxy.url), "a")
      await holder.create(recordNow())
      proxy.loseAnswerTo("ended")
      // Of one client the call fails, and is repeated; the other repeats it by itself.
      const ended = await holder.end("sid", null).catch(() => holder.end("sid", null))
      expect(ended).toMatchObject({ is: "ended", record: { sid: "sid", accessToken: "access" } })
      expect(await holder.end("sid", null)).toEqual({ is: "gone", record: null })
    })

    test("a commit whose answer was lost is there", async () => {
      const proxy = await proxyTo(redis.port)
      const holder = holderOf(await storeBy(name, proxy.url), "a")
      await holder.create(recordNow())
      proxy.loseAnswerTo("spentGeneration")
      const commit = () => holder.commit("sid", 1, recordNow({ generation: 2, accessToken: "second" }))
      expect(await commit().catch(commit)).toBe("stale")
      expect(await holder.read()).toMatchObject({ generation: 2, accessToken: "second" })
    })
  })
})

/** How many steps of the protocol a Redis has run. */
async function stepsOf(client: Client): Promise<number> {
  return Number(/cmdstat_evalsha:calls=(\d+)/.exec(String(await command(client, "INFO", "commandstats")))?.[1] ?? 0)
}

/** The channels that somebody listens to. */
async function channelsOf(client: Client): Promise<string[]> {
  return (await command(client, "PUBSUB", "CHANNELS")) as string[]
}
