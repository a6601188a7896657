import { afterAll, beforeAll } from "vitest"
import type { Script } from "../bundles/script-of.ts"
import { findRedis, type RedisAt } from "../redis/start-redis.ts"
import { serverScript } from "./spawn-server.ts"

/** What the servers of a block of tests run on, and run; there while its tests run. */
export interface RedisAndScript {
  readonly redis: RedisAt
  readonly script: Script
}

/** A Redis and the script of a server's process, for the tests of the block that this is called in. */
export function redisAndScript(): RedisAndScript {
  const at: { redis?: RedisAt; script?: Script } = {}
  beforeAll(async () => {
    at.redis = await findRedis()
    at.script = await serverScript()
  }, 60_000)
  afterAll(async () => {
    at.script?.remove()
    await at.redis?.stop()
  })
  return at as RedisAndScript
}
