import { afterEach, describe, expect, it, vi } from "vitest"
import { createActor, fromPromise, toPromise, type AnyStateNode } from "xstate"
import { createRefreshMachine, type RefreshContext } from "../../machines/refresh.machine.ts"
import type { Facts } from "../../src/core/facts.ts"
import type { Acquisition, Commitment, Deletion, Judgement } from "../../src/core/outcome.ts"
import type { NamedAnswer, OnDoubt, Rules } from "../../src/core/rules.ts"
import { Services, type Inside } from "../../src/core/services.ts"
import { manualClock } from "../../src/testing/index.ts"

const NOW = Date.UTC(2026, 0, 1)
const HOLD_MS = 60_000

const named = (verdict: NamedAnswer["verdict"]): NamedAnswer => ({
  verdict,
  when: {},
  says: "A rule.",
  source: { document: "a test", section: "1" },
})
const rules: Rules = {
  credential: "body",
  expiry: { from: ["reply"], take: "first", otherwiseS: null },
  issuedAt: [],
  rotation: "always",
  window: null,
  oldToken: "lives",
  answers: { dead: named("refused"), killed: named("refused"), badClient: named("misconfigured") },
  onDoubt: "replay",
  runsOn: "anywhere",
}

const facts: Facts = {
  sid: "s",
  generation: 1,
  startedAt: 0,
  usedAt: 0,
  issuedAt: 0,
  expiringAt: 1,
  expiresAt: 2,
  windowEndsAt: null,
  refreshable: true,
  user: null,
}
const inStore: Facts = { ...facts, issuedAt: 7 }
const next: Facts = { ...facts, generation: 2 }
const error = new Error("no")
const leased = { is: "leased", facts: inStore, inDoubtSince: null }
const unavailable = { is: "unavailable", why: "provider", retryAt: 5, error } as const
const misconfigured = { is: "misconfigured", error } as const

/** What the actors come to; an error is what they reject with. One that is not named must not run. */
type Script = Partial<Record<"acquire" | "send" | "commit" | "endRefused" | "release", unknown>>

afterEach(() => vi.unstubAllGlobals())

/** Runs a refresh through: the actors that ran, the last two states, and the outcome. */
async function refresh(script: Script, by: Partial<Rules> = {}) {
  const inputs: [string, RefreshContext][] = []
  const play = <Output>(name: keyof Script) =>
    fromPromise<Output, RefreshContext>(async ({ input }) => {
      inputs.push([name, input])
      const played = script[name]
      if (played instanceof Error) throw played
      return played as Output
    })
  const actors = {
    acquire: play<Acquisition>("acquire"),
    send: play<Judgement>("send"),
    commit: play<Commitment>("commit"),
    endRefused: play<Deletion>("endRefused"),
    release: play<void>("release"),
  }
  const services = new Services({ clock: manualClock({ now: NOW }) } as unknown as Inside)
  const states: string[] = []
  const actor = createActor(createRefreshMachine({ rules: { ...rules, ...by } }).provide({ actors }), {
    input: { services, facts },
    inspect: (event) => {
      if (event.type !== "@xstate.microstep") return
      states.push(...event._transitions.flatMap(({ target }) => (target ?? []).map((node: AnyStateNode) => node.path.join("."))))
    },
  }).start()
  const outcome = await toPromise(actor)
  return {
    ran: inputs.map(([name]) => name).join(" "),
    end: states.at(-1),
    before: states.at(-2),
    outcome,
    inputs: Object.fromEntries(inputs),
  }
}

describe("a refresh that is granted", () => {
  it("is stored before it is handed over", async () => {
    expect(await refresh({ acquire: leased, send: { is: "granted", facts: next }, commit: { is: "stored" } })).toMatchObject({
      ran: "acquire send commit",
      end: "granted",
      outcome: { is: "granted", facts: next, stored: true },
    })
  })

  it("is handed over although the store is away", async () => {
    expect(await refresh({ acquire: leased, send: { is: "granted", facts: next }, commit: error })).toMatchObject({
      end: "granted",
      outcome: { is: "granted", facts: next, stored: false },
    })
  })

  it.each<[string, unknown, string, object]>([
    ["gives way to a successor in the store", { is: "stale", facts: inStore }, "adopted", { is: "adopted", facts: inStore }],
    ["comes too late where the session has ended", { is: "gone" }, "gone", { is: "gone" }],
  ])("%s", async (_, commit, end, outcome) => {
    expect(await refresh({ acquire: leased, send: { is: "granted", facts: next }, commit })).toMatchObject({ end, outcome })
  })

  it("is asked for with the grant that the store holds", async () => {
    const { inputs } = await refresh({ acquire: leased, send: { is: "granted", facts: next }, commit: { is: "stored" } })
    expect(inputs["acquire"]?.facts).toBe(facts)
    expect(inputs["send"]).toMatchObject({ facts: inStore, inDoubtSince: null })
    expect(inputs["commit"]?.outcome).toEqual({ is: "granted", facts: next, stored: true })
  })
})

describe("asking for the lease", () => {
  it.each<[string, unknown, string, object]>([
    ["finds a newer grant", { is: "fresh", facts: next }, "adopted", { is: "adopted", facts: next }],
    ["finds no session", { is: "gone" }, "gone", { is: "gone" }],
    ["finds another holder at it", { ...unavailable, why: "busy" }, "unavailable", { ...unavailable, why: "busy" }],
    ["finds no store", error, "unavailable", { is: "unavailable", why: "provider", retryAt: null, error }],
  ])("%s, and nothing is sent", async (_, acquire, end, outcome) => {
    expect(await refresh({ acquire })).toMatchObject({ ran: "acquire", end, outcome })
  })
})

