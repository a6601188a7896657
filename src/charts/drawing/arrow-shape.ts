import type { Point } from "../layout.types.ts"

const CORNER = 8
const HEAD = { length: 8, halfWidth: 4 }

/** The way of an arrow with rounded corners, as the data of an SVG path. It ends inside the arrow's head. */
export function wayOf(points: readonly Point[]): string {
  const corners = points.slice(1, -1).map((corner, place) => {
    const [before, after] = [points[place]!, points[place + 2]!]
    const radius = Math.min(CORNER, distance(before, corner) / 2, distance(corner, after) / 2)
    return `L${shown(towards(corner, before, radius))}Q${shown(corner)} ${shown(towards(corner, after, radius))}`
  })
  const end = towards(points.at(-1)!, points.at(-2)!, HEAD.length / 2)
  return `M${shown(points[0]!)}${corners.join("")}L${shown(end)}`
}

/** The head of an arrow. */
export function headOf(points: readonly Point[]): string {
  const [tip, before] = [points.at(-1)!, points.at(-2)!]
  const base = towards(tip, before, HEAD.length)
  const [x, y] = [((base.y - tip.y) * HEAD.halfWidth) / HEAD.length, ((tip.x - base.x) * HEAD.halfWidth) / HEAD.length]
  return `M${shown(tip)}L${shown({ x: base.x + x, y: base.y + y })}L${shown({ x: base.x - x, y: base.y - y })}Z`
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y)
}

function towards(from: Point, to: Point, length: number): Point {
  const share = length / (distance(from, to) || 1)
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share }
}

function shown({ x, y }: Point): string {
  return `${Number(x.toFixed(1))} ${Number(y.toFixed(1))}`
}
