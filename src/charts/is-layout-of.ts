import type { Chart } from "./chart.types.ts"
import { sketchOf } from "./drawing/sketch-of.ts"
import type { SketchBox, TextBlock } from "./drawing/sketch.types.ts"
import { headId } from "./drawing/sketch-of.ts"
import type { Box, Layout } from "./layout.types.ts"

/**
 * Whether a layout has a place, large enough, for everything in a chart. A layout of an older version of the chart has not.
 *
 * @example
 * const layout = isLayoutOf(stored, chart) ? stored : nestedLayoutOf(chart)
 */
export function isLayoutOf(layout: Layout, chart: Chart): boolean {
  const { root, arrows } = sketchOf(chart)
  const holds = (box: Box | null | undefined, { width, height }: TextBlock) => box != null && box.width >= width && box.height >= height
  const hasBox = (box: SketchBox): boolean => {
    if (box.kind === "gathering" || box.boxes.length === 0) return holds(layout.boxes[box.id], box.text)
    return layout.boxes[box.id] !== undefined && hasInside(box.id, box.text, box.boxes)
  }
  const hasInside = (id: string, text: TextBlock, boxes: readonly SketchBox[]) =>
    holds(layout.boxes[headId(id)], text) && boxes.every(hasBox)
  const hasArrow = ({ id, text }: (typeof arrows)[number]) =>
    layout.arrows[id] !== undefined && (text === null || holds(layout.arrows[id].label, text))
  return layout.chart === chart.id && hasInside(root.id, root.text, root.boxes) && arrows.every(hasArrow)
}
