import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, beforeAll, describe, it } from "vitest"
import { systemClock } from "../../src/core/clock.ts"
import { redisStore } from "../../src/stores/redis.ts"
import { storeContract } from "../../src/testing/store-contract.ts"
import { clockAhead, CLIENTS, DAY, newPrefix, opened } from "./lab.ts"
import { findRedis, hasRedis, type RedisAt } from "./start-redis.ts"

const holders = [
  ...CLIENTS.map((name) => ({ name, clock: systemClock, whose: "" })),
  { name: "ioredis", clock: clockAhead(DAY), whose: ", in a process whose clock is a day ahead" } as const,
]

describe.skipIf(!hasRedis)("redisStore", () => {
  let redis: RedisAt
  const connected: Awaited<ReturnType<typeof opened>>[] = []
  let begin!: () => void
  const begun = new Promise<void>((resolve) => {
    begin = resolve
  })
  beforeAll(async () => {
    redis = await findRedis()
    for (const { name } of holders) connected.push(await opened(name, redis.url))
    begin()
  })
  afterAll(async () => {
    for (const { close } of connected) close()
    await redis?.stop()
  })

  // In real time, in which a lease lasts ten seconds: so all of them run at once.
  const atOnce = (title: string, body: () => void | Promise<void>) => {
    const running = begun.then(body).then(
      () => [],
      (error: unknown) => [error],
    )
    it(
      title,
      async () => {
        for (const error of await running) throw error
      },
      60_000,
    )
  }

  for (const [index, { name, clock, whose }] of holders.entries()) {
    describe(`by ${name}${whose}`, () => {
      const create = () => redisStore({ client: connected[index]!.client, prefix: newPrefix() })
      storeContract({ create, clock, advance: (ms) => sleep(ms) }, { describe, it: atOnce })
    })
  }
})
