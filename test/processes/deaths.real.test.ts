import { afterAll, describe, expect, test } from "vitest"
import { closeAll } from "../redis/closing.ts"
import { hasRedis } from "../redis/start-redis.ts"
import { Application } from "./application.ts"
import { redisAndScript } from "./redis-and-script.ts"
import type { ServerProcess } from "./spawn-server.ts"
import { statuses } from "./statuses.ts"
import type { Visitor } from "./visitor.ts"

const DEATHS = Number(process.env["DEATHS"] ?? 3)

/** Providers, by what they make of a refresh token that is presented again. */
const providers = {
  strict: { onReuse: "revokeFamily" },
  grace: { graceS: 60 },
  "non-rotating": { rotation: false },
} as const

type Fate = { readonly lost: "none" | { readonly all: string }; readonly presented: number }
const livesOn: Fate = { lost: "none", presented: 1 }
const livesOnByReplay: Fate = { lost: "none", presented: 2 }
/** The rule of oauth2() that ends it, by its name. */
const isOver: Fate = { lost: { all: "refreshTokenExpired" }, presented: 2 }

/** What becomes of a session whose refresh dies there with its process, and how often its refresh token is presented. */
const fates = {
  leased: { strict: livesOn, grace: livesOn, "non-rotating": livesOn },
  "marked as sent": { strict: livesOn, grace: livesOn, "non-rotating": livesOn },
  "in flight": { strict: isOver, grace: livesOnByReplay, "non-rotating": livesOnByReplay },
  "answered, not written": { strict: isOver, grace: livesOnByReplay, "non-rotating": livesOnByReplay },
} as const

type Point = keyof typeof fates
type ProviderName = keyof typeof providers

afterAll(closeAll)

// Side by side, for what dies is taken over from when its lease has run out; but not with hundreds of processes.
describe.skipIf(!hasRedis)(
  `S03 S26 SIGKILL of the process that refreshes, ${DEATHS} times at each point`,
  { concurrent: DEATHS <= 3, timeout: 300_000 },
  () => {
    const at = redisAndScript()

    for (const point of Object.keys(fates) as Point[])
      test(point, async ({ task }) => {
        const came = await Promise.all((Object.keys(providers) as ProviderName[]).map((name) => deaths(point, name)))
        expect(Object.fromEntries(came)).toEqual(fates[point])
        const rows = came.map(([name, { lost }]) => `${name}: ${lost === "none" ? "0 lost" : `ended by ${lost.all}`}`)
        task.meta.proof = {
          what: `S03 S26: SIGKILL of the process that refreshes, ${point}; another one takes over`,
          many: `${DEATHS} deaths at each of 3 providers`,
          result: rows.join("; "),
        }
      })

    /** What becomes of sessions, each of which has a process of its own that dies. */
    async function deaths(point: Point, name: ProviderName): Promise<[ProviderName, Fate]> {
      const application = await Application.begin(at.script.path, at.redis, providers[name])
      const survivor = await application.start()
      const dying = await Promise.all(
        Array.from({ length: DEATHS }, async () => {
          const victim = await application.start(point === "in flight" ? {} : { diesAt: point })
          return { victim, ...(await application.signInExpired(survivor)) }
        }),
      )
      if (point === "in flight") killInFlight(application, new Map(dying.map(({ refreshToken, victim }) => [refreshToken, victim])))
      const answers = await Promise.all(
        dying.map(async ({ victim, visitor }) => {
          await expect(visitor.ask(victim)).rejects.toThrow()
          expect(await victim.ended).toBe("SIGKILL")
          return takenOver(survivor, visitor)
        }),
      )
      const { stats, ledger } = application.emulator
      const presented = new Set(
        dying.map(({ refreshToken }) => ledger.refreshCredentials.find(({ credential }) => credential === refreshToken)!.presented.length),
      )
      expect(presented.size, "the same for all").toBe(1)
      expect(stats.unauthorized, "requests with a token that was not good").toBe(0)
      const reasons = [...new Set(answers.map(({ body }) => body?.reason))]
      const isLost = answers.some(({ status }) => status !== 200)
      expect(statuses(answers)).toEqual({ [isLost ? 401 : 200]: DEATHS })
      expect(ledger.refreshCredentials.filter(({ state }) => state === "live").length > 0).toBe(!isLost)
      return [name, { lost: isLost ? { all: reasons.join() } : "none", presented: [...presented][0]! }]
    }
  },
)

/** The provider carries the refresh out, and nobody is there any more to hear of it. */
function killInFlight({ emulator }: Application, victims: Map<string, ServerProcess>): void {
  emulator.fail({
    on: "refresh",
    times: Infinity,
    async with(request, answer) {
      const refreshToken = new URLSearchParams(await request.text()).get("refresh_token")!
      const victim = victims.get(refreshToken)
      victims.delete(refreshToken)
      const answered = await answer()
      victim?.process.kill("SIGKILL")
      await victim?.ended
      return answered
    },
  })
}

/** What five callers at once are told by the process that is left: all the same. */
async function takenOver(survivor: ServerProcess, visitor: Visitor) {
  const answers = await Promise.all(Array.from({ length: 5 }, () => visitor.ask(survivor)))
  expect(new Set(answers.map(({ status }) => status)).size).toBe(1)
  return answers[0]!
}
