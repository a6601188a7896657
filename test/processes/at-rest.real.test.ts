import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { afterAll, describe, expect, test, vi } from "vitest"
import { closeAll, whenOver } from "../redis/closing.ts"
import { hasRedis } from "../redis/start-redis.ts"
import { startServers } from "./application.ts"
import { atATime } from "./at-a-time.ts"
import { redisAndScript } from "./redis-and-script.ts"
import { Visitor } from "./visitor.ts"

const SESSIONS = Number(process.env["SESSIONS_AT_REST"] ?? 2_000)
/** Sessions before those that count: code is compiled, pools are filled. */
const WARM_UP = Math.max(2_000, SESSIONS / 5)
const AT_A_TIME = 10
const MOST_BYTES = 1024 * 1024

afterAll(closeAll)

describe.skipIf(!hasRedis)("sessions at rest", () => {
  const at = redisAndScript()

  test(
    `${SESSIONS} of them, each of which has had a request answered, cost the process nothing`,
    { timeout: 1_800_000 },
    async ({ task }) => {
      const api = await startApi()
      const provider = { tokenUrl: `${api.url}/token`, clientId: "shop" }
      const [server] = await startServers(at.script.path, at.redis, { provider, upstream: api.url }, 1)
      const live = (many: number) =>
        atATime(
          AT_A_TIME,
          Array.from({ length: many }, (_, index) => async () => {
            const visitor = new Visitor()
            const tokens = { accessToken: `access ${index}`, refreshToken: `refresh ${index}`, expiresAt: Date.now() + 3_600_000 }
            await visitor.comeBack(server!, { tokens })
            expect((await visitor.ask(server!)).status).toBe(200)
          }),
        )
      await live(WARM_UP)
      const before = await server!.holds()
      await live(SESSIONS)
      expect(api.answered).toBe(WARM_UP + SESSIONS)
      // Some of what is garbage is found late; what is held stays.
      const bytes = await vi.waitFor(
        async () => {
          const { heapBytes, timers } = await server!.holds()
          expect(heapBytes - before.heapBytes).toBeLessThanOrEqual(MOST_BYTES)
          expect(timers).toBe(0)
          return heapBytes - before.heapBytes
        },
        { timeout: 10_000, interval: 500 },
      )
      task.meta.proof = {
        what: "a process with createSessionHandler() and redisStore(): sessions that have had a request answered, and are at rest",
        many: `${SESSIONS} sessions`,
        result: `the heap is ${Math.round(bytes / 1024)} KiB larger than before them; no timer`,
      }
    },
  )
})

/** An API that takes every bearer. */
async function startApi() {
  let answered = 0
  const server = createServer((request, response) => {
    const isBearer = /^Bearer access \d+$/.test(request.headers.authorization ?? "")
    if (isBearer) answered += 1
    response.writeHead(isBearer ? 200 : 401, { "content-type": "application/json" }).end("{}")
  })
  await new Promise<void>((resolve) => server.listen({ port: 0, host: "127.0.0.1" }, resolve))
  whenOver(() => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get answered() {
      return answered
    },
  }
}
