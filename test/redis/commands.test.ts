import { expect, test } from "vitest"
import { StoreUnavailableError } from "../../src/index.ts"
import { redisStore } from "../../src/stores/redis.ts"
import { accessBy } from "../../src/stores/redis/client.ts"
import { Commands } from "../../src/stores/redis/commands.ts"
import { scripts } from "../../src/stores/redis/scripts.ts"
import { manualClock } from "../../src/testing/manual-clock.ts"
import { recordNow } from "./lab.ts"

/** A holder's connection to a Redis that answers when the test wants it: that there is nothing. */
function asking() {
  const clock = manualClock()
  const answers: (() => void)[] = []
  const evalsha = () => new Promise((resolve) => answers.push(() => resolve(["read", String(clock.now()), []])))
  const client = { evalsha, eval: evalsha, publish: evalsha, duplicate: () => ({}) as never }
  return { clock, answers, connection: redisStore({ client }).connect({ holder: "holder", clock }) }
}

test("an answer that lay there when its time was over is heard first: this process may have been busy, or frozen", async () => {
  const { clock, answers, connection } = asking()
  const reading = connection.read()
  for (const nth of [1, 2, 3, 4]) {
    await expect.poll(() => answers.length).toBe(nth)
    await clock.advance(5_000)
    answers[nth - 1]!()
  }
  expect(await reading).toBeNull()
})

test.for([
  ["as often as is worth it", [250, 250, 250, 250], 125],
  ["until one comes soon", [250, 0, 0], 0],
  ["no more if the first comes soon", [100, 0], 50],
] as const)("a process that hears late what time it is at Redis asks again: %s", async ([, delays, wrongByMs]) => {
  const clock = manualClock()
  const aheadMs = 86_400_000
  let asked = 0
  const evalsha = async () => {
    const now = String(clock.now() - aheadMs)
    await clock.advance(delays[asked++]!) // all of it on the way back
    return ["read", now, []]
  }
  const commands = new Commands(accessBy({ evalsha, eval: evalsha, publish: evalsha, duplicate: () => ({}) as never }))
  await commands.run("read", "slot", clock, () => ({}))
  expect(asked).toBe(delays.length)
  expect(clock.now() - aheadMs - commands.timeOf(clock).theirs(clock.now())).toBe(wrongByMs)
})

test("a Redis that says nothing for 5 s has not answered", async () => {
  const { clock, answers, connection } = asking()
  const reading = connection.read().catch((error: unknown) => error)
  await expect.poll(() => answers.length).toBe(1)
  await clock.advance(5_100)
  answers[0]!()
  const error = await reading
  expect(error).toBeInstanceOf(StoreUnavailableError)
  expect((error as Error).message).toBe("Redis: it has not answered for 5 s")
})

test("that Redis failed counts for 10 s, by the clock of whom it failed", async () => {
  const [clock, other] = [manualClock(), manualClock()]
  let isAway = true
  const evalsha = async () => {
    if (isAway) throw new Error("away")
    return ["read", String(clock.now()), []]
  }
  const commands = new Commands(accessBy({ evalsha, eval: evalsha, publish: evalsha, duplicate: () => ({}) as never }))
  expect(commands.wasAwayLately(clock)).toBe(false)
  await expect(commands.run("read", "slot", clock, () => ({}))).rejects.toThrow("away")
  isAway = false
  await commands.run("read", "slot", clock, () => ({}))
  await clock.advance(9_999)
  expect([clock, other].map((each) => commands.wasAwayLately(each))).toEqual([true, false])
  await clock.advance(1)
  expect(commands.wasAwayLately(clock)).toBe(false)
})

test("every script is given one key, so that a cluster can run it wherever that is", async () => {
  const clock = manualClock()
  const given: (readonly [number, string])[] = []
  const evalsha = async (_: string, many: number, key: string) => {
    given.push([many, key])
    return ["yes", String(clock.now()), []]
  }
  const client = { evalsha, eval: evalsha, publish: async () => {}, duplicate: () => ({}) as never }
  const connection = redisStore({ client, prefix: "shop" }).slot("cookie").connect({ holder: "holder", clock })
  const record = recordNow({ user: { id: "ada" } }, clock)
  await connection.create(record)
  await connection.markSent("sid", 1)
  await connection.commit("sid", 1, { ...record, generation: 2 })
  await connection.end("sid", null, { everywhere: true })
  expect(new Set(given.map(([many]) => many))).toEqual(new Set([1]))
  expect(new Set(given.map(([, key]) => key.replace(/[\w-]{43}$/, "…")))).toEqual(new Set(["shop:…", "shop:user:…"]))
  for (const script of Object.values(scripts)) expect(script).not.toMatch(/KEYS\[[^1]/)
})
