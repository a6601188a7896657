import type { Chart, ChartTransition } from "./chart.types.ts"
import { headOf, wayOf } from "./drawing/arrow-shape.ts"
import { escapeXml } from "./drawing/escape-xml.ts"
import type { SketchArrow, SketchBox, StateBox, TextBlock, TextLine } from "./drawing/sketch.types.ts"
import { headId, sketchOf } from "./drawing/sketch-of.ts"
import { spacing } from "./drawing/spacing.ts"
import { svgStyle } from "./drawing/svg-style.ts"
import { heightOfLine } from "./drawing/text-block.ts"
import { titleOf, titleOfState } from "./drawing/title-of.ts"
import type { Box, Layout, Point } from "./layout.types.ts"

/**
 * Draws a chart where its layout says: an SVG that needs nothing else, light or dark as its reader prefers. It carries `data-state` and
 * `data-transition`, by id, and `data-arrow` on the way and the words of an arrow. In a page, `data-active` on a state and `data-taken` on
 * an arrow or a transition show them as going on.
 *
 * What the layout has no place for is left out; `isLayoutOf` says whether it has one for everything.
 *
 * @example
 * const chart = chartOf(sessionMachine)
 * element.innerHTML = svgOf(chart, layout)
 */
export function svgOf(chart: Chart, layout: Layout): string {
  const { root, arrows } = sketchOf(chart)
  const { width, height } = layout
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="sessionchart" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escapeXml(root.state.name)}</title>`,
    `<desc>${escapeXml(summaryOf(root))}</desc>`,
    `<style>`,
    svgStyle,
    `</style>`,
    `<rect class="canvas" width="${width}" height="${height}" rx="12"/>`,
    ...textOf(root.text, cornerOf(layout.boxes[headId(root.id)]!)),
    ...root.boxes.flatMap((box) => drawnBox(box, layout, 0, root.state.kind === "parallel")),
    ...arrows.flatMap((arrow) => drawnWay(arrow, layout)),
    ...arrows.flatMap((arrow) => drawnWords(arrow, layout)),
    `</svg>`,
    "",
  ].join("\n")
}

function summaryOf({ state: { description, states } }: StateBox): string {
  const names = states.map(({ name }) => name).join(", ")
  return [...(description === null ? [] : [description]), `Its states: ${names}.`].join(" ")
}

function drawnBox(box: SketchBox, layout: Layout, depth: number, isRegion: boolean): string[] {
  const place = layout.boxes[box.id]
  if (place === undefined) return []
  if (box.kind === "gathering") return [`<g class="gathering">`, rect(place, 8), ...textOf(box.text, cornerOf(place)), `</g>`]
  const { state, boxes } = box
  const classes = ["state", state.kind, ...(depth % 2 === 0 ? [] : ["inner"]), ...(isRegion ? ["region"] : [])]
  const text = boxes.length === 0 ? place : layout.boxes[headId(box.id)]!
  return [
    `<g class="${classes.join(" ")}" data-state="${escapeXml(state.id)}">`,
    `<title>${escapeXml(titleOfState(state))}</title>`,
    rect(place, 8),
    ...(state.kind === "final" ? [rect(inset(place, 3), 5)] : []),
    ...textOf(box.text, cornerOf(text)),
    ...boxes.flatMap((each) => drawnBox(each, layout, depth + 1, state.kind === "parallel")),
    `</g>`,
  ]
}

function drawnWay({ id, isStart, text }: SketchArrow, layout: Layout): string[] {
  const points = layout.arrows[id]?.points ?? []
  const start = points[0]
  if (start === undefined) return []
  const about = text === null ? [] : [...new Set(text.lines.flatMap((line) => line.about))]
  return [
    `<g class="way" data-arrow="${escapeXml(id)}">`,
    ...(about.length === 0 ? [] : [`<title>${escapeXml(about.map(titleOf).join("\n\n"))}</title>`]),
    ...(isStart ? [`<circle cx="${start.x}" cy="${start.y}" r="4.5"/>`] : []),
    `<path d="${wayOf(points)}"/><path class="head" d="${headOf(points)}"/>`,
    `</g>`,
  ]
}

function drawnWords({ id, text }: SketchArrow, layout: Layout): string[] {
  const label = layout.arrows[id]?.label
  if (label == null || text === null) return []
  const top = { x: label.x + label.width / 2, y: label.y + spacing.label.y }
  return [`<g class="words" data-arrow="${escapeXml(id)}">`, rect(label, 6), ...textOf(text, top, ` text-anchor="middle"`), `</g>`]
}

/** Lines of text from a point down, those about the same transitions together. */
function textOf({ lines }: TextBlock, { x, y }: Point, anchor = ""): string[] {
  let bottom = y
  let about: readonly ChartTransition[] = []
  const drawn: string[] = []
  const turnTo = (next: readonly ChartTransition[]) => {
    if (next.length === about.length && next.every((transition, place) => transition === about[place])) return
    drawn.push(...about.map(() => `</g>`), ...next.map(openTransition))
    about = next
  }
  for (const line of lines) {
    turnTo(line.about)
    bottom += heightOfLine(line)
    drawn.push(`<text x="${x}" y="${bottom - BELOW_BASELINE}"${anchor}>${line.spans.map(spanOf).join("")}</text>`)
  }
  turnTo([])
  return drawn
}

const BELOW_BASELINE = 4

function openTransition(transition: ChartTransition): string {
  return `<g data-transition="${escapeXml(transition.id)}"><title>${escapeXml(titleOf(transition))}</title>`
}

function spanOf({ text, role }: TextLine["spans"][number], place: number): string {
  return `<tspan class="${role}">${place === 0 ? "" : " "}${escapeXml(text)}</tspan>`
}

function cornerOf({ x, y }: Box): Point {
  return { x: x + spacing.box.x, y: y + spacing.box.y }
}

function inset({ x, y, width, height }: Box, by: number): Box {
  return { x: x + by, y: y + by, width: width - 2 * by, height: height - 2 * by }
}

function rect({ x, y, width, height }: Box, radius: number): string {
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${radius}"/>`
}
