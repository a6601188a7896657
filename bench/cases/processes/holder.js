// A process that holds sessions which rest in Redis, and does as it is told.
import { Redis } from "ioredis"
import { createSession } from "../../../dist/src/index.js"
import { oauth2 } from "../../../dist/src/providers/oauth2.js"
import { redisStore } from "../../../dist/src/stores/redis.js"
import { told } from "../../run/told.js"

const { redis, server, sessions: many, grants } = told
const store = redisStore({ client: new Redis(redis), prefix: "bench" })
const provider = oauth2({ tokenUrl: `${server}/token`, clientId: "bench", apiUrl: server })

const sessions = []
for (let nth = 0; nth < many; nth++) {
  const session = createSession({ provider, baseURL: server, store: store.slot(`session-${nth}`), keepAlive: "on-demand" })
  if (grants !== null) await session.accept(grants[nth])
  else await session.ready()
  sessions.push(session)
}
process.on("message", async () => {
  await Promise.all(sessions.map((session) => session.refresh()))
  process.send("done")
})
process.send("ready")
