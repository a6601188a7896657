import { createActor, createMachine } from "xstate"
import { describe, expect, it } from "vitest"
import { createRefreshMachine } from "../../machines/refresh.machine.ts"
import { sessionMachine } from "../../machines/session.machine.ts"
import { chartOf, statesOf, transitionIdOf } from "../../src/charts/chart-of.ts"
import type { ChartState } from "../../src/charts/chart.types.ts"
import { providers } from "../golden/providers.ts"
import { player } from "./machines.ts"

const { root } = chartOf(player)

function stateOf(id: string): ChartState {
  const state = statesOf(root).find((each) => each.id === id)
  if (state === undefined) throw new Error(`there is no state ${id}`)
  return state
}

/** What is said of the transitions of a state: event, guard, targets. */
function said(id: string): string[] {
  return stateOf(id).transitions.map(({ event, guard, isElse, targets }) =>
    [event, ...(guard === null ? [] : [`[${guard}]`]), ...(isElse ? ["[else]"] : []), "→", targets.join(" + ")].join(" "),
  )
}

describe("the chart of a machine", () => {
  it("has every state, by its path, with its kind", () => {
    expect(statesOf(root).map(({ id, kind }) => `${id} ${kind}`.trim())).toEqual([
      "compound",
      "empty atomic",
      "on parallel",
      "on.sound compound",
      "on.sound.loud atomic",
      "on.sound.quiet atomic",
      "on.speed compound",
      "on.speed.normal atomic",
      "on.speed.fast atomic",
      "on.speed.slow atomic",
      "on.speed.last history",
      "asleep atomic",
      "menu atomic",
      "gone final",
    ])
  })

  it("says where each state begins", () => {
    expect([root.initial, stateOf("on.sound").initial, stateOf("on").initial]).toEqual(["empty", "on.sound.loud", null])
  })

  it("reads events, delays and always as people do", () => {
    expect(said("empty")).toEqual(["PLAY [hasDisc] → on", "after 250 ms → asleep", "after 1.5 s → asleep"])
    expect(said("asleep")).toEqual(["PLAY → on.speed.last", "after untilBored → gone"])
    expect(said("on.speed.slow")).toEqual(["SLOW → on.speed", "always [hasDisc and isLocked] → on.speed.normal"])
    expect(said("menu").at(-1)).toBe("any other event → ")
  })

  it("says with what guards and actions are given", () => {
    expect(said("on.speed.normal")).toEqual(["FAST [isNear start 3] → on.speed.fast"])
    expect(stateOf("on").entry).toEqual(["beep 2", "count"])
    expect(stateOf("menu").transitions.at(-1)?.actions).toEqual(["assign"])
  })

  it("knows which branch is taken when no other is", () => {
    expect(said("")).toEqual(["RESET → empty", "MENU [not isLocked] → menu", "MENU [else] → "])
  })

  it("knows transitions to several states, into the same state again, and stated ignores", () => {
    expect(said("on")).toEqual(["EJECT → empty", "BACK → on.sound.quiet + on.speed.slow"])
    expect(stateOf("on.speed.fast").transitions.map(({ reenters }) => reenters)).toEqual([true, false])
    expect(root.transitions.map(({ isIgnore }) => isIgnore)).toEqual([false, false, true])
    expect(stateOf("on.sound.loud").transitions.map(({ isIgnore }) => isIgnore)).toEqual([false, false])
  })

  it("tells the actors of a state apart, where there are several", () => {
    const machine = createMachine({
      initial: "one",
      states: {
        one: { invoke: { src: "load", onDone: "two", onError: "two" } },
        two: {
          invoke: [
            { src: "load", onDone: "one" },
            { src: "save", id: "saving", onError: "one", onSnapshot: "one" },
          ],
        },
      },
    })
    const [one, two] = chartOf(machine).root.states
    expect(one).toMatchObject({ invokes: ["load"], transitions: [{ event: "done" }, { event: "failed" }] })
    expect(two?.transitions.map(({ event }) => event)).toEqual(["done load", "failed saving", "changed saving"])
  })

  it("gives each transition an id of its own", () => {
    for (const machine of [player, sessionMachine, ...Object.values(providers).map(createRefreshMachine)]) {
      const ids = statesOf(chartOf(machine).root).flatMap(({ transitions }) => transitions.map(({ id }) => id))
      expect(new Set(ids).size).toBe(ids.length)
    }
  })

  it("has the rule of each of a provider's answers, with its source", () => {
    const provider = providers.vault
    const { transitions } = chartOf(createRefreshMachine(provider)).root.states.find(({ id }) => id === "requesting")!
    for (const [name, { says, source }] of Object.entries(provider.rules.answers)) {
      expect(transitions).toContainEqual(expect.objectContaining({ rule: name, ruleSource: source, description: says }))
    }
  })

  it("is plain data", () => {
    const chart = chartOf(sessionMachine)
    expect(JSON.parse(JSON.stringify(chart))).toEqual(chart)
  })
})

it("whoever watches a running machine finds its transitions in the chart", () => {
  const seen: string[] = []
  const actor = createActor(player, {
    inspect: (event) => {
      if (event.type === "@xstate.microstep") seen.push(...event._transitions.map(transitionIdOf))
    },
  })
  actor.start()
  for (const type of ["PLAY", "PAUSE", "FAST", "FAST", "EJECT", "RESET"] as const) actor.send({ type })
  expect(seen).toEqual(["empty PLAY 0", "on.sound.loud PAUSE 0", "on.speed.normal FAST 0", "on.speed.fast FAST 0", "on EJECT 0", "RESET 0"])
})
