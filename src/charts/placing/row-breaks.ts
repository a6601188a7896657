import { spacing } from "../drawing/spacing.ts"

/** The boxes of a level, and what decides in which row each will be. */
export interface Rows {
  readonly order: readonly string[]
  readonly leads: readonly Lead[]
  readonly sizes: ReadonlyMap<string, number>
  readonly widest: number
}

/** Two boxes of which the second is below the first, and how wide the words between them are. */
export interface Lead {
  readonly pair: Pair
  readonly words: number
}

/** Two ids. */
export type Pair = readonly [string, string]

/**
 * Breaks rows that are too wide: of such a row some boxes go below the others. Boxes that take more than half of the room go last, each
 * into a row of its own.
 */
export function rowBreaks({ order, leads, sizes, widest }: Rows): { breaks: Pair[]; width: number } {
  const breaks: Pair[] = []
  let width = 0
  for (let row = 0; row < order.length; row++) {
    const layers = layersOf(order, [...leads.map(({ pair }) => pair), ...breaks])
    const widths = new Map(order.map((id) => [id, Math.max(sizes.get(id)! + spacing.boxes, wordsAbove(id, leads, layers, breaks))]))
    const widthOf = (ids: readonly string[]) => ids.reduce((sum, id) => sum + widths.get(id)!, 0)
    const ids = order.filter((id) => layers.get(id) === row)
    const kept = widthOf(ids) <= widest ? ids : keptIn(ids, widths, widest)
    width = Math.max(width, widthOf(kept))
    for (const id of ids) if (!kept.includes(id)) breaks.push([kept[0]!, id])
  }
  return { breaks, width }
}

/** How wide the words right above a box are: those of the arrows from the row before, and of all if its row is its own. */
function wordsAbove(id: string, leads: readonly Lead[], layers: ReadonlyMap<string, number>, breaks: readonly Pair[]): number {
  const isLowered = breaks.some(([, lower]) => lower === id)
  const above = leads.filter(({ pair: [from, to] }) => to === id && (isLowered || layers.get(to)! - layers.get(from)! === 1))
  return above.reduce((sum, { words }) => sum + words, 0)
}

/** In which row each box is, if it is as far up as what leads to it allows. */
function layersOf(order: readonly string[], leads: readonly Pair[]): ReadonlyMap<string, number> {
  const layers = new Map(order.map((id) => [id, 0]))
  for (let pass = 0, changed = true; changed && pass < order.length; pass++) {
    changed = false
    for (const [from, to] of leads) {
      if (layers.get(to)! > layers.get(from)!) continue
      layers.set(to, layers.get(from)! + 1)
      changed = true
    }
  }
  return layers
}

/** What stays in a row: a fair share of its narrow boxes, or one of the wide ones. */
function keptIn(ids: readonly string[], widths: ReadonlyMap<string, number>, widest: number): readonly string[] {
  const narrow = ids.filter((id) => widths.get(id)! <= widest / 2)
  if (narrow.length === 0) return ids.slice(0, 1)
  const total = narrow.reduce((sum, id) => sum + widths.get(id)!, 0)
  const fair = total / Math.ceil(total / widest)
  const kept: string[] = []
  let sum = 0
  for (const id of narrow) {
    const width = widths.get(id)!
    if (kept.length > 0 && (sum + width > widest || sum + width / 2 > fair)) break
    kept.push(id)
    sum += width
  }
  return kept
}