describe("an answer that grants nothing", () => {
  it.each<[string, unknown, string, object]>([
    ["blocked by a rule", { ...misconfigured, answer: "badClient" }, "misconfigured", misconfigured],
    ["not the provider's", { ...misconfigured, answer: "notTheProvider" }, "misconfigured", misconfigured],
    ["known not to have been done", { ...unavailable, is: "notDone" }, "unavailable", unavailable],
    ["in doubt", { ...unavailable, is: "inDoubt", perhapsDone: true }, "unavailable", { ...unavailable, perhapsDone: true }],
    ["a store that failed before anything was sent", error, "unavailable", { is: "unavailable", why: "provider", retryAt: null, error }],
  ])("%s: the lease is given back", async (_, send, end, outcome) => {
    expect(await refresh({ acquire: leased, send, release: undefined })).toMatchObject({ ran: "acquire send release", end, outcome })
  })

  it("because the lease was lost: there is none to give back", async () => {
    expect(await refresh({ acquire: leased, send: unavailable })).toMatchObject({
      ran: "acquire send",
      end: "unavailable",
      outcome: unavailable,
    })
  })
})

describe("an answer that refuses", () => {
  it.each(["dead", "killed"])("by the rule %s ends the session by that name, once the store is asked", async (answer) => {
    const refused = { acquire: leased, send: { is: "refused", answer }, endRefused: { is: "deleted" } }
    expect(await refresh(refused)).toMatchObject({
      ran: "acquire send endRefused",
      before: `ended.${answer}`,
      end: "over",
      outcome: { is: "ended", answer },
    })
  })

  it.each<[string, unknown, string, object]>([
    ["somebody has moved on", { is: "stale", facts: next }, "adopted", { is: "adopted", facts: next }],
    ["somebody has ended it", { is: "gone" }, "gone", { is: "gone" }],
    ["the store is away", error, "unavailable", { is: "unavailable", why: "provider", retryAt: null, error }],
  ])("ends nothing here where %s", async (_, endRefused, end, outcome) => {
    expect(await refresh({ acquire: leased, send: { is: "refused", answer: "dead" }, endRefused })).toMatchObject({ end, outcome })
  })
})

describe("a refresh of which somebody stored no answer", () => {
  const since = (inDoubtSince: number) => ({ ...leased, inDoubtSince })
  const sent = { send: { is: "granted", facts: next }, commit: { is: "stored" } }
  // oxlint-disable-next-line unicorn/no-thenable -- nobody awaits a rule
  const hold = (then: "replay" | "end"): OnDoubt => ({ holdMs: HOLD_MS, then })

  it("is sent again at once where the rule says replay", async () => {
    const { ran, end, inputs } = await refresh({ acquire: since(NOW), ...sent })
    expect([ran, end]).toEqual(["acquire send commit", "granted"])
    expect(inputs["send"]).toMatchObject({ facts: inStore, inDoubtSince: NOW })
  })

  it.each(["replay", "end"] as const)("is left alone while the rule says to hold, also where it says %s then", async (then) => {
    const { ran, end, outcome, inputs } = await refresh({ acquire: since(NOW - HOLD_MS + 1), release: undefined }, { onDoubt: hold(then) })
    expect([ran, end]).toEqual(["acquire release", "unavailable"])
    expect(outcome).toMatchObject({ is: "unavailable", why: "provider", retryAt: NOW + 1 })
    expect(inputs["release"]).toMatchObject({ inDoubtSince: NOW - HOLD_MS + 1 })
  })

  it("is sent again after that", async () => {
    expect(await refresh({ acquire: since(NOW - HOLD_MS), ...sent }, { onDoubt: hold("replay") })).toMatchObject({
      ran: "acquire send commit",
      end: "granted",
    })
  })

  it("ends the session after that", async () => {
    const given = { acquire: since(NOW - HOLD_MS), endRefused: { is: "deleted" } }
    expect(await refresh(given, { onDoubt: hold("end") })).toMatchObject({
      ran: "acquire endRefused",
      before: "ended.doubt",
      end: "over",
      outcome: { is: "ended", answer: "doubt" },
    })
  })

  it("can still be refused by any rule", async () => {
    const refused = { acquire: leased, send: { is: "refused", answer: "killed" }, endRefused: { is: "deleted" } }
    expect(await refresh(refused, { onDoubt: hold("end") })).toMatchObject({
      before: "ended.killed",
      outcome: { is: "ended", answer: "killed" },
    })
  })
})

describe("a provider for servers", () => {
  it("is asked on a server", async () => {
    expect(await refresh({ acquire: { is: "gone" } }, { runsOn: "server" })).toMatchObject({ ran: "acquire", end: "gone" })
  })

  it("is not asked from a browser", async () => {
    vi.stubGlobal("window", {})
    vi.stubGlobal("document", {})
    const { ran, end, outcome } = await refresh({}, { runsOn: "server" })
    expect([ran, end]).toEqual(["", "misconfigured"])
    expect(outcome).toMatchObject({ is: "misconfigured", error: { code: "configuration" } })
  })
})

it("rules that refuse nothing make a chart, too: it has no end by refusal", async () => {
  expect(await refresh({ acquire: { is: "gone" } }, { answers: {} })).toMatchObject({ end: "gone", outcome: { is: "gone" } })
})

it("the chart is called refresh, whatever the provider", () => {
  expect(createRefreshMachine({ rules }).id).toBe("refresh")
})
