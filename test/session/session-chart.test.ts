import { describe, expect, it, onTestFinished } from "vitest"
import { createActor, fromCallback, fromPromise, getNextSnapshot, type StateValueFrom } from "xstate"
import { sessionMachine } from "../../machines/session.machine.ts"
import type { SignOutInput } from "../../machines/session.setup.ts"
import type { Degraded, Restoration, SessionContext, SessionEvent } from "../../machines/session.types.ts"
import type { Facts } from "../../src/core/facts.ts"
import { Keyring } from "../../src/core/keyring.ts"
import type { Limits } from "../../src/core/limits.ts"
import { Services, type Inside } from "../../src/core/services.ts"
import { manualClock } from "../../src/testing/index.ts"

const NOW = Date.UTC(2026, 0, 1)
const facts: Facts = {
  sid: "s",
  generation: 3,
  startedAt: NOW - 5_000,
  usedAt: NOW - 1_000,
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
  use: { used: false, at: 0 },
  random: () => 0.5,
} as unknown as Inside)

const nothing = { reason: null, error: null, degraded: null, failures: 0, notBefore: null, for401: false }
const nobody = { facts: null, usedAt: 0, unproved: null, distrusted: 0, distrustedUntil: 0, refuted: null, refutedUntil: 0 }
const signedIn: SessionContext = { services, keepAlive: "while-used", limits: null, ...nobody, ...nothing, facts }

function inState(value: StateValueFrom<typeof sessionMachine>, context: Partial<SessionContext> = {}) {
  return sessionMachine.resolveState({ value, context: { ...signedIn, ...context } })
}

it("a session begins with nobody, and nothing wrong", () => {
  const actor = createActor(sessionMachine, { input: { services, keepAlive: "always", limits: null } })
  expect(actor.getSnapshot().context).toEqual({ services, keepAlive: "always", limits: null, ...nobody, ...nothing })
})

