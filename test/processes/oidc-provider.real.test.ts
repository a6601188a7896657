import { afterAll, describe, expect, test } from "vitest"
import { closeAll } from "../redis/closing.ts"
import { hasRedis } from "../redis/start-redis.ts"
import { PROCESSES, startServers } from "./application.ts"
import { startOidcServer } from "./oidc-server.ts"
import { redisAndScript } from "./redis-and-script.ts"
import { statuses } from "./statuses.ts"
import { Visitor } from "./visitor.ts"

const SESSIONS = Number(process.env["OIDC_SESSIONS"] ?? 3)
const ROTATIONS = Number(process.env["ROTATIONS"] ?? 6)

afterAll(closeAll)

describe.skipIf(!hasRedis)("oidc-provider, a server that nobody here wrote, with rotation and reuse detection", () => {
  const at = redisAndScript()

  test(
    `${SESSIONS} sessions in ${PROCESSES} processes are alive after ${ROTATIONS} rotations each, and reuse would have been found`,
    { timeout: 900_000 },
    async ({ task }) => {
      const oidc = await startOidcServer()
      const servers = await startServers(at.script.path, at.redis, {
        provider: { tokenUrl: `${oidc.issuer}/token`, revocationUrl: `${oidc.issuer}/token/revocation`, clientId: oidc.clientId },
        upstream: oidc.issuer,
      })
      const people = await Promise.all(
        Array.from({ length: SESSIONS }, async (_, index) => {
          const visitor = new Visitor()
          const name = `user ${index}`
          await visitor.comeBack(servers[index % PROCESSES]!, { reply: await oidc.logIn(name) })
          return { visitor, name }
        }),
      )
      for (let rotation = 1; rotation <= ROTATIONS; rotation++) {
        // Every page asks for a successor of the grant that it knows, all at once and in all processes.
        const marks = await Promise.all(people.map(({ visitor }) => visitor.mark(servers[rotation % PROCESSES]!)))
        const refreshed = await Promise.all(
          people.flatMap(({ visitor }, index) => [...servers, ...servers].map((server) => visitor.refresh(server, marks[index]!))),
        )
        expect(statuses(refreshed)).toEqual({ 200: SESSIONS * 2 * PROCESSES })
        expect(new Set(refreshed.map(({ body }) => body!.session!.generation))).toEqual(new Set([rotation + 1]))
        const answers = await Promise.all(people.map(({ visitor }, index) => visitor.ask(servers[(rotation + index) % PROCESSES]!, "/me")))
        expect(answers.map(({ body }) => body?.sub)).toEqual(people.map(({ name }) => name))
      }
      expect(oidc.seen).toEqual({ consumed: SESSIONS * ROTATIONS, revoked: 0, errors: [] })

      // It would have said so.
      const { refresh_token } = await oidc.logIn("somebody careless")
      const redeem = () =>
        fetch(`${oidc.issuer}/token`, {
          method: "POST",
          body: new URLSearchParams({ grant_type: "refresh_token", client_id: oidc.clientId, refresh_token }),
        })
      expect([(await redeem()).status, (await redeem()).status, oidc.seen.revoked]).toEqual([200, 400, 1])
      task.meta.proof = {
        what: `oidc-provider with rotation and reuse detection, through oauth2() and createSessionHandler() in ${PROCESSES} processes`,
        many: `${SESSIONS} sessions × ${ROTATIONS} rotations, ${2 * PROCESSES} callers each`,
        result: `all alive; ${oidc.seen.consumed - 1} refresh tokens used, none twice`,
      }
    },
  )
})
