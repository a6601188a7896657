import { afterEach, describe, expect, test } from "vitest"
import { closeAll } from "../redis/closing.ts"
import { hasRedis } from "../redis/start-redis.ts"
import { Application, PROCESSES } from "./application.ts"
import { atATime } from "./at-a-time.ts"
import { redisAndScript } from "./redis-and-script.ts"
import { statuses } from "./statuses.ts"

const SESSIONS = Number(process.env["SESSIONS"] ?? 10)
const CALLERS = Number(process.env["CALLERS"] ?? 40)
/** Requests that are under way at a time: those of several sessions, all of whose callers come at once. */
const UNDER_WAY = 400
const ROTATIONS = Number(process.env["ROTATIONS"] ?? 20)

describe.skipIf(!hasRedis)(`${PROCESSES} processes before a provider that takes a refresh token once`, () => {
  const at = redisAndScript()
  afterEach(closeAll)

  test(`S25 ${SESSIONS} expired sessions with ${CALLERS} callers each are refreshed once each`, { timeout: 300_000 }, async ({ task }) => {
    const application = await Application.begin(at.script.path, at.redis)
    const servers = await application.startAll()
    const { stats, ledger } = application.emulator
    const sessions = await Promise.all(
      Array.from({ length: SESSIONS }, (_, index) => application.signInExpired(servers[index % PROCESSES]!)),
    )
    // Connections are there, as they are in a server that has been at work: fetch lets those wait longest that need a new one.
    const early = await application.signIn(servers[0]!)
    await Promise.all(Array.from({ length: UNDER_WAY }, (_, caller) => early.ask(servers[caller % PROCESSES]!)))
    // The API knows as well as the servers that these have expired.
    application.emulator.revokeAccessToken()
    const took: number[] = []
    const calls = sessions.flatMap(({ visitor }) =>
      Array.from({ length: CALLERS }, (_, caller) => async () => {
        const began = performance.now()
        const answer = await visitor.ask(servers[caller % PROCESSES]!)
        took.push(performance.now() - began)
        return answer
      }),
    )
    const answers = await atATime(UNDER_WAY, calls)
    expect(statuses(answers)).toEqual({ 200: SESSIONS * CALLERS })
    expect({ refreshes: stats.refreshes, reused: stats.reused, unauthorized: stats.unauthorized }).toEqual({
      refreshes: SESSIONS,
      reused: 0,
      unauthorized: 0,
    })
    expect(ledger.refreshCredentials.filter(({ state }) => state === "live")).toHaveLength(SESSIONS + 1)
    const [p50, p99] = [0.5, 0.99].map((share) => `${Math.round(took.sort((a, b) => a - b)[Math.floor(took.length * share)]!)} ms`)
    const result = `${(stats.refreshes / SESSIONS).toFixed(2)} refreshes per session, 0 lost; p50 ${p50}, p99 ${p99}`
    console.info(`${PROCESSES} processes, ${SESSIONS} sessions, ${CALLERS} callers: ${result}`)
    task.meta.proof = {
      what: `S25: ${PROCESSES} processes with createSessionHandler() and redisStore() before a strict single-use provider: expired sessions, the callers of each all at once, ${UNDER_WAY} requests under way`,
      many: `${SESSIONS} sessions × ${CALLERS} callers`,
      result,
    }
  })

  test(`S01 S10 a session is rotated ${ROTATIONS} times by 401s that all processes see at once`, { timeout: 300_000 }, async ({ task }) => {
    const application = await Application.begin(at.script.path, at.redis)
    const servers = await application.startAll()
    const { emulator } = application
    const visitor = await application.signIn(servers[0]!)
    for (let rotation = 1; rotation <= ROTATIONS; rotation++) {
      emulator.revokeAccessToken()
      const answers = await Promise.all([...servers, ...servers].map((server) => visitor.ask(server)))
      expect(statuses(answers)).toEqual({ 200: 8 })
      expect([emulator.stats.refreshes, emulator.stats.reused]).toEqual([rotation, 0])
    }
    expect(emulator.ledger.refreshCredentials.map(({ presented }) => presented.length)).toEqual([...Array(ROTATIONS).fill(1), 0])
    expect((await visitor.session(servers[3]!)).body).toMatchObject({ session: { generation: ROTATIONS + 1 } })
    task.meta.proof = {
      what: `S01 S10: one session, rotated by 401s that ${PROCESSES} processes see at once`,
      many: `${ROTATIONS} rotations`,
      result: "each refresh token presented once, 0 lost",
    }
  })
})
