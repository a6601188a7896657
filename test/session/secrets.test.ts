import { describe, expect, test } from "vitest"
import type { InspectionEvent } from "xstate"
import type { Emulator, Fault } from "../../src/testing/emulator.types.ts"
import { Overheard } from "./overheard.ts"
import { secretsOf } from "./secrets-of.ts"
import { MINUTE, PROVIDERS, SECOND, setting } from "./setting.ts"
import { troubled } from "./troubled.ts"

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
