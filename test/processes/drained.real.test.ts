import { afterAll, beforeAll, describe, expect, test, vi } from "vitest"
import { closeAll } from "../redis/closing.ts"
import { findRedis, hasRedis, type RedisAt } from "../redis/start-redis.ts"
import { Application } from "./application.ts"
import { holdRefreshes } from "./hold-refreshes.ts"
import { serverScript } from "./spawn-server.ts"

afterAll(closeAll)

describe.skipIf(!hasRedis)("a server that is told to end (SIGTERM)", () => {
  let redis: RedisAt
  let script: Awaited<ReturnType<typeof serverScript>>
  beforeAll(async () => {
    redis = await findRedis()
    script = await serverScript()
  }, 60_000)
  afterAll(async () => {
    script?.remove()
    await redis?.stop()
  })

  test("carries its refresh through, and nobody waits for its lease", async () => {
    const application = await Application.begin(script.path, redis)
    const { stats } = application.emulator
    const [ending, other] = await application.startAll(2)
    const { visitor } = await application.signInExpired(other!)
    const held = holdRefreshes(application.emulator, "at once")
    const asked = visitor.ask(ending!)
    await vi.waitFor(() => expect(held.many).toBe(1), { timeout: 10_000 })
    ending!.process.kill("SIGTERM")
    const askedOther = visitor.ask(other!)
    await vi.waitFor(() => expect(visitor.session(ending!)).rejects.toThrow(), { timeout: 10_000 })
    held.release()
    const since = Date.now()
    expect([(await asked).status, (await askedOther).status]).toEqual([200, 200])
    expect(Date.now() - since, "as long as a lease").toBeLessThan(5_000)
    expect(await ending!.ended).toBe(0)
    expect([stats.refreshes, stats.reused]).toEqual([1, 0])
  })
})
