import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, describe, expect, test } from "vitest"
import { closeAll } from "../redis/closing.ts"
import { hasRedis } from "../redis/start-redis.ts"
import { Application } from "./application.ts"
import { redisAndScript } from "./redis-and-script.ts"
import { statuses } from "./statuses.ts"
import type { Answer } from "./visitor.ts"

const DAY = 86_400_000
const SESSIONS = Number(process.env["CLOCK_SESSIONS"] ?? 4)
/** How often a session's token runs out while it is watched. */
const EXPIRIES = Number(process.env["EXPIRIES"] ?? 3)
/** Twice as long as sixteen requests take on a machine that is busy: one that meets its token's end both times is answered 401. */
const LIFETIME_S = 4
const ASK_EVERY_MS = 250

afterAll(closeAll)

describe.skipIf(!hasRedis).concurrent("S08 one of four processes has a clock that is 24 h wrong", { timeout: 300_000 }, () => {
  const at = redisAndScript()

  const cases = { ahead: DAY, behind: -DAY }

  for (const [direction, aheadMs] of Object.entries(cases)) {
    const start = async (options: Parameters<typeof Application.begin>[2] = {}) => {
      const application = await Application.begin(at.script.path, at.redis, options)
      return { application, servers: [await application.start({ aheadMs }), ...(await application.startAll(3))] }
    }

    test(`${direction}: a good token is good in all of them, an expired one is refreshed once`, async () => {
      const { application, servers } = await start()
      const { emulator } = application
      for (const [index, server] of servers.entries()) {
        const visitor = await application.signIn(server)
        for (let rotation = 1; rotation <= 3; rotation++) {
          expect(statuses(await Promise.all([...servers, ...servers].map((asked) => visitor.ask(asked))))).toEqual({ 200: 8 })
          expect([emulator.stats.refreshes, emulator.stats.reused]).toEqual([index * 2 + rotation - 1, 0])
          if (rotation < 3) emulator.revokeAccessToken()
        }
      }
    })

    test(`${direction}: tokens of ${LIFETIME_S} s are refreshed when they run out, and not more often`, async ({ task }) => {
      const { application, servers } = await start({ accessTokenTtlS: LIFETIME_S })
      const { emulator } = application
      const began = Date.now()
      const visitors = await Promise.all(Array.from({ length: SESSIONS }, (_, index) => application.signIn(servers[index % 4]!)))
      const answers: Answer[] = []
      while (emulator.stats.refreshes < SESSIONS * EXPIRIES) {
        answers.push(...(await Promise.all(visitors.flatMap((visitor) => servers.map((server) => visitor.ask(server))))))
        await sleep(ASK_EVERY_MS)
      }
      expect(statuses(answers)).toEqual({ 200: answers.length })
      const lifetimes = (Date.now() - began) / (LIFETIME_S * 1000)
      expect(emulator.stats.refreshes / SESSIONS).toBeLessThanOrEqual(lifetimes + 2)
      expect(emulator.stats.reused).toBe(0)
      expect(emulator.ledger.refreshCredentials.filter(({ state }) => state === "live")).toHaveLength(SESSIONS)
      task.meta.proof = {
        what: `S08: one of 4 processes has a clock that is 24 h ${direction}; access tokens of ${LIFETIME_S} s`,
        many: `${SESSIONS} sessions, ${emulator.stats.refreshes} refreshes, ${answers.length} requests`,
        result: "0 lost, no refresh token presented twice, no request with another status than 200",
      }
    })
  }
})
