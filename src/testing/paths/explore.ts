import { adjacencyMapToArray, getAdjacencyMap, getShortestPaths } from "xstate/graph"
import type { ActorLogic, Snapshot } from "xstate"
import type { Move } from "./move.ts"
import { movesOf } from "./moves.ts"
import { atFirst, classOf, type Situation } from "./situation.ts"
import type { Traits } from "./traits.ts"

/** What there is to be walked. */
export interface Exploration {
  /** How many finite classes of situations were found. */
  readonly states: number
  /** How many moves lead from one to another, or back. */
  readonly edges: number
  /** The shortest way to every edge, and the edge; one that is the beginning of another is left out. */
  readonly paths: readonly (readonly Move[])[]
}

interface MoveMade {
  readonly type: string
  readonly move: Move
}

/** Explores, from every kind of start, what may happen to a session at a provider with these traits. */
export function explore(traits: Traits): Exploration {
  const logic = logicOf(traits)
  const moves = movesOf(traits)
  const options = {
    events: ({ context }: Sighted) =>
      moves.filter((move) => move.when(context, traits)).map((move): MoveMade => ({ type: move.name, move })),
    serializeState: ({ context }: Sighted) => classOf(context),
    serializeEvent: ({ type }: MoveMade) => type,
  }
  const ways = new Map(
    getShortestPaths(logic, options).map(({ state, steps }) => [
      classOf(state.context),
      steps.flatMap(({ event }) => ("move" in event ? [event.move] : [])),
    ]),
  )
  const edges = adjacencyMapToArray(getAdjacencyMap(logic, options))
  const paths = edges.map(({ state, event }) => [...(ways.get(classOf(state.context)) ?? []), event.move])
  const titles = new Set(paths.flatMap((path) => path.slice(0, -1).map((_, index) => titleOf(path.slice(0, index + 1)))))
  return { states: ways.size, edges: edges.length, paths: paths.filter((path) => !titles.has(titleOf(path))) }
}

/** A path in one line. */
export function titleOf(path: readonly Move[]): string {
  return path.map(({ name }) => name).join(" → ")
}

/** What must be the case after a move. */
export function after(s: Situation, { name, when, leadsTo }: Move, traits: Traits): Situation {
  if (!when(s, traits)) throw new Error(`"${name}" cannot happen here`)
  const next = { ...s }
  leadsTo(next, traits)
  return next
}

type Sighted = Snapshot<unknown> & { readonly context: Situation }

/** The situations as a logic that `xstate/graph` can explore. */
function logicOf(traits: Traits): ActorLogic<Sighted, MoveMade> {
  const sighted = (context: Situation): Sighted => ({ status: "active", output: undefined, error: undefined, context })
  return {
    transition: ({ context }, { move }) => sighted(after(context, move, traits)),
    getInitialSnapshot: () => sighted(atFirst),
    getPersistedSnapshot: (snapshot) => snapshot,
  }
}
