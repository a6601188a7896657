import { afterAll, describe, test, type ExpectStatic } from "vitest"
import { systemClock } from "../../src/core/clock.ts"
import { createSession, StoreUnavailableError, type Session } from "../../src/index.ts"
import { vault } from "../../src/providers/vault.ts"
import { startEmulator } from "../../src/testing/node.ts"
import { closeAll, whenOver } from "./closing.ts"
import { CLIENTS, holderOf, newPrefix, storeBy, type ClientName, seconds } from "./lab.ts"
import { hasRedisServer, startRedis, type RedisServer } from "./start-redis.ts"

afterAll(closeAll)

// In real time, side by side: the store waits 5 s for a Redis that is away.
describe.skipIf(!hasRedisServer).concurrent("S33 sessions on a redisStore", () => {
  /** A session, a second holder of it by another client, and a Redis that keeps on disk what it holds. */
  async function lives(
    expect: ExpectStatic,
    name: ClientName,
    options: { readonly fetch?: (redis: RedisServer) => typeof globalThis.fetch } = {},
  ) {
    const redis = await startRedis({ persists: true })
    whenOver(() => redis.stop())
    const emulator = await startEmulator("vault", { graceS: 0 })
    whenOver(() => emulator.close())
    const prefix = newPrefix()
    const holder = async (client: ClientName, more: object = {}): Promise<Session<unknown, unknown>> => {
      const store = await storeBy(client, redis.url, { prefix })
      const session = createSession({ provider: vault(emulator.options), baseURL: emulator.url, store, ...more })
      whenOver(() => session.stop())
      return session
    }
    const session = await holder(name, options.fetch && { fetch: options.fetch(redis) })
    const other = await holder(name === "redis" ? "ioredis" : "redis")
    await Promise.all([session.ready(), other.ready()])
    await session.accept(await emulator.mint())
    await expect.poll(() => other.getSnapshot(), seconds).toMatchObject({ status: "active", generation: 1 })
    const told: unknown[] = []
    session.on("degraded", ({ why }) => told.push(why))
    session.on("recovered", () => told.push("recovered"))
    session.on("ended", ({ reason }) => told.push(`ended: ${reason}`))
    return { redis, emulator, holder, session, other, told, prefix }
  }

  test.for(CLIENTS)(
    "whose Redis dies and comes back stay signed in, and refresh as soon as they can (%s)",
    { timeout: 90_000 },
    async (name, { expect }) => {
      const { redis, emulator, session, other, told } = await lives(expect, name)
      await redis.kill()
      emulator.revokeAccessToken()
      const waiting = session.fetch("/resource")
      await expect
        .poll(() => session.getSnapshot(), seconds)
        .toMatchObject({ authenticated: true, status: "refreshing", degraded: "store" })
      expect(session.getSnapshot().error).toBeInstanceOf(StoreUnavailableError)
      expect(session.getSnapshot().error?.message).toMatch(
        /^vault: the redis store failed \(Redis: .*\); it is tried again; nobody is logged out by it$/,
      )
      expect(emulator.stats.refreshes).toBe(0)
      await redis.start()
      expect((await waiting).status).toBe(200)
      expect(session.getSnapshot()).toMatchObject({ status: "active", generation: 2, degraded: null, error: null })
      expect(told).toEqual(["store", "recovered"])
      // It has lost its connection, too, and listens again.
      await expect.poll(() => other.getSnapshot(), seconds).toMatchObject({ status: "active", generation: 2 })
      await other.refresh()
      await expect.poll(() => session.getSnapshot(), seconds).toMatchObject({ status: "active", generation: 3 })
      await session.logout()
      await expect.poll(() => other.getSnapshot(), seconds).toMatchObject({ status: "loggedOut", reason: "elsewhere" })
      expect(emulator.stats).toMatchObject({ refreshes: 2, reused: 0 })
    },
  )

  test.for(CLIENTS)(
    "whose Redis dies between the answer and its storing use the grant, and store it later (%s)",
    { timeout: 90_000 },
    async (name, { expect }) => {
      let hasDied = false
      const { redis, emulator, session, other, told, prefix } = await lives(expect, name, {
        fetch: (server) => async (input, init) => {
          const answer = await fetch(input, init)
          if (String(input instanceof Request ? input.url : input).includes("/auth/token") && !hasDied) {
            hasDied = true
            await server.kill()
          }
          return answer
        },
      })
      await session.refresh()
      expect(session.getSnapshot()).toMatchObject({ status: "active", usable: true, generation: 2, degraded: "store" })
      expect((await session.fetch("/resource")).status).toBe(200)
      await redis.start()
      await expect.poll(() => session.getSnapshot(), seconds).toMatchObject({ status: "active", generation: 2, degraded: null })
      await expect.poll(() => other.getSnapshot(), seconds).toMatchObject({ status: "active", generation: 2 })
      expect(told).toEqual(["store", "recovered"])
      expect(emulator.stats).toMatchObject({ refreshes: 1, reused: 0 })
      const looking = holderOf(await storeBy(name, redis.url, { prefix }), "looks", systemClock)
      expect(await looking.read()).toMatchObject({ generation: 2, sentAt: null, lease: null })
    },
  )

  test("that begin while Redis is away wait, and are not nobody", { timeout: 60_000 }, async ({ expect }) => {
    const { redis, holder, session } = await lives(expect, "ioredis")
    await redis.kill()
    const reloaded = await holder("ioredis")
    const ready = reloaded.ready()
    await expect.poll(() => reloaded.getSnapshot(), seconds).toMatchObject({ status: "restoring", degraded: "store", reason: null })
    await redis.start()
    expect(await ready).toMatchObject({ status: "active", sid: session.getSnapshot().sid })
  })
})
