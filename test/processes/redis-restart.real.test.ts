import { afterAll, beforeAll, describe, expect, test, vi } from "vitest"
import { LEASE_MS } from "../../src/core/store.ts"
import { closeAll, whenOver } from "../redis/closing.ts"
import { hasRedisServer, startRedis, type RedisServer } from "../redis/start-redis.ts"
import { Application } from "./application.ts"
import { holdRefreshes } from "./hold-refreshes.ts"
import { serverScript, type ServerProcess } from "./spawn-server.ts"
import { statuses } from "./statuses.ts"
import type { Answer, Visitor } from "./visitor.ts"

const SESSIONS = Number(process.env["RESTART_SESSIONS"] ?? 8)
const RESTARTS = Number(process.env["RESTARTS"] ?? 1)
const SOON = { timeout: 30_000, interval: 100 }

afterAll(closeAll)

describe.skipIf(!hasRedisServer)(
  "S33 Redis is stopped and started while sessions are refreshed",
  { concurrent: RESTARTS === 1, timeout: 300_000 },
  () => {
    let script: Awaited<ReturnType<typeof serverScript>>
    beforeAll(async () => {
      script = await serverScript()
    }, 60_000)
    afterAll(() => script?.remove())

    async function begun(): Promise<[RedisServer, Application, ServerProcess[]]> {
      const redis = await startRedis({ persists: true })
      whenOver(() => redis.stop())
      const application = await Application.begin(script.path, redis)
      return [redis, application, await application.startAll()]
    }

    /** Asks until there is an answer that is none of "not now". */
    const insist = (visitor: Visitor, server: ServerProcess): Promise<Answer> =>
      vi.waitFor(async () => {
        const answer = await visitor.ask(server)
        expect(answer.status).not.toBe(503)
        return answer
      }, SOON)

    test.for([
      ["at once", null],
      ["after its callers have their answers", 0],
      ["when its lease has run out", LEASE_MS + 500],
    ] as const)("between sending and storing; back %s", async ([when, awayMs], { task }) => {
      for (let restart = 0; restart < RESTARTS; restart++) {
        const [redis, application, servers] = await begun()
        const { stats } = application.emulator
        const gone = await application.signIn(servers[0]!)
        expect((await gone.logOut(servers[1]!)).body).toEqual({ revoked: true })
        const sessions = await Promise.all(Array.from({ length: SESSIONS }, () => application.signInExpired(servers[0]!)))
        const held = holdRefreshes(application.emulator, "at once", SESSIONS)
        const asked = sessions.map(({ visitor }, index) => visitor.ask(servers[index % servers.length]!))
        await vi.waitFor(() => expect(held.many).toBe(SESSIONS), SOON)
        const sentAt = Date.now()
        await redis.kill()
        held.release()
        // The grant that cannot be stored is used all the same, after a while.
        if (awayMs !== null) {
          expect(statuses(await Promise.all(asked))).toEqual({ 200: SESSIONS })
          await vi.waitFor(() => expect(Date.now() - sentAt).toBeGreaterThanOrEqual(awayMs), SOON)
        }
        await redis.start()
        expect(statuses(await Promise.all(asked))).toEqual({ 200: SESSIONS })
        const after = await Promise.all(sessions.flatMap(({ visitor }) => servers.map((server) => insist(visitor, server))))
        expect(statuses(after)).toEqual({ 200: SESSIONS * servers.length })
        expect({ refreshes: stats.refreshes, reused: stats.reused }).toEqual({ refreshes: SESSIONS, reused: 0 })
        expect((await vi.waitFor(() => gone.session(servers[2]!), SOON)).status).toBe(204)
      }
      task.meta.proof = {
        what: `S33: Redis is killed between sending and storing, and started again ${when}; strict provider`,
        many: `${RESTARTS} restarts, ${SESSIONS} sessions each`,
        result: "0 lost, each refreshed once",
      }
    })

    test("before requests come: they are told to come again, and nobody is logged out", async () => {
      const [redis, application, servers] = await begun()
      const sessions = await Promise.all(Array.from({ length: SESSIONS }, () => application.signInExpired(servers[0]!)))
      await redis.kill()
      const away = await Promise.all(sessions.map(({ visitor }, index) => visitor.ask(servers[index % servers.length]!)))
      expect(statuses(away)).toEqual({ 503: SESSIONS })
      expect(new Set(away.map(({ cookie }) => cookie))).toEqual(new Set([null]))
      await redis.start()
      const back = await Promise.all(sessions.flatMap(({ visitor }) => servers.map((server) => insist(visitor, server))))
      expect(statuses(back)).toEqual({ 200: SESSIONS * servers.length })
      expect([application.emulator.stats.refreshes, application.emulator.stats.reused]).toEqual([SESSIONS, 0])
    })
  },
)
