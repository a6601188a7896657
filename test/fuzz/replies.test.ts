import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { createSession, SessionError } from "../../src/index.ts"
import { createEmulator, manualClock, type EmulatorName } from "../../src/testing/index.ts"
import { providerOf } from "../properties/provider-of.ts"
import { mayRefuse } from "./may-refuse.ts"
import { wireReply, type WireReply } from "./reply.ts"

const RUNS = Number(process.env["REPLIES"] ?? 2_000)
/** The same in every run of npm test, so that a change and not chance turns it red; SEED=random looks further. */
const SEED = process.env["SEED"] === "random" ? Date.now() : Number(process.env["SEED"] ?? 20_261_120)
const HOUR = 3_600_000
const EMPTY = new Set([204, 205, 304])

describe.each<EmulatorName>(["geins", "unisouk", "menu", "commerce-engine", "vault", "oauth2"])("%s", (name) => {
  it(
    `lives through any answer to a refresh, and ends by a named rule only, over ${RUNS} answers`,
    { timeout: 2 * HOUR },
    async ({ task }) => {
      task.meta.proof = {
        what: `${name}: a spoiled answer to a refresh never throws, never ends a session but by a named rule`,
        many: `${RUNS} random answers`,
      }
      const good: unknown = await (await createEmulator(name).mint()).json()
      await fc.assert(
        fc.asyncProperty(wireReply(good), async (reply) => {
          await meet(name, reply)
        }),
        { numRuns: RUNS, seed: SEED },
      )
    },
  )
})

async function meet(name: EmulatorName, reply: WireReply): Promise<void> {
  const clock = manualClock()
  const emulator = createEmulator(name, { clock, accessTokenTtlS: 900, rotation: false })
  const provider = providerOf(name)(emulator.options as never)
  const session = createSession({ provider, baseURL: emulator.url, clock, fetch: emulator.fetch })
  await session.accept(await clock.track(emulator.mint()))
  const user = session.getSnapshot().user
  emulator.fail({
    on: "refresh",
    with: () => new Response(EMPTY.has(reply.status) ? null : reply.body, { status: reply.status, headers: reply.headers }),
  })
  const came = await session.refresh().catch((error: unknown) => error)
  const { status, reason, authenticated, error } = session.getSnapshot()

  expect(["active", "expiring", "refreshing", "loggedOut"]).toContain(status)
  if (came instanceof Error) expect(came).toBeInstanceOf(SessionError)
  if (came instanceof Error) expect(came).toBe(error)
  if (!authenticated) {
    expect(Object.keys(provider.rules.answers)).toContain(reason)
    expect(mayRefuse(name, reply), `ended by ${reason}, which no document says`).toBe(true)
  }
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  expect(emulator.stats.reused).toBe(0)

  // What granted nothing mends itself, unless it is over or somebody has to look at the setup. (A spoiled reply may well grant a wrong token.)
  const granted = session.getSnapshot().generation !== 1
  await clock.advance(3_700_000)
  if (authenticated && !granted && session.getSnapshot().degraded !== "configuration") {
    expect(
      (
        await session.fetch("/resource").then(
          ({ status: answered }) => answered,
          (failed: Error) => failed.message,
        )
      ).toString(),
    ).toBe("200")
    const later = session.getSnapshot().user
    if (later === null) expect(user).toBeNull()
  }
  session.stop()
}
