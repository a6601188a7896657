import { serve } from "@hono/node-server"
import { serveStatic } from "@hono/node-server/serve-static"
import { Hono } from "hono"
import { Redis } from "ioredis"
import { randomBytes } from "node:crypto"
import { commerceEngine } from "sessionchart/providers/commerce-engine"
import { createSessionHandler } from "sessionchart/server"
import { memoryStore } from "sessionchart/stores/memory"
import { redisStore } from "sessionchart/stores/redis"
import { startEmulator } from "sessionchart/testing/node"

const { PORT = "3000", PROVIDER_URL, REDIS_URL, SESSION_KEY } = process.env
const redis = REDIS_URL === undefined ? null : new Redis(REDIS_URL)
const baseUrl = PROVIDER_URL ?? (await emulated())

const handler = createSessionHandler({
  provider: commerceEngine({ baseUrl, apiKey: "emulated-api-key" }),
  upstream: baseUrl,
  origin: `http://localhost:${PORT}`,
  keys: [SESSION_KEY ?? randomBytes(32).toString("base64")], // without a key of yours, sessions end with this process
  store: redis === null ? memoryStore() : redisStore({ client: redis }), // Redis as soon as there is more than one process
  cookie: { secure: false }, // only here, on loopback
  idleTimeoutMs: 30 * 60_000,
})

const app = new Hono()
app.all("/auth/*", (context) => handler(context.req.raw))
app.use("/*", serveStatic({ root: new URL("../web", import.meta.url).pathname }))

const server = serve({ fetch: app.fetch, port: Number(PORT), hostname: "localhost" }, () => console.log(`http://localhost:${PORT}`))

process.once("SIGTERM", () => {
  server.close(async () => {
    await handler.close() // what is under way is carried through
    redis?.disconnect()
    process.exit(0)
  })
})

/** A provider that lives in this process. */
async function emulated(): Promise<string> {
  const { url, credentials } = await startEmulator("commerce-engine", { accessTokenTtlS: 60 })
  console.log(`Log in as ${credentials.email} with the password ${credentials.password}`)
  return url
}
