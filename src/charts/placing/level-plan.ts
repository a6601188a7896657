import { levelOrder } from "../drawing/level-order.ts"
import type { Parting } from "../drawing/parting-of.ts"
import type { SketchArrow, StateBox } from "../drawing/sketch.types.ts"
import { headId } from "../drawing/sketch-of.ts"
import { spacing } from "../drawing/spacing.ts"
import { rowBreaks, type Lead, type Pair } from "./row-breaks.ts"

/** A box, and what is known of the boxes right inside it. */
export interface Level {
  readonly box: StateBox
  readonly arrows: readonly LevelArrow[]
  /** The id of the box that is entered first. */
  readonly first: string | null
  /** How wide the boxes are. */
  readonly sizes: ReadonlyMap<string, number>
  readonly widest: number
  readonly paths: ReadonlyMap<string, readonly string[]>
}

/** An arrow, and the boxes of its level that it leads from and to. */
export interface LevelArrow extends Parting {
  readonly arrow: SketchArrow
}

/** What is above what on a level. */
export interface LevelPlan {
  /** The ids of the arrows that lead up. */
  readonly upward: ReadonlySet<string>
  /** Of the ids of two boxes the first has to be above the second. */
  readonly above: readonly Pair[]
  /** The ids of boxes that got a row of their own, because theirs was too wide. */
  readonly lowered: ReadonlySet<string>
  /** How wide the widest row will be, in px. */
  readonly width: number
}

/** Decides what is above what on one level. */
export function levelPlan(level: Level): LevelPlan {
  const { box, arrows, first, sizes, widest } = level
  const ids = box.boxes.map(({ id }) => id)
  const unseen = gatheredLeads(level)
  const isReached = ({ id, target }: GatheredLead) => arrows.some((arrow) => arrow.target === target && arrow.source !== id)
  const order = levelOrder(ids, [...arrows, ...unseen.filter((lead) => !isReached(lead))], first)
  const place = (id: string) => order.indexOf(id)
  const isUp = ({ source, target }: Parting) => place(source) > place(target)
  const leads = arrows.map((each): Lead => ({
    pair: isUp(each) ? [each.target, each.source] : [each.source, each.target],
    words: wordsWidth(each.arrow),
  }))
  const gathered = gatheredPairs(unseen, order)
  const { breaks, width } = rowBreaks({
    order,
    leads: [...leads, ...gathered.map((pair): Lead => ({ pair, words: 0 }))],
    sizes,
    widest,
  })
  const entered = new Set([first, ...[...leads.map(({ pair }) => pair), ...gathered, ...breaks].map(([, id]) => id)])
  const top = ids.filter((id) => !entered.has(id)).map((id): Pair => [headId(box.id), id])
  return {
    upward: new Set(arrows.filter(isUp).map(({ arrow }) => arrow.id)),
    above: [...gathered, ...breaks, ...top],
    lowered: new Set(breaks.map(([, lower]) => lower)),
    width,
  }
}

/** A way from one box to another that is no arrow, but said in a gathering. */
interface GatheredLead {
  /** The id of the gathering. */
  readonly id: string
  readonly source: string
  readonly target: string
}

function gatheredLeads({ box, arrows, paths }: Level): GatheredLead[] {
  const depth = paths.get(box.id)!.length
  return box.boxes.flatMap((each) => {
    if (each.kind === "state") return []
    const { target } = arrows.find(({ source }) => source === each.id)!
    const sources = each.from.map((id) => paths.get(id)!).filter((path) => path[depth - 1] === box.id && path.length > depth)
    return sources.map((path) => ({ id: each.id, source: path[depth]!, target })).filter(({ source }) => source !== target)
  })
}

/** A gathering is below the last of the boxes that it stands for, and so right above its target. */
function gatheredPairs(leads: readonly GatheredLead[], order: readonly string[]): Pair[] {
  return [...new Set(leads.map(({ id }) => id))].flatMap((id) => {
    const own = leads.filter((lead) => lead.id === id)
    const last = order.slice(0, order.indexOf(own[0]!.target)).findLast((each) => own.some(({ source }) => source === each))
    return last === undefined ? [] : [[last, id] as const]
  })
}

function wordsWidth({ text }: SketchArrow): number {
  return (text === null ? 0 : text.width + 2 * spacing.label.x) + 2 * spacing.arrows
}
