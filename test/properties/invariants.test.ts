import fc from "fast-check"
import { beforeEach, describe, expect, it, vi } from "vitest"
import { command } from "./commands.ts"
import { expectInvariants, live } from "./live.ts"
import type { WorldOptions } from "./world.ts"

beforeEach(() => void vi.spyOn(console, "warn").mockImplementation(() => {})) // the warning about requests elsewhere is wanted, and tested elsewhere

const RUNS = Number(process.env["SEQUENCES"] ?? 1_000)
/** The same in every run of npm test, so that a change and not chance turns it red; SEED=random looks further. */
const SEED = process.env["SEED"] === "random" ? Date.now() : Number(process.env["SEED"] ?? 20_261_120)
const HOUR = 3_600_000

const options: fc.Arbitrary<WorldOptions> = fc.record({
  name: fc.constantFrom(
    "geins" as const,
    "unisouk" as const,
    "menu" as const,
    "commerce-engine" as const,
    "vault" as const,
    "oauth2" as const,
  ),
  holders: fc.integer({ min: 1, max: 3 }),
  accessTokenTtlS: fc.constantFrom(1, 5, 60, 900, 3_600, 60 * 24 * 3_600),
  graceS: fc.constantFrom(0, 10, 3_600),
  rotates: fc.boolean(),
  jitter: fc.nat(),
  keepAlive: fc.constantFrom("while-used" as const, "always" as const, "on-demand" as const),
  limits: fc.constantFrom(
    undefined,
    undefined,
    { idleTimeoutMs: 10_000 },
    { idleTimeoutMs: 900_000 },
    { maxAgeMs: 60_000, idleTimeoutMs: 30_000 },
  ),
  latencies: fc.array(fc.constantFrom(0, 0, 20, 400, 2_000), { minLength: 1, maxLength: 5 }),
})

describe("whatever happens, in whatever order", () => {
  it(`I1–I11 hold, over ${RUNS} sequences`, { timeout: HOUR }, async ({ task }) => {
    task.meta.proof = {
      what: "I1–I4, I6, I7, I9–I11: requests, 401s, logins, logouts, faults, sleep, clock jumps, holders dying; one to three holders",
      many: `${RUNS} random sequences of up to 40 events`,
    }
    await fc.assert(
      fc.asyncProperty(options, fc.array(command, { minLength: 1, maxLength: 40 }), async (made, commands) => {
        expectInvariants(await live(made, commands))
      }),
      { numRuns: RUNS, seed: SEED },
    )
  })

  it(`I5 refreshes are bounded for any lifetime and any clock, over ${RUNS / 4} sequences`, { timeout: HOUR }, async ({ task }) => {
    task.meta.proof = { what: "I5: refreshes an hour are bounded, for any lifetime and any clock", many: `${RUNS / 4} random sequences` }
    const calm = command.filter((each) => ["request", "token", "touch", "advance", "sleep", "jump", "wake", "settle"].includes(each.do))
    await fc.assert(
      fc.asyncProperty(options, fc.array(calm, { minLength: 1, maxLength: 30 }), async (made, commands) => {
        const world = await live(made, commands)
        const lifetimeS = made.accessTokenTtlS
        const perHour = (3_600 / (lifetimeS - Math.min(60, lifetimeS / 10)) + 8) * made.holders
        const moments = world.emulator.log.filter(({ on }) => on === "refresh").map(({ at }) => at)
        const most = Math.max(0, ...moments.map((from) => moments.filter((at) => at >= from && at < from + 3_600_000).length))
        expect(most).toBeLessThanOrEqual(perHour)
      }),
      { numRuns: RUNS / 4, seed: SEED },
    )
  })
})
