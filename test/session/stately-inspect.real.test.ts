import { createInspector } from "@statelyai/inspect"
import { expect, test, vi } from "vitest"
import type { Emulator } from "../../src/testing/emulator.types.ts"
import { Overheard } from "./overheard.ts"
import { secretsOf } from "./secrets-of.ts"
import { PROVIDERS, setting } from "./setting.ts"

test.each(PROVIDERS)("I8 Stately's inspector is sent the whole life of a session at %s, and no secret", async (name) => {
  const sent: string[] = []
  const { inspect } = createInspector({ send: (event) => sent.push(JSON.stringify(event)) })
  const { clock, emulator, session, signIn } = setting(name, { inspect, emulator: { graceS: 600 } })
  await signIn(session)
  emulator.fail({ on: "refresh", with: 503 })
  await session.refresh().catch(() => {})
  emulator.fail({ on: "refresh", with: "lost" })
  await clock.advance(120_000)
  emulator.revokeAccessToken()
  await session.fetch("/resource")
  await session.logout()
  session.stop()
  // The inspector looks at its events when there is nothing else to do.
  await vi.waitFor(() => expect(sent.some((text) => text.includes('"value":"loggedOut"'))).toBe(true))

  const types = new Set(sent.map((text) => (JSON.parse(text) as { type: string }).type))
  expect([...types].toSorted()).toEqual(["@xstate.actor", "@xstate.event", "@xstate.snapshot"])
  const states = ["active", "running", "backingOff", "leasing", "requesting", "committing", "loggedOut"]
  for (const state of states) expect(sent.some((text) => text.includes(`"${state}"`))).toBe(true)
  const heard = new Overheard()
  for (const text of sent) heard.hear(text)
  const secrets = secretsOf(emulator as unknown as Emulator)
  expect(secrets.length).toBeGreaterThan(4)
  expect(heard.of(secrets)).toEqual([])
})
