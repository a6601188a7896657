import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from "xstate"
import type { SessionMeta } from "../../machines/session.types.ts"

/**
 * A chart as text that a person can review: one sorted line for every transition and every stated ignore of every state,
 * `state --event[guard]--> target / actions`, with the source of the rule that it holds.
 */
export function tableOf(machine: AnyStateMachine): string {
  return `${nodesOf(machine.root).flatMap(linesOf).toSorted().join("\n")}\n`
}

/** Every state of a chart, the root left out. */
export function nodesOf(node: AnyStateNode): AnyStateNode[] {
  return Object.values(node.states).flatMap((state) => [state, ...nodesOf(state)])
}

/** `refreshing.attempt.running` */
export function nameOf(node: AnyStateNode): string {
  return node.path.join(".")
}

/** What happens in a state of its own accord or by an event, those of its ancestors left out. */
export function transitionsOf(node: AnyStateNode): AnyTransitionDefinition[] {
  return [...node.transitions.values()].flat().concat(node.always ?? [])
}

function linesOf(node: AnyStateNode): string[] {
  const kind =
    node.type === "final"
      ? ["(final)"]
      : node.type === "parallel"
        ? ["(parallel)"]
        : node.type === "compound"
          ? [`(begins in ${targetsOf(node.initial)})`]
          : []
  const tags = node.tags.length > 0 ? [`(tags ${node.tags.toSorted().join(", ")})`] : []
  const entered = node.entry.map(shown).filter((action) => !action.startsWith("xstate."))
  const entry = entered.length > 0 ? [`(entry ${entered.join(", ")})`] : []
  const facts = [...kind, ...tags, ...entry].map((fact) => `${nameOf(node)} ${fact}${sourceOf(node.meta)}`)
  return [...facts, ...transitionsOf(node).map((transition, index, all) => lineOf(node, transition, all.slice(0, index)))]
}

function lineOf(node: AnyStateNode, transition: AnyTransitionDefinition, before: readonly AnyTransitionDefinition[]): string {
  const { guard, actions, description, meta, reenter } = transition
  // Of several transitions on one event the first that may be taken is: its place is part of what it says.
  const place = before.filter(({ eventType }) => eventType === transition.eventType).length
  const line = `${nameOf(node)} --${eventOf(transition)}${place > 0 ? ` (${place + 1})` : ""}${guard === undefined ? "" : `[${shown(guard)}]`}--> `
  if (transition.target === undefined && actions.length === 0) return `${line}ignored: ${description ?? "NO REASON GIVEN"}`
  return [
    line,
    targetsOf(transition) || "(stays)",
    reenter ? " again" : "",
    actions.length > 0 ? ` / ${actions.map(shown).join(", ")}` : "",
    sourceOf(meta as SessionMeta | undefined),
  ].join("")
}

function eventOf({ eventType }: AnyTransitionDefinition): string {
  return eventType
    .replace(/^$/, "always")
    .replace(/^xstate\.done\.actor\.\d+\..*/, "done")
    .replace(/^xstate\.done\.actor\./, "done ")
    .replace(/^xstate\.error\.actor\..*/, "failed")
    .replace(/^xstate\.done\.state\..*/, "all done")
    .replace(/^xstate\.after\.([^.]+)\..*/, "after $1")
}

function targetsOf({ target }: { readonly target: readonly AnyStateNode[] | undefined }): string {
  return (target ?? []).map(nameOf).join(", ")
}

/** A guard or an action: its name, and what it is given. */
function shown(named: unknown): string {
  if (typeof named === "string") return named
  const { type, params } = named as { type: string; params?: Record<string, unknown> }
  return params === undefined ? type : `${type} ${Object.values(params).join(" ")}`
}

function sourceOf(meta: SessionMeta | undefined): string {
  return meta?.source === undefined ? "" : `  | ${meta.source.document}, ${meta.source.section}`
}
