import type { AnyStateMachine } from "xstate"
import { describe, expect, it } from "vitest"
import { chartOf, statesOf } from "../../src/charts/chart-of.ts"
import { toMermaid } from "../../src/charts/to-mermaid.ts"
import { shippedCharts } from "../../src/cli/shipped-charts.ts"
import { machines, player } from "./machines.ts"

const charts: [string, AnyStateMachine][] = [
  ...Object.entries(shippedCharts).map(([name, chart]): [string, AnyStateMachine] => [name, chart().machine]),
  ...Object.entries(machines),
]

/** The lines that Mermaid's grammar for state diagrams knows, as far as we write them: no text has a colon, a semicolon or a quote. */
const NAME = String.raw`[A-Za-z_]\w*`
const TEXT = String.raw`(?:[^:;"#%{}<>]|#\d+;|<br/>)+`
const LINES = {
  open: new RegExp(`^state "${TEXT}" as (${NAME})\\{$`),
  state: new RegExp(`^state "${TEXT}" as (${NAME})$`),
  close: /^\}$/,
  text: new RegExp(`^(${NAME}) : ${TEXT}$`),
  arrow: new RegExp(`^(${NAME}|\\[\\*\\]) --> (${NAME}|\\[\\*\\])(?: : ${TEXT})?$`),
  region: /^--$/,
  comment: /^%% [^\n]+$/,
  note: new RegExp(`^note right of (${NAME})$`),
  endNote: /^end note$/,
}

interface Block {
  readonly declared: Set<string>
  readonly used: Set<string>
}

/** Reads a diagram as Mermaid would, and returns what is wrong with it. */
function faultsIn(diagram: string): string[] {
  const [head, title, end, kind, ...lines] = diagram.trimEnd().split("\n")
  const faults: string[] = []
  if (head !== "---" || !title?.startsWith(`title: "`) || end !== "---" || kind !== "stateDiagram-v2") faults.push("it does not begin well")
  const blocks: Block[] = [{ declared: new Set(), used: new Set() }]
  const names = new Set<string>()
  const leave = () => {
    const { declared, used } = blocks.pop()!
    for (const name of used) if (name !== "[*]" && !declared.has(name)) faults.push(`${name} is used where it was not declared`)
  }
  let isNote = false
  for (const line of lines.map((each) => each.trim())) {
    const kindOf = Object.entries(LINES).find(([, pattern]) => pattern.test(line))
    const [, one, two] = kindOf?.[1].exec(line) ?? []
    if (isNote && kindOf?.[0] !== "endNote") {
      if (!new RegExp(`^${TEXT}$`).test(line)) faults.push(`the note says: ${line}`)
      continue
    }
    isNote = kindOf?.[0] === "note"
    if (kindOf === undefined) faults.push(`what is: ${line}`)
    if (kindOf?.[0] === "state" || kindOf?.[0] === "open") {
      if (names.has(one!)) faults.push(`${one} is declared twice`)
      names.add(one!)
      blocks.at(-1)!.declared.add(one!)
    }
    if (kindOf?.[0] === "open") blocks.push({ declared: new Set(), used: new Set() })
    if (kindOf?.[0] === "close") leave()
    if (kindOf?.[0] === "arrow") blocks.at(-1)!.used.add(one!).add(two!)
    if (kindOf?.[0] === "text" || kindOf?.[0] === "note") blocks.at(-1)!.used.add(one!)
  }
  leave()
  return faults
}

describe.each(charts)("the Mermaid diagram of the %s chart", (_, machine) => {
  const diagram = toMermaid(machine)

  it("is Mermaid", () => expect(faultsIn(diagram)).toEqual([]))

  it("has every state, and says what sets each transition off", () => {
    const { root } = chartOf(machine)
    const states = statesOf(root).filter(({ id }) => id !== "")
    expect(diagram.match(/^ *state "/gm) ?? []).toHaveLength(states.length + (diagram.match(/^ *state "elsewhere"/gm) ?? []).length)
    for (const { event, isIgnore } of states.flatMap(({ transitions }) => transitions)) {
      if (!isIgnore) expect(diagram).toContain(event.replace(/[;:]/g, (character) => `#${character.codePointAt(0)};`))
    }
  })
})

it("the test for Mermaid sees what is wrong", () => {
  const diagram = toMermaid(player)
  expect(faultsIn(diagram.replace("There is no disc.", "There: no disc."))).toHaveLength(1)
  expect(faultsIn(diagram.replace("--> asleep", "--> nowhere"))).toEqual(["nowhere is used where it was not declared"])
})

it("a Mermaid diagram has states inside states, regions, guards, delays and always", () => {
  expect(toMermaid(player)).toMatchInlineSnapshot(`
    "---
    title: "player"
    ---
    stateDiagram-v2
      state "empty" as empty
      empty : There is no disc.
      state "on" as on{
        state "sound" as sound{
          state "loud" as loud
          loud : TICK / count
          state "quiet" as quiet
          [*] --> loud
          state "elsewhere" as into_quiet
          into_quiet : BACK from anywhere in on, also to on.speed.slow
          into_quiet --> quiet
          loud --> quiet : PAUSE
          quiet --> loud : PLAY
        }
        --
        state "speed" as speed{
          state "normal" as normal
          state "fast" as fast
          fast : FAST, again
          state "slow" as slow
          slow : SLOW, on.speed again
          state "last (history)" as last
          [*] --> normal
          normal --> fast : FAST [isNear start 3]
          fast --> slow : SLOW
          slow --> normal : always [hasDisc and isLocked]
        }
      }
      state "asleep" as asleep
      state "menu" as menu
      menu : any other event / assign
      state "gone" as gone
      [*] --> empty
      state "elsewhere" as into_empty
      into_empty : RESET from every state
      into_empty --> empty
      state "elsewhere" as into_menu
      into_menu : MENU [not isLocked] from every state
      into_menu --> menu
      empty --> on : PLAY [hasDisc]
      empty --> asleep : after 250 ms<br/>after 1.5 s
      on --> empty : EJECT
      on --> asleep : STOP in sound.quiet
      asleep --> on : PLAY → speed.last
      asleep --> gone : after untilBored
      menu --> empty : BACK
      menu --> gone : STOP
      gone --> [*]
    "
  `)
})