describe("what the store holds", () => {
  const restored = async (is: Restoration) => {
    const restore = fromPromise<Restoration, { services: Services }>(async () => is)
    const actor = createActor(sessionMachine.provide({ actors: { restore, refresh: fromPromise(() => new Promise(() => {})) as never } }), {
      clock,
      input: { services, keepAlive: "on-demand", limits: null },
    }).start()
    await new Promise(setImmediate)
    const reached = actor.getSnapshot()
    actor.stop()
    return reached
  }

  it.each<[string, Partial<Facts>, object | string]>([
    ["is good before its lead time begins", { expiringAt: NOW + 1 }, "active"],
    ["is good where nobody knows its end", { expiringAt: null, expiresAt: null }, "active"],
    ["is expiring when its lead time begins", { expiringAt: NOW }, { expiring: "usable" }],
    ["is expiring until it has expired", { expiringAt: NOW - 1, expiresAt: NOW + 1 }, { expiring: "usable" }],
    ["has lapsed when it expires", { expiringAt: NOW - 1, expiresAt: NOW }, { expiring: "lapsed" }],
  ])("%s", async (_, found, value) => {
    const { value: reached, context } = await restored({ is: "found", facts: { ...facts, ...found }, inDoubt: false })
    expect(reached).toEqual(value)
    expect(context).toEqual({ ...signedIn, keepAlive: "on-demand", usedAt: facts.usedAt, facts: { ...facts, ...found } })
  })

  it.each<[string, Partial<Facts>, object | string]>([
    ["is asked for again", {}, { refreshing: { attempt: "running", credential: "usable" } }],
    ["is left alone where there is nothing to refresh with", { refreshable: false, expiringAt: NOW + 1 }, "active"],
    ["waits for use where the token has expired, as without doubt", { expiringAt: NOW - 1, expiresAt: NOW }, { expiring: "lapsed" }],
  ])("a refresh of which there is doubt %s", async (_, found, value) => {
    expect((await restored({ is: "found", facts: { ...facts, ...found }, inDoubt: true })).value).toEqual(value)
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

describe("a request that finds the deadline passed is use, and wants a refresh at once", () => {
  it.each<[string, number]>([
    ["active", NOW + 1_000],
    ["expiring", NOW],
  ])("%s", async (_, expiringAt) => {
    const { clock, actor, use } = await running({ found: { expiringAt } })
    clock.jump(2_000)
    actor.send({ type: "request.held" })
    expect(use.used).toBe(true)
    expect(actor.getSnapshot().value).toEqual({ refreshing: { attempt: "running", credential: "lapsed" } })
  })
})

describe("when somebody used the session last", () => {
  const after = (event: SessionEvent) => getNextSnapshot(sessionMachine, inState("active", { usedAt: NOW }), event).context.usedAt
  const granted = (elsewhere: Partial<Facts>) => after({ type: "granted.elsewhere", facts: { ...facts, ...elsewhere } })

  it("is not forgotten for what a newer grant knows of it, and learned from it", () => {
    expect(granted({ generation: 4, usedAt: NOW - 1 })).toBe(NOW)
    expect(granted({ generation: 4, usedAt: NOW + 1 })).toBe(NOW + 1)
  })

  it("begins anew with another session", () => {
    expect(granted({ sid: "t", usedAt: NOW - 1 })).toBe(NOW - 1)
  })

  it.each<[string, string, number, boolean]>([
    ["later use", "s", NOW + 1, true],
    ["the use that is known", "s", NOW, false],
    ["earlier use", "s", NOW - 1, false],
    ["use of another session", "t", NOW + 1, false],
  ])("is told by other holders: %s", (_, sid, at, counts) => {
    const event = { type: "used.elsewhere", sid, at } as const
    expect(inState("active", { usedAt: NOW }).can(event)).toBe(counts)
    expect(after(event)).toBe(counts ? at : NOW)
  })
})

describe("whether the provider is told of an end", () => {
  it.each<[string, Partial<Facts>, Limits | null, SessionEvent | null, object]>([
    ["by age", {}, { idleTimeoutMs: null, maxAgeMs: 1 }, null, { tellProvider: true, everywhere: false }],
    ["by idleness", {}, { idleTimeoutMs: 1, maxAgeMs: null }, null, { tellProvider: true, everywhere: false }],
    ["by expiry", { expiresAt: NOW, refreshable: false }, null, null, { tellProvider: false, everywhere: false }],
    ["by the user", {}, null, { type: "logout.requested", everywhere: false }, { tellProvider: true, everywhere: false }],
    ["by the user, everywhere", {}, null, { type: "logout.requested", everywhere: true }, { tellProvider: true, everywhere: true }],
  ])("%s", async (_, found, limits, event, told) => {
    const { actor, signedOut } = await running({ found: { expiringAt: NOW - 1, ...found }, limits })
    if (event !== null) actor.send(event)
    expect(actor.getSnapshot().value).toBe("loggedOut")
    expect(signedOut).toEqual([expect.objectContaining(told)])
  })
})

it("one timer waits for the session's limits, however many grants there were, and none once it is over", async () => {
  const { actor, clock } = await running({ limits: { idleTimeoutMs: null, maxAgeMs: 3_600_000 } })
  const { pending } = clock
  for (const generation of [4, 5, 6]) actor.send({ type: "granted.elsewhere", facts: { ...facts, generation } })
  expect(clock.pending).toBe(pending)
  actor.send({ type: "logout.requested", everywhere: false })
  expect(clock.pending).toBe(0)
})

describe("what goes on in the background has a name for whoever inspects it", () => {
  const limits = { idleTimeoutMs: 2_000, maxAgeMs: null }

  it.each<[string, SessionEvent]>([
    ["storeLater", { type: "grant.accepted", facts: { ...facts, sid: "t" }, stored: false }],
    ["findUse", { type: "limit.reached" }],
    ["signOut", { type: "logout.requested", everywhere: false }],
  ])("%s", async (name, event) => {
    const { actor, clock } = await running({ limits })
    const before = Object.keys(actor.getSnapshot().children)
    clock.jump(2_000)
    actor.send(event)
    expect(Object.keys(actor.getSnapshot().children).filter((child) => !before.includes(child))).toEqual([name])
  })
})

interface InBackground {
  readonly services: Services
  readonly facts: Facts
}

/** A session that was found in the store, and whose refreshes take for ever. */
async function running({ found = {}, limits = null }: { found?: Partial<Facts>; limits?: Limits | null }) {
  const clock = manualClock({ now: NOW })
  const use = { used: false, at: 0 }
  const signedOut: SignOutInput[] = []
  const actors = {
    restore: fromPromise<Restoration, { services: Services }>(async () => ({
      is: "found",
      facts: { ...facts, ...found },
      inDoubt: false,
    })),
    refresh: fromPromise(() => new Promise(() => {})) as never,
    signOut: fromPromise<{ revoked: boolean }, SignOutInput>(async ({ input }) => {
      signedOut.push(input)
      return { revoked: false }
    }),
    shareUse: fromPromise<void, InBackground & { at: number }>(async () => {}),
    storeLater: fromCallback<SessionEvent, InBackground>(() => {}),
    findUse: fromCallback<SessionEvent, InBackground>(() => {}),
  }
  const actor = createActor(sessionMachine.provide({ actors }), {
    clock,
    input: {
      services: new Services({ clock, keyring: new Keyring(), use, random: () => 0.5 } as unknown as Inside),
      keepAlive: "while-used",
      limits,
    },
  }).start()
  onTestFinished(() => void actor.stop())
  await clock.settle()
  return { clock, use, actor, signedOut }
}
