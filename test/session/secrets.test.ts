import { inspect } from "node:util"
import { describe, expect, test } from "vitest"
import type { InspectionEvent } from "xstate"
import type { Emulator, Fault } from "../../src/testing/emulator.types.ts"
import { MINUTE, PROVIDERS, SECOND, setting } from "./setting.ts"
import { troubled } from "./troubled.ts"

/** Everything that may be told from a session, in words: inspection, snapshots, events, errors, trail. */
class Overheard {
  readonly #texts: string[] = []

  hear(what: unknown, depth = Infinity): void {
    this.#texts.push(inspect(what, { depth, maxStringLength: Infinity, maxArrayLength: Infinity }))
    if (depth === Infinity) this.#texts.push(json(what))
  }

  /** What changes in an inspection event; the actors and the machine that it names are huge. */
  hearEvent({ type, ...more }: InspectionEvent): void {
    const { event, action, snapshot } = more as {
      event?: unknown
      action?: { params?: Record<string, unknown> }
      snapshot?: Record<string, unknown>
    }
    const { value, context, output, input, error, status } = snapshot ?? {}
    const params = action?.params?.["logic"] === undefined ? { ...action?.params, actorRef: undefined } : "an actor"
    this.hear({ type, event, params, value, context, output, input, error, status })
  }

  async settled(call: Promise<unknown>): Promise<void> {
    await call.then(
      (value) => {
        if (!(value instanceof Response) && typeof value !== "string") this.hear(value)
      },
      (error: unknown) => this.hear(error),
    )
  }

  /** The secrets that were overheard, in any form in which they travel. */
  of(secrets: readonly string[]): string[] {
    const all = this.#texts.join("\n")
    return secrets.filter((secret) => [secret, encodeURIComponent(secret), btoa(secret)].some((form) => all.includes(form)))
  }
}

/** JSON of whatever has one; inspection events are full of circles. */
function json(what: unknown): string {
  const seen = new Set<unknown>()
  return (
    JSON.stringify(what, (_, value: unknown) => {
      if (typeof value === "bigint" || typeof value === "function") return undefined
      if (typeof value !== "object" || value === null) return value
      if (seen.has(value)) return undefined
      seen.add(value)
      return value
    }) ?? ""
  )
}

function secretsOf(emulator: Emulator): string[] {
  const { ledger, options } = emulator
  const passwords = [emulator.users[0], emulator.users[1]].flatMap((user) =>
    user === undefined ? [] : [(user as { password: string }).password],
  )
  const keys = Object.entries(options)
    .filter(([name]) => ["merchantApiKey", "apiKey", "clientSecret"].includes(name))
    .map(([, key]) => String(key))
  return [
    ...ledger.accessTokens.map(({ token }) => token),
    ...ledger.refreshCredentials.map(({ credential }) => credential),
    ...passwords,
    ...keys,
  ]
}

describe.each(PROVIDERS)("S19 I8 what can be overheard of a session at %s", (name) => {
  test("holds none of its secrets, whatever goes right or wrong", async () => {
    const heard = new Overheard()
    const { store, fail, heal } = troubled()
    const set = setting(name, { store, inspect: (event: InspectionEvent) => heard.hearEvent(event), emulator: { graceS: 600 } })
    const { clock, emulator, session, signIn, holder } = set
    session.subscribe(() => heard.hear(session.getSnapshot()))
    for (const event of ["granted", "ended", "degraded", "recovered"] as const) session.on(event, (told) => heard.hear(told))

    await heard.settled(signIn(session))
    await heard.settled(session.fetch("/resource"))
    await heard.settled(session.refresh())
    const faults: Fault["with"][] = [
      "network",
      "lost",
      "truncated",
      "garbage",
      "html",
      500,
      405,
      { status: 403, html: true },
      (request) => {
        throw new TypeError(`fetch failed: ${request.url} ${[...request.headers.values()].join(" ")}`, {
          cause: { request, headers: request.headers },
        })
      },
      async (request) => {
        throw new Error(`cannot send ${await request.text()}`)
      },
    ]
    for (const fault of faults) {
      emulator.fail({ on: "refresh", with: fault })
      await heard.settled(session.refresh())
      heard.hear(session.getSnapshot().error)
      await clock.advance(MINUTE)
      await heard.settled(session.refresh())
    }
    expect(session.getSnapshot()).toMatchObject({ authenticated: true })

    const record = await set.inStore()
    fail("acquire")
    await heard.settled(session.refresh())
    heal()
    await clock.advance(MINUTE)
    expect(record?.accessToken).toBeTypeOf("string")

    emulator.revokeAccessToken()
    await heard.settled(session.fetch("/resource"))
    const other = holder({ inspect: (event: InspectionEvent) => heard.hearEvent(event) })
    await heard.settled(other.ready())
    await heard.settled(other.refresh())
    await clock.settle()
    if (emulator.users[1] !== undefined) {
      emulator.fail({ on: "login", with: "network" })
      await heard.settled(session.login(emulator.users[1]))
      await heard.settled(session.login({ ...emulator.users[1], password: "a wrong password" }))
    }
    await heard.settled(signIn(session, 1))
    emulator.revokeSession()
    await heard.settled(session.refresh())
    await heard.settled(signIn(session))
    await heard.settled(session.logout())
    heard.hear(session.trail())
    heard.hear(session, 6)
    heard.hear(session.actor, 6)
    heard.hear(session.actor.getPersistedSnapshot?.())
    heard.hear(other.trail())
    session.stop()
    await clock.advance(SECOND)

    expect(secretsOf(emulator as unknown as Emulator).length).toBeGreaterThan(15)
    expect(heard.of([...secretsOf(emulator as unknown as Emulator), "a wrong password"])).toEqual([])
  })
})

test("a store that shouts a token in its error is not repeated", async () => {
  const heard = new Overheard()
  const { store } = troubled()
  const shouting = {
    name: "shouting",
    connect: (options: Parameters<typeof store.connect>[0]) => {
      const connection = store.connect(options)
      let secret = ""
      return Object.assign(Object.create(connection) as typeof connection, {
        create: async (record: Parameters<typeof connection.create>[0]) => {
          secret = record.accessToken
          await connection.create(record)
        },
        acquire: async () => {
          throw Object.assign(new Error(`cannot write ${secret}`), { command: ["SET", secret] })
        },
        read: () => connection.read(),
        watch: () => () => {},
        close: () => {},
      })
    },
  }
  const { emulator, session, signIn } = setting("vault", { store: shouting, inspect: (event) => heard.hearEvent(event) })
  await signIn(session)
  await heard.settled(session.refresh())
  heard.hear(session.getSnapshot())
  expect(session.getSnapshot().error?.message).toContain("cannot write [redacted]")
  expect(heard.of(secretsOf(emulator as unknown as Emulator))).toEqual([])
})

test("the ear itself hears: a token in a nested error is found", () => {
  const heard = new Overheard()
  heard.hear(new Error("outer", { cause: { request: { headers: new Headers({ authorization: "Bearer my-token" }) } } }))
  expect(heard.of(["my-token", "another"])).toEqual(["my-token"])
})
