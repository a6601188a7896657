import { Redis } from "ioredis"
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import { redisStore } from "../../src/stores/redis.ts"
import { systemClock } from "../../src/core/clock.ts"
import { closeAll, whenOver } from "./closing.ts"
import { command, newPrefix, seconds } from "./lab.ts"
import { proxyTo } from "./proxy.ts"
import { hasRedisServer, startRedis, type RedisServer } from "./start-redis.ts"

describe.skipIf(!hasRedisServer)("the connection by which a redisStore by ioredis listens", () => {
  let redis: RedisServer
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterEach(closeAll)
  afterAll(() => redis?.stop())

  /** What nobody catches ends a server's process. */
  function uncaught(): unknown[] {
    const seen: unknown[] = []
    const note = (reason: unknown) => seen.push(reason)
    const listeners = process.listeners("unhandledRejection")
    process.removeAllListeners("unhandledRejection").on("unhandledRejection", note)
    whenOver(() => {
      process.off("unhandledRejection", note)
      for (const listener of listeners) process.on("unhandledRejection", listener)
    })
    return seen
  }

  test("S33 may be closed at the moment at which it is there again", async () => {
    const seen = uncaught()
    const proxy = await proxyTo(redis.port)
    const client = new Redis(proxy.url)
    whenOver(() => client.disconnect())
    const lines: Redis[] = []
    const duplicate = client.duplicate.bind(client)
    client.duplicate = (override) => {
      const line = duplicate(override)
      lines.push(line)
      return line
    }
    const prefix = newPrefix()
    const connection = redisStore({ client, prefix }).connect({ holder: "listens", clock: systemClock })
    connection.watch(() => {})
    await expect.poll(() => command(client, "PUBSUB", "CHANNELS"), seconds).toContain(`${prefix}:default`)
    const [line] = lines as [Redis]
    const isThereAgain = new Promise<void>((there) => {
      line.once("ready", () => {
        connection.close()
        there()
      })
    })
    proxy.loseAnswerTo("subscribe")
    await command(client, "CLIENT", "KILL", "TYPE", "pubsub")
    await isThereAgain
    await expect.poll(() => line.status, seconds).toBe("end")
    await new Promise((passed) => setImmediate(passed))
    expect(seen).toEqual([])
  })
})
