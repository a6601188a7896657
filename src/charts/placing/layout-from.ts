import type { ElkExtendedEdge, ElkNode } from "elkjs/lib/elk.bundled.js"
import type { ArrowPath, Box, Layout } from "../layout.types.ts"
import { UNSEEN } from "./elk-graph-of.ts"
import type { Flow } from "./flow-of.ts"

/** Reads where ELK has put everything. */
export function layoutFrom(graph: ElkNode, chart: string, { upward }: Flow): Layout {
  const seen = (graph.edges ?? []).filter(({ id }) => !id.startsWith(UNSEEN))
  return {
    chart,
    width: Math.ceil(graph.width ?? 0),
    height: Math.ceil(graph.height ?? 0),
    boxes: Object.fromEntries(nodesIn(graph).map((node) => [node.id, boxOf(node)])),
    arrows: Object.fromEntries(seen.map((edge) => [edge.id, pathOf(edge, upward.has(edge.id))])),
  }
}

function nodesIn({ children = [] }: ElkNode): ElkNode[] {
  return children.flatMap((child) => [child, ...nodesIn(child)])
}

function boxOf({ x = 0, y = 0, width = 0, height = 0 }: Partial<Box>): Box {
  const [left, top] = [Math.round(x), Math.round(y)]
  return { x: left, y: top, width: Math.round(x + width) - left, height: Math.round(y + height) - top }
}

function pathOf({ sections = [], labels = [] }: ElkExtendedEdge, isUp: boolean): ArrowPath {
  const points = sections
    .flatMap(({ startPoint, bendPoints = [], endPoint }) => [startPoint, ...bendPoints, endPoint])
    .map(({ x, y }) => ({ x: Math.round(x), y: Math.round(y) }))
  return { points: isUp ? points.toReversed() : points, label: labels[0] === undefined ? null : boxOf(labels[0]) }
}
