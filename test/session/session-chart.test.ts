import { describe, expect, it } from "vitest"
import { createActor, fromPromise, type StateValueFrom } from "xstate"
import { sessionMachine } from "../../machines/session.machine.ts"
import type { Degraded, Restoration, SessionContext } from "../../machines/session.types.ts"
import type { Facts } from "../../src/core/facts.ts"
import { Keyring } from "../../src/core/keyring.ts"
import { Services, type Inside } from "../../src/core/services.ts"
import { manualClock } from "../../src/testing/index.ts"

const NOW = Date.UTC(2026, 0, 1)
const facts: Facts = {
  sid: "s",
  generation: 3,
  issuedAt: NOW - 1_000,
  expiringAt: NOW + 1_000,
  expiresAt: NOW + 2_000,
  windowEndsAt: null,
  refreshable: true,
  user: null,
}
const clock = manualClock({ now: NOW })
const services = new Services({
  clock,
  keyring: new Keyring(),
  use: { used: false },
  random: () => 0.5,
} as unknown as Inside)

const nothing = { reason: null, error: null, degraded: null, failures: 0, notBefore: null, for401: false }
const nobody = { facts: null, unproved: null, distrusted: 0, distrustedUntil: 0, refuted: null, refutedUntil: 0 }
const signedIn: SessionContext = { services, keepAlive: "while-used", ...nobody, ...nothing, facts }

function inState(value: StateValueFrom<typeof sessionMachine>, context: Partial<SessionContext> = {}) {
  return sessionMachine.resolveState({ value, context: { ...signedIn, ...context } })
}

it("a session begins with nobody, and nothing wrong", () => {
  const actor = createActor(sessionMachine, { input: { services, keepAlive: "always" } })
  expect(actor.getSnapshot().context).toEqual({ services, keepAlive: "always", ...nobody, ...nothing })
})

describe("what the store holds", () => {
  const restored = async (is: Restoration) => {
    const restore = fromPromise<Restoration, { services: Services }>(async () => is)
    const actor = createActor(sessionMachine.provide({ actors: { restore } }), {
      clock,
      input: { services, keepAlive: "on-demand" },
    }).start()
    await new Promise(setImmediate)
    actor.stop()
    return actor.getSnapshot()
  }

  it.each<[string, Partial<Facts>, object | string]>([
    ["is good before its lead time begins", { expiringAt: NOW + 1 }, "active"],
    ["is good where nobody knows its end", { expiringAt: null, expiresAt: null }, "active"],
    ["is expiring when its lead time begins", { expiringAt: NOW }, { expiring: "usable" }],
    ["is expiring until it has expired", { expiringAt: NOW - 1, expiresAt: NOW + 1 }, { expiring: "usable" }],
    ["has lapsed when it expires", { expiringAt: NOW - 1, expiresAt: NOW }, { expiring: "lapsed" }],
  ])("%s", async (_, found, value) => {
    const { value: reached, context } = await restored({ is: "found", facts: { ...facts, ...found } })
    expect(reached).toEqual(value)
    expect(context).toEqual({ ...signedIn, keepAlive: "on-demand", facts: { ...facts, ...found } })
  })

  it("may be nobody", async () => {
    expect((await restored({ is: "nobody" })).value).toBe("unauthenticated")
  })
})

describe("a grant that another holder got is taken", () => {
  it.each<[string, Partial<Facts>, Degraded | null, boolean]>([
    ["the same", {}, null, false],
    ["the same, while ours is not stored", {}, "store", false],
    ["a newer one", { generation: 4 }, null, true],
    ["an older one", { generation: 2 }, null, false],
    ["an older one, while ours is not stored", { generation: 2, issuedAt: 0 }, "store", false],
    ["one of another session", { sid: "t", generation: 1 }, null, true],
    ["another one of this generation", { issuedAt: 0 }, null, false],
    ["another one of this generation, while the network is away", { issuedAt: 0 }, "network", false],
    ["another one of this generation, while ours is not stored", { issuedAt: 0 }, "store", true],
  ])("%s", (_, elsewhere, degraded, expected) => {
    expect(inState("active", { degraded }).can({ type: "granted.elsewhere", facts: { ...facts, ...elsewhere } })).toBe(expected)
  })

  it("any, where nobody is signed in", () => {
    expect(inState("unauthenticated", nobody).can({ type: "granted.elsewhere", facts })).toBe(true)
  })
})
