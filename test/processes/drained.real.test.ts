import { connect } from "node:net"
import { afterAll, describe, expect, test, vi } from "vitest"
import { closeAll, whenOver } from "../redis/closing.ts"
import { hasRedis, hasRedisServer, startRedis } from "../redis/start-redis.ts"
import { Application } from "./application.ts"
import { holdRefreshes } from "./hold-refreshes.ts"
import { redisAndScript } from "./redis-and-script.ts"
import type { Answer } from "./visitor.ts"

afterAll(closeAll)

describe.skipIf(!hasRedis)("a server that is told to end (SIGTERM)", () => {
  const at = redisAndScript()

  test("carries its refresh through, and nobody waits for its lease", async () => {
    const application = await Application.begin(at.script.path, at.redis)
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

  test.skipIf(!hasRedisServer)("while Redis is away keeps what it was granted until Redis is back", { timeout: 60_000 }, async () => {
    const own = await startRedis({ persists: true })
    whenOver(() => own.stop())
    const application = await Application.begin(at.script.path, own)
    const { stats } = application.emulator
    const [ending, other] = await application.startAll(2)
    const { visitor } = await application.signInExpired(other!)
    const held = holdRefreshes(application.emulator, "at once")
    const asked = visitor.ask(ending!)
    await vi.waitFor(() => expect(held.many).toBe(1), { timeout: 10_000 })
    await own.kill()
    held.release()
    expect((await asked).status).toBe(200)
    ending!.process.kill("SIGTERM")
    // Before that, whoever asks waits for Redis first, for 5 s.
    await vi.waitFor(async () => expect(await isListening(ending!.url)).toBe(false), { timeout: 10_000 })
    await vi.waitFor(() => expect(visitor.session(ending!)).rejects.toThrow(), { timeout: 10_000 })
    await own.start()
    expect(await ending!.ended).toBe(0)
    expect((await vi.waitFor(() => answered(visitor.ask(other!)), { timeout: 20_000 })).status).toBe(200)
    expect([stats.refreshes, stats.reused]).toEqual([1, 0])
  })
})

/** Whether a server still takes connections. */
function isListening(url: string): Promise<boolean> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1")
  return new Promise<boolean>((resolve) => {
    socket.once("connect", () => resolve(true))
    socket.once("error", () => resolve(false))
  }).finally(() => socket.destroy())
}

/** An answer that is none of "not now". */
async function answered(asked: Promise<Answer>): Promise<Answer> {
  const answer = await asked
  expect(answer.status).not.toBe(503)
  return answer
}
