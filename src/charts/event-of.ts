import type { AnyTransitionDefinition } from "xstate"
import type { ChartTransition } from "./chart.types.ts"

/**
 * The event of a transition as people read it: `logout.requested`, `after untilExpiring`, `done`, `failed`, `always`. Where a state runs
 * several actors, theirs are told apart by name: `done refresh`.
 *
 * @example eventOf(machine.states.active.transitions.get("logout.requested")[0]) // "logout.requested"
 */
export function eventOf(transition: AnyTransitionDefinition): string {
  const { eventType, source } = transition
  if (eventType === "") return "always"
  if (eventType === "*") return "any other event"
  if (eventType.startsWith("xstate.after.")) return `after ${lengthOf((transition as { delay?: unknown }).delay)}`
  if (eventType.startsWith("xstate.done.state.")) return source.type === "parallel" ? "all done" : "done"
  for (const [prefix, word] of ACTOR_EVENTS) {
    if (eventType.startsWith(prefix))
      return source.invoke.length > 1 ? `${word} ${nameOfActor(source, eventType.slice(prefix.length))}` : word
  }
  return eventType.replace(/^xstate\./, "")
}

/** What sets a transition off. */
export function triggerOf({ eventType }: AnyTransitionDefinition): ChartTransition["trigger"] {
  if (eventType === "") return "always"
  if (eventType.startsWith("xstate.after.")) return "delay"
  if (eventType.startsWith("xstate.done.state.")) return "state"
  return ACTOR_EVENTS.some(([prefix]) => eventType.startsWith(prefix)) ? "actor" : "event"
}

const ACTOR_EVENTS = [
  ["xstate.done.actor.", "done"],
  ["xstate.error.actor.", "failed"],
  ["xstate.snapshot.", "changed"],
] as const

/** A delay has a name, or a number of ms. */
function lengthOf(delay: unknown): string {
  if (typeof delay !== "number") return String(delay)
  return delay < 1000 ? `${delay} ms` : `${delay / 1000} s`
}

/** The id that an actor was given, or the name of what it runs. */
function nameOfActor({ invoke, id }: AnyTransitionDefinition["source"], actorId: string): string {
  const index = invoke.findIndex((each) => each.id === actorId)
  const src: unknown = invoke[index]?.src
  return actorId === `${index}.${id}` && typeof src === "string" && !src.startsWith("xstate.") ? src : actorId
}
