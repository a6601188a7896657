// D: what a session costs this process that rests in a store elsewhere (Redis). Argument: { sessions }.
import { Redis } from "ioredis"
import { createSession } from "../../dist/src/index.js"
import { oauth2 } from "../../dist/src/providers/oauth2.js"
import { redisStore } from "../../dist/src/stores/redis.js"
import { api } from "../stub/api.js"
import { createProvider } from "../stub/provider.js"
import { hasRedisServer, startRedis } from "../stub/redis-server.js"
import { told } from "../run/told.js"

const { sessions } = told
const WARM_UP = 1_000

if (!hasRedisServer) {
  console.log(JSON.stringify({ missing: "there is no redis-server on this machine" }))
  process.exit()
}
const redis = await startRedis()
const client = new Redis(redis.url)
const store = redisStore({ client, prefix: "bench" })
const stub = createProvider()
const provider = oauth2({ tokenUrl: api.tokenUrl, clientId: "bench", apiUrl: api.origin })

await layDown(WARM_UP, "warm-up")
const before = await heap()
await layDown(sessions, "resting")
const bytes = ((await heap()) - before) / sessions
const timers = process.getActiveResourcesInfo().filter((name) => name === "Timeout").length
const waked = createSession({ provider, baseURL: api.origin, fetch: stub.fetch, store: store.slot("resting-0") })
const { authenticated } = await waked.ready()
console.log(JSON.stringify({ bytes, comesBack: authenticated, timers }))
redis.stop()
process.exit()

async function layDown(many, name) {
  for (let nth = 0; nth < many; nth++) {
    const session = createSession({ provider, baseURL: api.origin, fetch: stub.fetch, store: store.slot(`${name}-${nth}`) })
    // Tokens that the stub does not remember: its memory is in this process, too.
    await session.accept({ accessToken: `access-${nth}`, refreshToken: `refresh-${nth}`, expiresAt: Date.now() + 900_000 })
    session.stop()
    await session.stopped
  }
}

async function heap() {
  for (let time = 0; time < 3; time++) {
    globalThis.gc()
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
