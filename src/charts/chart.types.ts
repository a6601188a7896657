import type { Source } from "../core/rules.ts"

/** A chart as what can be drawn of it: the states of a machine and what leads from one to another, as plain data. */
export interface Chart {
  /** The machine's id. */
  readonly id: string
  /** The machine itself, as the state around all others. Its id is empty, its name is what is written above the chart. */
  readonly root: ChartState
}

/** A state of a chart. */
export interface ChartState {
  /** Its path from the root: `refreshing.attempt.running`. */
  readonly id: string
  /** The last part of its path. */
  readonly name: string
  readonly kind: "atomic" | "compound" | "parallel" | "final" | "history"
  readonly description: string | null
  readonly tags: readonly string[]
  readonly meta: Readonly<Record<string, unknown>> | null
  /** The actors that run while the chart is in this state. */
  readonly invokes: readonly string[]
  readonly entry: readonly string[]
  readonly exit: readonly string[]
  /** The id of the state it begins in. */
  readonly initial: string | null
  readonly states: readonly ChartState[]
  /** What happens here by an event or of its own accord, in the order in which it is tried. */
  readonly transitions: readonly ChartTransition[]
}

/** A transition of a chart, or a stated ignore. */
export interface ChartTransition {
  /** Source, event and place among the source's branches of this event: `active refresh.requested 0`. */
  readonly id: string
  /** The id of the state that declares it. */
  readonly source: string
  /** The ids of the states it leads to; none: the chart stays where it is. */
  readonly targets: readonly string[]
  /** As people read it: `logout.requested`, `after untilExpiring`, `done`, `failed`, `always`. */
  readonly event: string
  /** What sets it off: an event that somebody sends, time, an actor or a final state inside, or nothing but being there. */
  readonly trigger: "event" | "delay" | "actor" | "state" | "always"
  /** With what it is given: `outcome granted`. */
  readonly guard: string | null
  /** It has no guard of its own, and is taken where the guards of all branches before it say no. */
  readonly isElse: boolean
  /** It leaves its source and enters it again. */
  readonly reenters: boolean
  readonly actions: readonly string[]
  readonly description: string | null
  /** The name of the rule that it holds. */
  readonly rule: string | null
  /** Where that rule is written. */
  readonly ruleSource: Source | null
  /** The event is known here, and nothing comes of it. */
  readonly isIgnore: boolean
}
