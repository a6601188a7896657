import type { ChartTransition } from "../chart.types.ts"

/** What sets a transition off, and on which condition: `done [outcome granted]`, `done [else]`. */
export function transitionWords(transition: ChartTransition): string {
  return [transition.event, ...guardWords(transition)].join(" ")
}

/** `[outcome granted]`, or `[else]`; nothing where nothing is asked. */
export function guardWords({ guard, isElse }: ChartTransition): string[] {
  return guard === null && !isElse ? [] : [`[${guard ?? "else"}]`]
}
