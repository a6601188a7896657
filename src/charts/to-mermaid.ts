import type { AnyStateMachine } from "xstate"
import { chartOf, statesOf, type ChartOptions } from "./chart-of.ts"
import type { Chart, ChartState, ChartTransition } from "./chart.types.ts"
import { gatheringsOf, type Gathering } from "./drawing/gatherings-of.ts"
import { goalsOf } from "./drawing/goals-of.ts"
import { groupedBy } from "./drawing/grouped-by.ts"
import { partingOf } from "./drawing/parting-of.ts"
import { pathTo } from "./drawing/path-to.ts"
import { transitionWords } from "./drawing/transition-words.ts"

/**
 * Draws an XState machine as the text of a Mermaid state diagram, which GitHub shows in Markdown: states inside states, regions side by
 * side, every transition with its guard, rules and their sources as notes. What a composite state does without leaving is a comment.
 *
 * Mermaid cannot draw an arrow into or out of a composite state with regions, so each arrow joins two states of one level and says what is
 * meant inside: `done [isUsable] in reading → usable`.
 *
 * @example
 * writeFileSync("session.mmd", toMermaid(sessionMachine))
 */
export function toMermaid(machine: AnyStateMachine, options?: ChartOptions): string {
  const chart = chartOf(machine, options)
  const diagram = diagramOf(chart)
  const lines = [
    "---",
    `title: ${JSON.stringify(chart.root.name)}`,
    "---",
    "stateDiagram-v2",
    ...inside(chart.root, diagram).map((line) => `  ${line}`),
  ]
  return `${lines.join("\n")}\n`
}

interface Diagram {
  /** The names of states in the diagram, by id. */
  readonly names: ReadonlyMap<string, string>
  readonly gatherings: readonly Gathering[]
  readonly arrows: readonly Arrow[]
}

/** A transition between two states of one level. */
interface Arrow {
  readonly transition: ChartTransition
  readonly level: string
  readonly source: string
  readonly target: string
  /** The state it really leads to. */
  readonly goal: string
}

function diagramOf({ root }: Chart): Diagram {
  const gatherings = gatheringsOf(root)
  const gathered = new Set(gatherings.flatMap(({ rows }) => rows.flatMap(({ transitions }) => transitions)))
  const transitions = statesOf(root).flatMap((state) => state.transitions)
  const drawn = transitions.filter((transition) => !transition.isIgnore && !gathered.has(transition))
  return {
    names: namesOf(statesOf(root)),
    gatherings,
    arrows: drawn.flatMap((transition) =>
      goalsOf(transition).map((goal) => ({ transition, goal, ...partingOf(pathTo(transition.source), pathTo(goal)) })),
    ),
  }
}

/** What is inside a state: the states there, where it begins, and the arrows among them. */
function inside(state: ChartState, diagram: Diagram): string[] {
  const { names, arrows, gatherings } = diagram
  const regions = state.states.map((inner) => stateLines(inner, diagram))
  const begin = state.initial === null ? [] : [`[*] --> ${names.get(pathTo(state.initial)[pathTo(state.id).length]!)!}`]
  const ids = new Set(state.states.map(({ id }) => id))
  const here = groupedBy(
    arrows.filter(({ level }) => level === state.id),
    ({ source, target }) => `${source} → ${target}`,
  )
  return [
    ...(state.kind === "parallel" ? regions.flatMap((lines, place) => (place === 0 ? lines : ["--", ...lines])) : regions.flat()),
    ...begin,
    ...gatherings.filter(({ target }) => ids.has(target)).flatMap((gathering) => gatheringLines(gathering, names)),
    ...here.map((same) => arrowLine(same, names)),
    ...state.states.filter(({ kind }) => kind === "final").map(({ id }) => `${names.get(id)!} --> [*]`),
  ]
}

