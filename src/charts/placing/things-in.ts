import type { Box, Layout } from "../layout.types.ts"
import type { MovableArrow, Movables } from "./movables-of.ts"

/** Something in a layout that others have to keep away from, or stay inside. */
export interface Thing {
  readonly kind: "box" | "frame" | "line" | "label"
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
  /** The positions that its sides move with; a level line has one at each end. */
  readonly sides: readonly Sides[]
}

/** A position, and how far to the right of it a thing begins and ends. */
export interface Sides {
  readonly left: { readonly position: number; readonly offset: number }
  readonly right: { readonly position: number; readonly offset: number }
}

/** Everything in a layout, with the positions that it moves with. */
export function thingsIn(layout: Layout, { boxes, frames, arrows }: Movables): Thing[] {
  return [
    ...[...boxes].map(([id, position]) => thing("box", layout.boxes[id]!, fixed(position, 0, layout.boxes[id]!.width))),
    ...[...frames].map(([id, { left, right }]) =>
      thing("frame", layout.boxes[id]!, { left: { position: left, offset: 0 }, right: { position: right, offset: 0 } }),
    ),
    ...[...arrows].flatMap(([id, arrow]) => [...linesOf(arrow), ...labelOf(arrow, layout.arrows[id]!.label)]),
  ]
}

function linesOf({ points, positions }: MovableArrow): Thing[] {
  return points.slice(1).map((to, place) => {
    const from = points[place]!
    const sides = [fixed(positions[place]!, 0, 0), fixed(positions[place + 1]!, 0, 0)]
    const [x, y] = [Math.min(from.x, to.x), Math.min(from.y, to.y)]
    return thing("line", { x, y, width: Math.abs(from.x - to.x), height: Math.abs(from.y - to.y) }, ...sides)
  })
}

function labelOf({ label }: MovableArrow, box: Box | null): Thing[] {
  if (label === null || box === null) return []
  return [thing("label", box, fixed(label.position, label.offset - box.width / 2, label.offset + box.width / 2))]
}

function fixed(position: number, left: number, right: number): Sides {
  return { left: { position, offset: left }, right: { position, offset: right } }
}

function thing(kind: Thing["kind"], { x, y, width, height }: Box, ...sides: readonly Sides[]): Thing {
  return { kind, left: x, right: x + width, top: y, bottom: y + height, sides }
}
