import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { getRequestListener } from "@hono/node-server"
import { oauth2, type OAuth2Options } from "../../src/providers/oauth2.ts"
import { createSessionHandler } from "../../src/server/index.ts"
import { redisStore } from "../../src/stores/redis.ts"
import { clockAhead, opened, type ClientName } from "../redis/lab.ts"
import { watched, type Point } from "./watched-store.ts"

/** What a server's process is started with, as JSON. */
export interface ServerOptions {
  readonly provider: OAuth2Options
  readonly upstream: string
  readonly origin: string
  readonly keys: readonly string[]
  readonly redis: { readonly client: ClientName; readonly url: string; readonly prefix: string }
  /** How wrong its clock is, ms. */
  readonly aheadMs?: number
  /** Where its first refresh kills it. */
  readonly diesAt?: Point
}

/** What it tells. */
export type ServerWord = { readonly port: number } | { readonly commit: string } | { readonly held: Held }

/** What a process holds when it has collected its garbage. */
export interface Held {
  readonly heapBytes: number
  /** Timers that would keep it alive. */
  readonly timers: number
}

const { provider, upstream, origin, keys, redis, aheadMs = 0, diesAt } = JSON.parse(process.argv[2]!) as ServerOptions
const tell = (word: ServerWord) => process.send!(word)

const { client, close } = await opened(redis.client, redis.url)
const store = watched(redisStore({ client, prefix: redis.prefix }), diesAt, (commit) => tell({ commit }))
const handler = createSessionHandler({ provider: oauth2(provider), upstream, origin, keys, store, clock: clockAhead(aheadMs) })

/** Where a login ends that is not ours: with tokens as an application has them, or a reply of the provider's as it came. */
async function callback(request: Request): Promise<Response> {
  const { tokens, reply } = (await request.json()) as CallbackBody
  return handler.accept(request, tokens ?? Response.json(reply))
}

/** What the route `/callback` takes: one of the two. */
export interface CallbackBody {
  readonly tokens?: { readonly accessToken: string; readonly refreshToken: string; readonly expiresAt?: number; readonly user?: unknown }
  readonly reply?: unknown
}

const answer = (request: Request) => (new URL(request.url).pathname === "/callback" ? callback(request) : handler(request))
const server = createServer({ keepAliveTimeout: 60_000 }, getRequestListener(answer, { overrideGlobalObjects: false }))
server.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, () => tell({ port: (server.address() as AddressInfo).port }))

process.on("message", async () => {
  // What was just done is over a few turns later, and some of it is collected only after that.
  for (let turns = 0; turns < 5; turns++) {
    await new Promise(setImmediate)
    globalThis.gc!()
  }
  const timers = process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length
  tell({ held: { heapBytes: process.memoryUsage().heapUsed, timers } })
})

process.once("SIGTERM", async () => {
  // Connections that have their answer would be kept alive.
  const idle = setInterval(() => server.closeIdleConnections(), 20)
  await new Promise((resolve) => server.close(resolve))
  clearInterval(idle)
  await handler.close()
  close()
  process.disconnect()
})
