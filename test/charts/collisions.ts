import { headId, sketchOf } from "../../src/charts/drawing/sketch-of.ts"
import type { SketchBox } from "../../src/charts/drawing/sketch.types.ts"
import type { Chart } from "../../src/charts/chart.types.ts"
import type { Box, Layout } from "../../src/charts/layout.types.ts"

/** Everything in a drawing that hides, cuts or leaves something else, in words. None of it may be. */
export function collisions(chart: Chart, layout: Layout): string[] {
  const { root, arrows } = sketchOf(chart)
  const frames: Named[] = []
  const blocks: Named[] = [{ name: headId(root.id), ...layout.boxes[headId(root.id)]! }]
  const inside: [string, Box, Box][] = []
  const canvas: Box = { x: 0, y: 0, width: layout.width, height: layout.height }
  const visit = (box: SketchBox, around: Box) => {
    const place = layout.boxes[box.id]!
    inside.push([box.id, place, around])
    if (box.kind === "gathering" || box.boxes.length === 0) return blocks.push({ name: box.id, ...place })
    frames.push({ name: box.id, ...place })
    const head = headId(box.id)
    blocks.push({ name: head, ...layout.boxes[head]! })
    inside.push([head, layout.boxes[head]!, place])
    for (const each of box.boxes) visit(each, place)
  }
  for (const box of root.boxes) visit(box, canvas)
  const labels = arrows.flatMap(({ id }): Named[] => {
    const label = layout.arrows[id]!.label
    return label === null ? [] : [{ name: `the words of ${id}`, ...label }]
  })
  const lines = arrows.flatMap((arrow) =>
    layout.arrows[arrow.id]!.points.slice(1).map((to, place) => {
      const from = layout.arrows[arrow.id]!.points[place]!
      const [x, y] = [Math.min(from.x, to.x), Math.min(from.y, to.y)]
      return { arrow, x, y, width: Math.abs(to.x - from.x), height: Math.abs(to.y - from.y) }
    }),
  )
  return [
    ...pairs([...blocks, ...labels])
      .filter(([a, b]) => meet(a, b))
      .map(([a, b]) => `${a.name} and ${b.name} overlap`),
    ...pairs(frames)
      .filter(([a, b]) => meet(a, b) && !holds(a, b) && !holds(b, a))
      .map(([a, b]) => `${a.name} and ${b.name} overlap`),
    ...frames.flatMap((frame) =>
      labels.filter((label) => meet(frame, label) && !holds(frame, label)).map(({ name }) => `the border of ${frame.name} cuts ${name}`),
    ),
    ...inside.filter(([, inner, outer]) => !holds(outer, inner)).map(([name]) => `${name} leaves what it is in`),
    ...labels.filter((label) => !holds(canvas, label)).map(({ name }) => `${name} leaves the drawing`),
    ...lines.flatMap(({ arrow, ...line }) => [
      ...blocks.filter((block) => meet(block, line)).map(({ name }) => `${arrow.id} runs through ${name}`),
      ...labels
        .filter((label) => label.name !== `the words of ${arrow.id}` && meet(label, line))
        .map(({ name }) => `${arrow.id} runs through ${name}`),
      ...(holds(canvas, line) ? [] : [`${arrow.id} leaves the drawing`]),
      ...(line.width > 0 && line.height > 0 ? [`${arrow.id} is not at right angles`] : []),
    ]),
    ...pairs(lines)
      .filter(([a, b]) => a.arrow !== b.arrow && runTogether(a, b))
      .map(([a, b]) => `${a.arrow.id} and ${b.arrow.id} run on top of each other`),
  ]
}

interface Named extends Box {
  readonly name: string
}

function meet(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
}

function holds(outer: Box, inner: Box): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  )
}

/** Two lines of the same direction less than 4 px apart: nobody could tell them from each other. */
function runTogether(a: Box, b: Box): boolean {
  const upright = a.width === 0 && b.width === 0 && Math.abs(a.x - b.x) < 4 && a.y < b.y + b.height && b.y < a.y + a.height
  const level = a.height === 0 && b.height === 0 && Math.abs(a.y - b.y) < 4 && a.x < b.x + b.width && b.x < a.x + a.width
  return upright || level
}

function pairs<Item>(items: readonly Item[]): [Item, Item][] {
  return items.flatMap((one, place) => items.slice(place + 1).map((other): [Item, Item] => [one, other]))
}
