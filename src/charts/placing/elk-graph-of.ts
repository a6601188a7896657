import type { ElkExtendedEdge, ElkNode, LayoutOptions } from "elkjs/lib/elk.bundled.js"
import type { Sketch, SketchArrow, SketchBox, StateBox, TextBlock } from "../drawing/sketch.types.ts"
import { headId } from "../drawing/sketch-of.ts"
import { spacing } from "../drawing/spacing.ts"
import type { Flow } from "./flow-of.ts"

/**
 * A drawing as ELK wants it. Arrows that lead up are given the other way round, since ELK cannot be told which ones to turn on inner levels
 * (eclipse-elk/elk#1182), and the text of a state around others is a box of its own, since arrows would run through it otherwise.
 */
export function elkGraphOf({ root, arrows }: Sketch, flow: Flow, style: "straight" | "narrow", seed: number): ElkNode {
  const options = { ...OPTIONS, "elk.layered.nodePlacement.strategy": PLACEMENTS[style] }
  return {
    ...nodeOf(root, options),
    layoutOptions: {
      ...options,
      "elk.padding": padding(spacing.margin, spacing.margin),
      "elk.json.shapeCoords": "ROOT",
      "elk.json.edgeCoords": "ROOT",
      "elk.randomSeed": String(seed),
    },
    edges: [...arrows.map((arrow) => edgeOf(arrow, flow)), ...flow.above.map((pair) => unseenEdge(pair, flow))],
  }
}

/** What the ids of edges begin with that only hold boxes in their rows. */
export const UNSEEN = "unseen:"

const OPTIONS: LayoutOptions = {
  "elk.algorithm": "layered",
  "elk.direction": "DOWN",
  "elk.hierarchyHandling": "INCLUDE_CHILDREN",
  "elk.edgeRouting": "ORTHOGONAL",
  "elk.spacing.nodeNode": String(spacing.boxes),
  "elk.spacing.edgeNode": String(spacing.arrows),
  "elk.spacing.edgeEdge": String(spacing.arrows),
  "elk.spacing.edgeLabel": "2",
  "elk.layered.spacing.nodeNodeBetweenLayers": "24",
  "elk.layered.spacing.edgeNodeBetweenLayers": "12",
  "elk.layered.spacing.edgeEdgeBetweenLayers": String(spacing.arrows),
}

/** Arrows are straight where that goes, whatever room it takes; or bend where that saves room. */
const PLACEMENTS = { straight: "NETWORK_SIMPLEX", narrow: "LINEAR_SEGMENTS" }

function nodeOf(box: SketchBox, options: LayoutOptions): ElkNode {
  if (box.kind === "state" && (box.boxes.length > 0 || box.id === "")) return outerNode(box, options)
  return { id: box.id, ...sizeOf(box.text, spacing.box) }
}

function outerNode({ id, text, boxes }: StateBox, options: LayoutOptions): ElkNode {
  return {
    id,
    layoutOptions: { ...options, "elk.padding": padding(0, spacing.inside) },
    children: [{ id: headId(id), ...sizeOf(text, spacing.box) }, ...boxes.map((box) => nodeOf(box, options))],
  }
}

function edgeOf({ id, source, target, text }: SketchArrow, { upward, saidLate }: Flow): ElkExtendedEdge {
  const place: LayoutOptions = saidLate.has(id) ? { "elk.layered.edgeLabels.centerLabelPlacementStrategy": "HEAD_LAYER" } : {}
  const labels = text === null ? [] : [{ text: id, ...sizeOf(text, spacing.label), layoutOptions: { ...IN_LINE, ...place } }]
  return upward.has(id) ? { id, sources: [target], targets: [source], labels } : { id, sources: [source], targets: [target], labels }
}

/** With a label where a row of its own begins: that makes room for the words of the arrows to it. */
function unseenEdge([upper, lower]: readonly [string, string], { lowered }: Flow): ElkExtendedEdge {
  const labels = lowered.has(lower) ? [{ text: " ", width: 1, height: 1, layoutOptions: IN_LINE }] : []
  return { id: `${UNSEEN}${upper} → ${lower}`, sources: [upper], targets: [lower], labels }
}

const IN_LINE: LayoutOptions = { "elk.edgeLabels.inline": "true", "elk.edgeLabels.placement": "CENTER" }

/** Even, so that their middles are whole numbers. */
function sizeOf({ width, height }: TextBlock, around: { readonly x: number; readonly y: number }): { width: number; height: number } {
  return { width: 2 * Math.ceil(width / 2) + 2 * around.x, height: height + 2 * around.y }
}

function padding(top: number, others: number): string {
  return `[top=${top},left=${others},bottom=${others},right=${others}]`
}
