import { spacing } from "../drawing/spacing.ts"
import type { Sketch } from "../drawing/sketch.types.ts"
import type { ArrowPath, Box, Layout } from "../layout.types.ts"
import { movablesOf, straightened, type Movables } from "./movables-of.ts"
import { thingsIn, type Thing } from "./things-in.ts"

/**
 * Moves everything together sideways until a drawing is no wider than this, in px, or no narrower drawing is possible: what is to the left
 * of something stays to the left of it. Texts above inner states go as far to the left as there is room.
 *
 * ELK keeps arrows straight, whatever width that takes.
 */
export function narrowed(layout: Layout, sketch: Sketch, wanted: number): Layout {
  const movables = movablesOf(layout, sketch)
  const things = thingsIn(layout, movables)
  keepDistances(things, movables)
  attachArrows(layout, sketch, movables)
  const width = keepMargins(layout, things, movables, wanted)
  return moved(layout, movables, placesIn(layout, movables, width / layout.width), width)
}

/** How far apart things stay, if they have been so far apart; and things from the frame that they are in. */
const GAPS = { box: spacing.boxes - 2, frame: spacing.boxes - 2, label: 8, line: spacing.arrows }
const INSIDE = { box: spacing.inside, frame: spacing.inside, label: spacing.arrows, line: spacing.arrows }

/** Things are side by side if their heights meet, or nearly so: 3 px apart would look like a touch. */
const NEARLY = 3

function keepDistances(things: readonly Thing[], { distances }: Movables): void {
  const keep = (left: Thing, right: Thing) => {
    const gap = Math.min(right.left - left.right, Math.max(GAPS[left.kind], GAPS[right.kind]))
    for (const { right: a } of left.sides)
      for (const { left: b } of right.sides) distances.keep(a.position, b.position, gap + a.offset - b.offset)
  }
  const hold = (frame: Thing, inner: Thing) => {
    const { left, right } = frame.sides[0]!
    for (const { left: a, right: b } of inner.sides) {
      distances.keep(left.position, a.position, Math.min(inner.left - frame.left, INSIDE[inner.kind]) - a.offset)
      distances.keep(b.position, right.position, Math.min(frame.right - inner.right, INSIDE[inner.kind]) + b.offset)
    }
  }
  for (const [place, one] of things.entries())
    for (const other of things.slice(place + 1)) {
      if (one.bottom + NEARLY < other.top || other.bottom + NEARLY < one.top) continue
      if (one.right <= other.left) keep(one, other)
      else if (other.right <= one.left) keep(other, one)
      else if (one.kind === "frame" && isWithin(other, one)) hold(one, other)
      else if (other.kind === "frame" && isWithin(one, other)) hold(other, one)
    }
}

/** An arrow ends within the width of its box, not too near to a corner. */
function attachArrows(layout: Layout, { arrows }: Sketch, { distances, boxes, frames, arrows: ways }: Movables): void {
  for (const { id, source, target } of arrows) {
    const { points, positions } = ways.get(id)!
    for (const [boxId, end] of [
      [source, 0],
      [target, -1],
    ] as const) {
      const { x, width } = layout.boxes[boxId]!
      const at = points.at(end)!.x
      const [position, frame] = [positions.at(end)!, frames.get(boxId)]
      const left = frame?.left ?? boxes.get(boxId)!
      distances.keep(left, position, Math.min(at - x, spacing.box.x))
      distances.keep(position, frame?.right ?? left, Math.min(x + width - at, spacing.box.x) - (frame === undefined ? width : 0))
    }
  }
}

/** Returns how wide the drawing will be. */
function keepMargins(layout: Layout, things: readonly Thing[], { distances }: Movables, wanted: number): number {
  const start = distances.add(0)
  for (const { left, sides } of things)
    for (const { left: side } of sides) distances.keep(start, side.position, Math.min(left, spacing.margin) - side.offset)
  distances.settle()
  const ends = things.flatMap(({ sides }) => sides.map(({ right }) => distances.least(right.position) + right.offset))
  const width = Math.ceil(Math.max(Math.max(...ends) + spacing.margin, Math.min(layout.width, wanted)))
  const end = distances.add(width)
  for (const { right, sides } of things)
    for (const { right: side } of sides) distances.keep(side.position, end, Math.min(layout.width - right, spacing.margin) + side.offset)
  distances.settle()
  return width
}

/** Chooses a place for every position: boxes first, then arrows, then the frames around them, as narrow as they can be. */
function placesIn(layout: Layout, { distances, boxes, frames, arrows }: Movables, scale: number): ReadonlyMap<number, number> {
  const places = new Map<number, number>()
  const put = (position: number, wish: number) => {
    if (!places.has(position)) places.set(position, distances.put(position, wish))
  }
  const heads = [...boxes].filter(([id]) => id.startsWith("head:"))
  for (const [id, position] of boxes) {
    const { x, width } = layout.boxes[id]!
    if (!id.startsWith("head:")) put(position, (x + width / 2) * scale - width / 2)
  }
  for (const { points, positions, label } of arrows.values()) {
    if (label !== null) put(label.position, points[positions.indexOf(label.position)]!.x * scale)
  }
  for (const [id, { points, positions }] of arrows)
    // A start is wherever it can be right above its state, all others go their way from where they begin.
    for (const [place, position] of id.startsWith("head:") ? [...positions.entries()].toReversed() : positions.entries()) {
      // Straight on where that goes: a small step aside looks like a mistake.
      const neighbours = [positions[place - 1], positions[place + 1]].map((other) => places.get(other ?? -1))
      const straight = neighbours.find((x) => x !== undefined && x >= distances.least(position) && x <= distances.greatest(position))
      put(position, straight ?? points[place]!.x * scale)
    }
  for (const { left, right } of [...frames.values()].toReversed()) {
    put(left, Infinity)
    put(right, 0)
  }
  for (const [, position] of heads) put(position, 0)
  return places
}

function moved(layout: Layout, { boxes, frames, arrows }: Movables, places: ReadonlyMap<number, number>, width: number): Layout {
  const movedBox = (id: string, box: Box): Box => {
    const frame = frames.get(id)
    if (frame === undefined) return { ...box, x: places.get(boxes.get(id)!)! }
    return { ...box, x: places.get(frame.left)!, width: places.get(frame.right)! - places.get(frame.left)! }
  }
  const movedPath = (id: string, box: Box | null): ArrowPath => {
    const { points, positions, label } = arrows.get(id)!
    return {
      points: straightened(points.map(({ y }, place) => ({ x: places.get(positions[place]!)!, y }))),
      label: box === null || label === null ? null : { ...box, x: places.get(label.position)! + label.offset - box.width / 2 },
    }
  }
  return {
    ...layout,
    width,
    boxes: Object.fromEntries(Object.entries(layout.boxes).map(([id, box]) => [id, movedBox(id, box)])),
    arrows: Object.fromEntries(Object.entries(layout.arrows).map(([id, { label }]) => [id, movedPath(id, label)])),
  }
}

function isWithin(inner: Thing, outer: Thing): boolean {
  return inner.left >= outer.left && inner.right <= outer.right
}
