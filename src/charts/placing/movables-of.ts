import type { Layout, Point } from "../layout.types.ts"
import type { Sketch, SketchArrow, SketchBox } from "../drawing/sketch.types.ts"
import { headId } from "../drawing/sketch-of.ts"
import { Distances } from "./distances.ts"

/** What of a layout can move sideways, each by its position among the distances. */
export interface Movables {
  readonly distances: Distances
  /** The left sides of boxes that keep their width. */
  readonly boxes: ReadonlyMap<string, number>
  /** Both sides of boxes around others, which grow and shrink. */
  readonly frames: ReadonlyMap<string, { readonly left: number; readonly right: number }>
  readonly arrows: ReadonlyMap<string, MovableArrow>
}

/** The way of an arrow: each of its upright pieces can move. */
export interface MovableArrow {
  readonly points: readonly Point[]
  /** One for each point; those of an upright piece are the same. */
  readonly positions: readonly number[]
  /** The piece that its words are on, and how far off that their middle is. */
  readonly label: { readonly position: number; readonly offset: number } | null
}

/** Gives everything in a layout that can move a position of its own. */
export function movablesOf(layout: Layout, { root, arrows }: Sketch): Movables {
  const distances = new Distances()
  const boxes = new Map<string, number>()
  const frames = new Map<string, { left: number; right: number }>()
  const visit = (box: SketchBox): void => {
    if (box.kind === "gathering" || box.boxes.length === 0) boxes.set(box.id, distances.add())
    else {
      frames.set(box.id, { left: distances.add(), right: distances.add() })
      boxes.set(headId(box.id), distances.add())
      box.boxes.forEach(visit)
    }
  }
  boxes.set(headId(root.id), distances.add())
  root.boxes.forEach(visit)
  return { distances, boxes, frames, arrows: new Map(arrows.map((arrow) => [arrow.id, movableArrow(arrow, layout, distances)])) }
}

/** A way without points that are no corners. */
export function straightened(points: readonly Point[]): Point[] {
  return points.filter((point, place) => {
    const [before, after] = [points[place - 1], points[place + 1]]
    if (before === undefined || after === undefined) return true
    return !(before.x === point.x && point.x === after.x) && !(before.y === point.y && point.y === after.y)
  })
}

function movableArrow({ id }: SketchArrow, layout: Layout, distances: Distances): MovableArrow {
  const { points: all, label } = layout.arrows[id]!
  const points = straightened(all)
  const positions: number[] = []
  for (const [place, { x }] of points.entries()) positions.push(points[place - 1]?.x === x ? positions[place - 1]! : distances.add())
  if (label === null) return { points, positions, label: null }
  const middle = { x: label.x + label.width / 2, y: label.y + label.height / 2 }
  const uprights = points.flatMap((point, place) => (points[place + 1]?.x === point.x ? [place] : []))
  const on = uprights.toSorted((a, b) => farFrom(middle, points, a) - farFrom(middle, points, b))[0] ?? 0
  return { points, positions, label: { position: positions[on]!, offset: middle.x - points[on]!.x } }
}

/** How far a point is from the upright piece that begins at this place. */
function farFrom({ x, y }: Point, points: readonly Point[], place: number): number {
  const [a, b] = [points[place]!, points[place + 1]!]
  return Math.abs(x - a.x) + Math.max(0, Math.min(a.y, b.y) - y, y - Math.max(a.y, b.y))
}
