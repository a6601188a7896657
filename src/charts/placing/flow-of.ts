import { partingOf } from "../drawing/parting-of.ts"
import type { Sketch, SketchBox, StateBox } from "../drawing/sketch.types.ts"
import { headId } from "../drawing/sketch-of.ts"
import { spacing } from "../drawing/spacing.ts"
import { levelPlan, type LevelArrow, type LevelPlan } from "./level-plan.ts"

/** What is above what in a drawing: it is read from top to bottom. */
export interface Flow extends Omit<LevelPlan, "width"> {
  /** The ids of the arrows whose words have to be right above a box that got a row of its own. */
  readonly saidLate: ReadonlySet<string>
}

/**
 * Decides what is above what. On every level a row is at most as wide as `widest` says for its depth, as far as that can be known before
 * anything has a place.
 */
export function flowOf({ root, arrows }: Sketch, widest: readonly number[]): Flow {
  const paths = pathsIn(root, [])
  const parted = arrows
    .filter(({ isStart }) => !isStart)
    .map((arrow): LevelArrow => ({ arrow, ...partingOf(paths.get(arrow.source)!, paths.get(arrow.target)!) }))
  const initials = new Map(arrows.filter(({ isStart }) => isStart).map(({ source, target }) => [source, target]))
  const plans: LevelPlan[] = []

  const planned = (box: StateBox, depth: number): number => {
    const initial = initials.get(headId(box.id))
    const plan = levelPlan({
      box,
      arrows: parted.filter(({ level }) => level === box.id),
      first: initial === undefined ? null : paths.get(initial)![depth + 1]!,
      sizes: new Map(box.boxes.map((each) => [each.id, widthOf(each, depth + 1)])),
      widest: widest[depth] ?? widest.at(-1)!,
      paths,
    })
    plans.push(plan)
    return plan.width
  }
  const widthOf = (box: SketchBox, depth: number): number => {
    const own = box.text.width + 2 * spacing.box.x
    return box.kind === "state" && box.boxes.length > 0 ? Math.max(own, planned(box, depth) + 2 * spacing.inside) : own
  }

  planned(root, 0)
  const lowered = new Set(plans.flatMap((plan) => [...plan.lowered]))
  const late = parted.filter(({ source, target }) => lowered.has(source) || lowered.has(target))
  return {
    upward: new Set(plans.flatMap((plan) => [...plan.upward])),
    above: plans.flatMap((plan) => plan.above),
    lowered,
    saidLate: new Set(late.map(({ arrow }) => arrow.id)),
  }
}

/** The ids of the boxes around each box, from the root on, and its own. */
function pathsIn(box: SketchBox, around: readonly string[]): Map<string, readonly string[]> {
  const path = [...around, box.id]
  const inside = box.kind === "state" ? box.boxes.flatMap((each) => [...pathsIn(each, path)]) : []
  return new Map([[box.id, path], ...inside])
}