function stateLines(state: ChartState, diagram: Diagram): string[] {
  const name = diagram.names.get(state.id)!
  const stays = state.transitions.filter((transition) => isStay(transition, diagram)).map(stayText)
  const title = `state "${escaped(state.kind === "history" ? `${state.name} (history)` : state.name)}" as ${name}`
  if (state.states.length > 0) {
    const comments = stays.map((stay) => `%% ${state.name} stays: ${stay}`)
    return [`${title}{`, ...[...comments, ...inside(state, diagram)].map((line) => `  ${line}`), "}", ...notes(state, name)]
  }
  const source = state.meta?.["source"] as ChartTransition["ruleSource"] | undefined
  const texts = [...(state.description === null ? [] : [state.description]), ...(source ? [placeOf(source)] : []), ...stays]
  return [title, ...texts.map((text) => `${name} : ${escaped(text)}`), ...notes(state, name)]
}

/** Without its URL: Mermaid would show it in full. */
function placeOf({ document, section }: NonNullable<ChartTransition["ruleSource"]>): string {
  return `${document}, ${section}`
}

/** The rules that a state's transitions hold, where they are not told by the states they lead to. */
function notes({ transitions }: ChartState, name: string): string[] {
  const rules = transitions.filter(({ rule }) => rule !== null)
  if (rules.length === 0) return []
  const texts = rules.map(({ rule, ruleSource }) => escaped([rule, ...(ruleSource === null ? [] : [placeOf(ruleSource)])].join(", ")))
  return [`note right of ${name}`, ...texts.map((text) => `  ${text}`), "end note"]
}

function gatheringLines({ target, rows }: Gathering, names: ReadonlyMap<string, string>): string[] {
  const name = `into_${names.get(target)!}`
  return [
    `state "elsewhere" as ${name}`,
    ...rows.map(({ transitions, from }) => `${name} : ${escaped(`${transitionWords(transitions[0]!)} ${from}`)}`),
    `${name} --> ${names.get(target)!}`,
  ]
}

function arrowLine(arrows: readonly Arrow[], names: ReadonlyMap<string, string>): string {
  const { source, target } = arrows[0]!
  const texts = arrows.map(({ transition, goal }) => {
    const from = transition.source === source ? "" : ` in ${transition.source.slice(source.length + 1)}`
    const to = goal === target ? "" : ` → ${goal.slice(target.length + 1)}`
    return escaped(`${transitionWords(transition)}${from}${to}`)
  })
  return `${names.get(source)!} --> ${names.get(target)!} : ${texts.join("<br/>")}`
}

function isStay(transition: ChartTransition, { gatherings }: Diagram): boolean {
  const isGathered = gatherings.some(({ rows }) => rows.some(({ transitions }) => transitions.includes(transition)))
  return !transition.isIgnore && !isGathered && goalsOf(transition).length === 0
}

function stayText(transition: ChartTransition): string {
  const { source, targets, actions } = transition
  if (targets.length === 0) return `${transitionWords(transition)} / ${actions.join(", ")}`
  return `${transitionWords(transition)}, ${targets.map((target) => (target === source ? "again" : `${target} again`)).join(", ")}`
}

/** A state's own name where no other has it, else its path. */
function namesOf(states: readonly ChartState[]): Map<string, string> {
  const taken = new Set<string>(RESERVED)
  const isTaken = (name: string) => taken.has(name.toLowerCase())
  const names = new Map<string, string>()
  for (const { id, name } of states) {
    const isShared = states.some((other) => other.id !== id && other.name === name)
    let unique = (isShared ? id : name).replace(/\W/g, "_")
    while (unique === "" || isTaken(unique)) unique += "_"
    taken.add(unique.toLowerCase())
    names.set(id, unique)
  }
  return names
}

/** Words that Mermaid reads as something else than a state, in whatever case. */
const RESERVED = [
  "as",
  "class",
  "classdef",
  "click",
  "default",
  "direction",
  "end",
  "fork",
  "hide",
  "join",
  "note",
  "root",
  "scale",
  "state",
  "style",
]

/** A text without what Mermaid would read as its own, in Mermaid's own way of writing characters. */
function escaped(text: string): string {
  return text.replace(/\s+/g, " ").replace(/[#;:"<>%{}]/g, (character) => `#${character.codePointAt(0)};`)
}
