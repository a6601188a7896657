import { statesOf } from "../chart-of.ts"
import type { Chart, ChartState, ChartTransition } from "../chart.types.ts"
import { gatheringsOf, type Gathering } from "./gatherings-of.ts"
import { goalsOf } from "./goals-of.ts"
import { groupedBy } from "./grouped-by.ts"
import { pathTo } from "./path-to.ts"
import type { GatheringBox, Sketch, SketchArrow, SketchBox, StateBox, TextLine, TextSpan } from "./sketch.types.ts"
import { textBlock, widthOfLine } from "./text-block.ts"
import { guardSpans, transitionLines } from "./transition-lines.ts"
import type { TextRole } from "./type-scale.ts"
import { wrapped } from "./wrapped.ts"

/** Texts are broken into lines of this width, in px; that of a state around others has more room. */
const READABLE = { inner: 150, outer: 230 }

/**
 * Says what to draw of a chart, and how much room that needs. Stated ignores are left out, what goes on within a state is listed in its box,
 * and what nearly every state does is gathered.
 */
export function sketchOf({ root }: Chart): Sketch {
  const gatherings = gatheringsOf(root)
  const gathered = new Set(gatherings.flatMap(({ rows }) => rows.flatMap(({ transitions }) => transitions)))
  const plain = statesOf(root)
    .flatMap(({ transitions }) => transitions)
    .filter((transition) => !transition.isIgnore && !gathered.has(transition))
  const ends = plain.flatMap((transition) => goalsOf(transition).map((target) => ({ transition, target })))
  return {
    root: stateBox(root, gatherings, new Set(plain)),
    arrows: [
      ...statesOf(root).flatMap(startOf),
      ...gatherings.map(({ target }) => arrow(gatheringId(target), target)),
      ...groupedBy(ends, ({ transition, target }) => arrowId(transition.source, target)).map(arrowOf),
    ],
  }
}

/** The id of the box with the text of a state around others. It is above the boxes inside. */
export function headId(id: string): string {
  return `head:${id}`
}

function stateBox(state: ChartState, gatherings: readonly Gathering[], plain: ReadonlySet<ChartTransition>): StateBox {
  const { id, name, kind, description, invokes, states, transitions } = state
  const width = states.length > 0 ? READABLE.outer : READABLE.inner
  const lines: TextLine[] = [
    line([{ text: kind === "history" ? `${name} (history)` : name, role: "title" }]),
    ...(description === null ? [] : textLines(description, "description", width)),
    ...invokes.map((actor) => line([{ text: `runs ${actor}`, role: "detail" }])),
    ...transitions.filter((transition) => plain.has(transition) && goalsOf(transition).length === 0).map(stayLine),
  ]
  const inside = new Set(states.map((each) => each.id))
  return {
    kind: "state",
    id,
    state,
    text: textBlock(lines),
    boxes: [
      ...gatherings.filter(({ target }) => inside.has(target)).map(gatheringBox),
      ...states.map((each): SketchBox => stateBox(each, gatherings, plain)),
    ],
  }
}

/** What happens without leaving: `grant.stored / noteStored`; and what begins anew: `login.requested ↻`. */
function stayLine(transition: ChartTransition): TextLine {
  const { source, event, targets, actions } = transition
  const effect =
    targets.length > 0
      ? targets.map((target) => (target === source ? "↻" : `↻ ${pathTo(target).at(-1) || "everything"}`)).join(" ")
      : `/ ${actions.join(", ")}`
  return line([{ text: event, role: "event" }, ...guardSpans(transition), { text: effect, role: "detail" }], [transition])
}

function gatheringBox({ target, rows }: Gathering): GatheringBox {
  const lines = rows.flatMap(({ transitions, from }): TextLine[] => {
    const first = transitions[0]!
    const words = line([{ text: first.event, role: "event" }, ...guardSpans(first)], transitions)
    const sentence = line([...words.spans, { text: from, role: "detail" }], transitions)
    return widthOfLine(sentence) <= READABLE.outer ? [sentence] : [words, ...textLines(from, "detail", READABLE.outer, transitions)]
  })
  const from = rows.flatMap(({ transitions }) => transitions.map(({ source }) => source))
  return { kind: "gathering", id: gatheringId(target), text: textBlock(lines), from }
}

function arrowOf(ends: readonly { readonly transition: ChartTransition; readonly target: string }[]): SketchArrow {
  const { transition, target } = ends[0]!
  // A transition to several states at once has its words on the arrow to the first of them.
  const said = ends.map((each) => each.transition).filter((each) => goalsOf(each)[0] === target)
  return { ...arrow(transition.source, target), text: said.length === 0 ? null : textBlock(transitionLines(said)) }
}

function startOf({ id, initial }: ChartState): SketchArrow[] {
  return initial === null ? [] : [{ ...arrow(headId(id), initial), isStart: true }]
}

function arrow(source: string, target: string): SketchArrow {
  return { id: arrowId(source, target), source, target, text: null, isStart: false }
}

function arrowId(source: string, target: string): string {
  return `${source} → ${target}`
}

function gatheringId(target: string): string {
  return `into:${target}`
}

function textLines(text: string, role: TextRole, width: number, about: readonly ChartTransition[] = []): TextLine[] {
  return wrapped(text, role, width).map((each) => line([{ text: each, role }], about))
}

function line(spans: readonly TextSpan[], about: readonly ChartTransition[] = []): TextLine {
  return { spans, about }
}
