import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from "xstate"
import type { Source } from "../core/rules.ts"
import type { Chart, ChartState, ChartTransition } from "./chart.types.ts"
import { eventOf, triggerOf } from "./event-of.ts"
import { wordsOf } from "./words-of.ts"

/**
 * Reads a chart out of any XState machine: its states, and its transitions with their guards, delays, rules and the sources of the rules.
 *
 * @example
 * const { root } = chartOf(sessionMachine)
 * root.states.map(({ name }) => name) // ["restoring", "unauthenticated", …]
 */
export function chartOf(machine: AnyStateMachine, { title = machine.id }: ChartOptions = {}): Chart {
  return { id: machine.id, root: { ...stateOf(machine.root), name: title } }
}

/** How a chart is presented. */
export interface ChartOptions {
  /** What is written above it. Default: the machine's id. */
  readonly title?: string
}

/** Every state of a chart, outer ones before inner ones, the root first. */
export function statesOf(state: ChartState): ChartState[] {
  return [state, ...state.states.flatMap(statesOf)]
}

/**
 * The id that a transition has in its chart, for whoever watches a running machine.
 *
 * @example inspectionEvent._transitions.map(transitionIdOf) // ["active refresh.requested 0"]
 */
export function transitionIdOf(transition: AnyTransitionDefinition): string {
  const event = eventOf(transition)
  const branches = definitionsOf(transition.source).filter((each) => eventOf(each) === event)
  return [idOf(transition.source), event, branches.indexOf(transition)].join(" ").trimStart()
}

function stateOf(node: AnyStateNode): ChartState {
  const { config, invoke } = node
  return {
    id: idOf(node),
    name: node.key,
    kind: node.type,
    description: node.description ?? null,
    tags: node.tags,
    meta: (node.meta as ChartState["meta"] | undefined) ?? null,
    invokes: invoke.map(({ src, id }) => nameOfLogic(src, id)),
    // The node's own lists hold the timers of its delays, too.
    entry: listOf(config.entry).map(wordsOf),
    exit: listOf(config.exit).map(wordsOf),
    initial: node.type === "compound" ? idOf(node.initial.target[0]!) : null,
    states: Object.values(node.states).map(stateOf),
    transitions: definitionsOf(node).map(transitionOf),
  }
}

function idOf(node: AnyStateNode): string {
  return node.path.join(".")
}

function definitionsOf(node: AnyStateNode): AnyTransitionDefinition[] {
  return [...node.transitions.values()].flat().concat(node.always ?? [])
}

function transitionOf(definition: AnyTransitionDefinition, place: number, all: readonly AnyTransitionDefinition[]): ChartTransition {
  const { guard, description, meta, reenter, target, eventType, source } = definition
  const { rule, source: ruleSource } = (meta ?? {}) as { readonly rule?: string; readonly source?: Source }
  const actions = definition.actions.map(wordsOf)
  return {
    id: transitionIdOf(definition),
    source: idOf(source),
    targets: (target ?? []).map(idOf),
    event: eventOf(definition),
    trigger: triggerOf(definition),
    guard: guard === undefined ? null : wordsOf(guard),
    isElse: guard === undefined && all.slice(0, place).some((earlier) => earlier.eventType === eventType),
    reenters: reenter,
    actions,
    description: description ?? null,
    rule: rule ?? null,
    ruleSource: ruleSource ?? null,
    isIgnore: target === undefined && actions.length === 0,
  }
}

/** The name that an actor's logic has in `setup`; inline logic has none, so the actor's id has to do. */
function nameOfLogic(src: unknown, id: string): string {
  return typeof src === "string" && !src.startsWith("xstate.") ? src : id
}

function listOf(actions: unknown): unknown[] {
  return actions === undefined ? [] : [actions].flat()
}
