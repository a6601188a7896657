import type { Chart } from "./chart.types.ts"
import { headId, sketchOf } from "./drawing/sketch-of.ts"
import type { SketchBox, StateBox, TextBlock } from "./drawing/sketch.types.ts"
import { spacing } from "./drawing/spacing.ts"
import type { Box, Layout } from "./layout.types.ts"

/** No row of boxes is wider, in px, unless a single box is. */
const WIDEST = 720

/**
 * Places the states of a chart as boxes inside boxes, side by side, without arrows: what can be shown of any chart at once, without elkjs.
 *
 * @example
 * const svg = svgOf(chart, nestedLayoutOf(chart))
 */
export function nestedLayoutOf(chart: Chart): Layout {
  const { root } = sketchOf(chart)
  const boxes: Record<string, Box> = {}
  const { width, height } = placeInside(root, 0, 0, boxes)
  return { chart: chart.id, width, height, boxes, arrows: {} }
}

/** Places what is inside a state whose corner is here, and returns how large the state is. */
function placeInside({ id, text, boxes }: StateBox, x: number, y: number, places: Record<string, Box>): { width: number; height: number } {
  const head = sizeOf(text)
  places[headId(id)] = { x, y, ...head }
  let [left, top, bottom, width] = [x + spacing.inside, y + head.height, y + head.height, head.width]
  for (const box of boxes.filter(isState)) {
    if (left > x + spacing.inside && left + place(box, left, top, {}).width > x + WIDEST)
      [left, top] = [x + spacing.inside, bottom + spacing.inside]
    const size = place(box, left, top, places)
    places[box.id] = { x: left, y: top, ...size }
    left += size.width + spacing.inside
    bottom = Math.max(bottom, top + size.height)
    width = Math.max(width, left - x)
  }
  return { width, height: bottom - y + spacing.inside }
}

function place(box: StateBox, x: number, y: number, places: Record<string, Box>): { width: number; height: number } {
  return box.boxes.some(isState) ? placeInside(box, x, y, places) : sizeOf(box.text)
}

function sizeOf({ width, height }: TextBlock): { width: number; height: number } {
  return { width: width + 2 * spacing.box.x, height: height + 2 * spacing.box.y }
}

function isState(box: SketchBox): box is StateBox {
  return box.kind === "state"
}
