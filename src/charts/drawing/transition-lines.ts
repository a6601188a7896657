import type { ChartTransition } from "../chart.types.ts"
import { groupedBy } from "./grouped-by.ts"
import type { TextLine, TextSpan } from "./sketch.types.ts"
import { widthOfLine } from "./text-block.ts"
import { guardWords } from "./transition-words.ts"

/** Wider than this, in px, and a guard goes below its event. */
const WIDEST = 150

/** The words of transitions: an event and its guard on a line where they fit, several branches of one event below its name. */
export function transitionLines(transitions: readonly ChartTransition[]): TextLine[] {
  return groupedBy(transitions, ({ event }) => event).flatMap(branchLines)
}

/** The guard of a transition as a piece of a line, if there is anything to ask. */
export function guardSpans(transition: ChartTransition): TextSpan[] {
  return guardWords(transition).map((text) => ({ text, role: "guard" }))
}

function branchLines(branches: readonly ChartTransition[]): TextLine[] {
  const first = branches[0]!
  const event: TextSpan = { text: first.event, role: "event" }
  const line: TextLine = { spans: [event, ...guardSpans(first)], about: [first] }
  if (branches.length === 1 && widthOfLine(line) <= WIDEST) return [line]
  return [
    { spans: [event], about: [first] },
    ...branches.flatMap((branch) => guardSpans(branch).map((guard): TextLine => ({ spans: [guard], about: [branch] }))),
  ]
}
