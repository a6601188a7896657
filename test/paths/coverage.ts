import type { AnyStateMachine, AnyTransitionDefinition, InspectionEvent } from "xstate"
import { nameOf, nodesOf, transitionsOf } from "../golden/table-of.ts"

/** Which transitions of the session chart, and of the refresh charts by provider, were taken. */
export class Coverage {
  readonly #taken = new Map<string, Set<string>>()

  /** Looks at a session of this provider. */
  of(provider: string): (event: InspectionEvent) => void {
    return (event) => {
      if (event.type !== "@xstate.microstep") return
      const chart = event.actorRef.sessionId === event.rootId ? "session" : `refresh.${provider}`
      for (const transition of event._transitions) this.#takenIn(chart).add(lineOf(transition))
    }
  }

  /** The transitions of a chart, stated ignores among them, and those of them that nobody has taken. */
  find(chart: string, machine: AnyStateMachine): { readonly all: readonly string[]; readonly missing: readonly string[] } {
    const all = nodesOf(machine.root).flatMap((node) => transitionsOf(node).map(lineOf))
    return { all, missing: all.filter((line) => !this.#takenIn(chart).has(line)).map((line) => `${chart}: ${line}`) }
  }

  #takenIn(chart: string): Set<string> {
    const taken = this.#taken.get(chart) ?? new Set()
    this.#taken.set(chart, taken)
    return taken
  }
}

/** A transition by its state, its event and its place among those for the same event: `active --request.held (2)`. */
function lineOf(transition: AnyTransitionDefinition): string {
  const { source, eventType } = transition
  const place = transitionsOf(source)
    .filter((other) => other.eventType === eventType)
    .indexOf(transition)
  return `${nameOf(source)} --${shown(eventType)}${place > 0 ? ` (${place + 1})` : ""}`
}

function shown(eventType: string): string {
  return eventType
    .replace(/^$/, "always")
    .replace(/^xstate\.done\.state\..*/, "all done")
    .replace(/^xstate\.done\.actor\..*/, "done")
    .replace(/^xstate\.error\.actor\..*/, "failed")
    .replace(/^xstate\.after\.(\w+)\..*/, "after $1")
}
