import { afterAll, describe, expect, test, vi } from "vitest"
import { hashed } from "../../src/stores/redis/hashed.ts"
import { closeAll } from "../redis/closing.ts"
import { command, connected } from "../redis/lab.ts"
import { hasRedis } from "../redis/start-redis.ts"
import { Application } from "./application.ts"
import { holdRefreshes } from "./hold-refreshes.ts"
import { redisAndScript } from "./redis-and-script.ts"

const FREEZES = Number(process.env["FREEZES"] ?? 1)

/** What a frozen holder wakes up to, and what then becomes of what it had in hand. */
const awakenings = {
  /** Its answer lies there; the token was replayed meanwhile, within the provider's grace. */
  grace: { provider: { graceS: 60 }, carriedOut: "at once", commits: ["stale"], lost: null },
  "non-rotating": { provider: { rotation: false }, carriedOut: "at once", commits: ["stale"], lost: null },
  /** Its request comes late, after the one of whoever took over: refused for a token that somebody else has spent (S28). */
  "strict, the request late": { provider: { onReuse: "refuse" }, carriedOut: "when released", commits: [], lost: null },
  /** Its answer lies there; whoever took over has presented a spent token, and ended the session. */
  strict: { provider: { onReuse: "revokeFamily" }, carriedOut: "at once", commits: ["gone"], lost: "refreshTokenExpired" },
} as const

afterAll(closeAll)

describe.skipIf(!hasRedis)(
  "S03 S28 SIGSTOP of the process that refreshes, for longer than its lease; SIGCONT",
  { concurrent: FREEZES <= 3 },
  () => {
    const at = redisAndScript()

    for (const [name, awakening] of Object.entries(awakenings))
      test(name, { timeout: 120_000 }, async ({ task }) => {
        await Promise.all(Array.from({ length: FREEZES }, () => freeze(awakening)))
        task.meta.proof = {
          what: `S03 S28: SIGSTOP of the process that refreshes, past its lease; take-over; SIGCONT (${name})`,
          many: `${FREEZES} freezes`,
          result: `its commits: ${awakening.commits.join() || "none"}; ${awakening.lost === null ? "0 lost" : `ended by ${awakening.lost}`}`,
        }
      })

    async function freeze({ provider, carriedOut, commits, lost }: (typeof awakenings)[keyof typeof awakenings]): Promise<void> {
      const application = await Application.begin(at.script.path, at.redis, provider)
      const [frozen, other] = [await application.start(), await application.start()]
      const { visitor } = await application.signInExpired(other)
      const { emulator } = application
      const client = await connected("ioredis", at.redis.url)
      const key = `${application.prefix}:${await hashed(visitor.id)}`
      const atRest = () => command(client, "HMGET", key, "sid", "generation", "body", "leaseHolder")
      const held = holdRefreshes(emulator, carriedOut, 1)

      const asked = visitor.ask(frozen)
      await vi.waitFor(() => expect(held.many).toBe(1), { timeout: 10_000 })
      frozen.process.kill("SIGSTOP")
      if (carriedOut === "at once") held.release()
      const takenOver = await visitor.ask(other)
      expect([takenOver.status, takenOver.body?.reason]).toEqual(lost === null ? [200, undefined] : [401, lost])
      const before = await atRest()

      if (carriedOut === "when released") held.release()
      frozen.process.kill("SIGCONT")
      expect((await asked).status, "what the frozen process was asked for").toBe(lost === null ? 200 : 401)
      await vi.waitFor(() => expect(frozen.commits).toEqual(commits), { timeout: 10_000 })
      expect(other.commits).toEqual(lost === null ? ["committed"] : [])
      expect(await atRest(), "the record as whoever took over has left it").toEqual(before)
      expect((await visitor.session(frozen)).status).toBe(lost === null ? 200 : 204)

      // It goes on from what is at rest, in both of them.
      emulator.revokeAccessToken()
      for (const server of [frozen, other]) expect((await visitor.ask(server)).status).toBe(lost === null ? 200 : 401)
    }
  },
)
