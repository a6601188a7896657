import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest"
import { LEASE_MS } from "../../src/core/store.ts"
import { closeAll, whenOver } from "../redis/closing.ts"
import { hasRedisServer, startRedis } from "../redis/start-redis.ts"
import { Application } from "./application.ts"
import { holdRefreshes } from "./hold-refreshes.ts"
import { serverScript, type ServerProcess } from "./spawn-server.ts"
import { statuses } from "./statuses.ts"
import type { Answer, Visitor } from "./visitor.ts"

const SESSIONS = Number(process.env["AWAY_SESSIONS"] ?? 8)
const OUTAGES = Number(process.env["OUTAGES"] ?? 1)
/** Long enough that nobody's lease is good any more, ms. */
const AWAY_MS = LEASE_MS + Number(process.env["AWAY_LONGER_MS"] ?? 3_000)
const SOON = { timeout: 30_000, interval: 100 }

afterAll(closeAll)

// In real time: a lease lasts as long as it lasts.
describe.skipIf(!hasRedisServer)(
  "S03 S33 Redis is away for longer than a lease, a strict provider has answered, and the grant waits in one process",
  { concurrent: OUTAGES === 1, timeout: 600_000 },
  () => {
    let script: Awaited<ReturnType<typeof serverScript>>
    beforeAll(async () => {
      script = await serverScript()
    }, 60_000)
    afterAll(() => script?.remove())

    test.for(["killed", "frozen"] as const)("%s: every process asks as soon as it is back, and nothing is lost", async (how, { task }) => {
      for (let outage = 0; outage < OUTAGES; outage++) {
        const redis = await startRedis({ persists: true })
        whenOver(() => redis.stop())
        const application = await Application.begin(script.path, redis)
        const servers = await application.startAll()
        const { stats, ledger } = application.emulator
        const sessions = await Promise.all(Array.from({ length: SESSIONS }, () => application.signInExpired(servers[0]!)))
        const held = holdRefreshes(application.emulator, "at once", SESSIONS)
        const asked = sessions.map(({ visitor }, index) => visitor.ask(servers[index % servers.length]!))
        await vi.waitFor(() => expect(held.many).toBe(SESSIONS), SOON)
        await (how === "killed" ? redis.kill() : redis.freeze())
        held.release()
        // What was granted is used meanwhile.
        expect(statuses(await Promise.all(asked))).toEqual({ 200: SESSIONS })
        await sleep(AWAY_MS)
        await (how === "killed" ? redis.start() : redis.thaw())
        const after = await Promise.all(sessions.flatMap(({ visitor }) => servers.map((server) => insist(visitor, server))))
        expect(statuses(after)).toEqual({ 200: SESSIONS * servers.length })
        expect({ refreshes: stats.refreshes, reused: stats.reused }).toEqual({ refreshes: SESSIONS, reused: 0 })
        expect(ledger.refreshCredentials.filter(({ state }) => state === "live")).toHaveLength(SESSIONS)
      }
      task.meta.proof = {
        what: `S03 S33: Redis is ${how} between a refresh and its storing, for longer than a lease; strict provider, 4 processes`,
        many: `${OUTAGES} outages of ${Math.round(AWAY_MS / 1000)} s and more, ${SESSIONS} sessions each`,
        result: "0 lost, each refreshed once",
      }
    })
  },
)

/** Asks until there is an answer that is none of "not now". */
function insist(visitor: Visitor, server: ServerProcess): Promise<Answer> {
  return vi.waitFor(async () => {
    const answer = await visitor.ask(server)
    expect(answer.status).not.toBe(503)
    return answer
  }, SOON)
}
