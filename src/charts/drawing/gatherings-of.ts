import { statesOf } from "../chart-of.ts"
import type { ChartState, ChartTransition } from "../chart.types.ts"
import { goalsOf } from "./goals-of.ts"
import { groupedBy } from "./grouped-by.ts"
import { levelOrder } from "./level-order.ts"
import { partingOf } from "./parting-of.ts"
import { isInside, pathTo } from "./path-to.ts"

/** From so many states on, transitions with the same words to the same state are gathered. */
const MANY = 3
/** A way back over so many states would be hard to follow. */
const FAR = 4

/** What leads to one state from many, or from far. */
export interface Gathering {
  /** The id of the state that it leads to. */
  readonly target: string
  readonly rows: readonly GatheredRow[]
}

/** Transitions with the same words, and where they come from. */
export interface GatheredRow {
  readonly transitions: readonly ChartTransition[]
  /** `from every state` */
  readonly from: string
}

/**
 * Finds the transitions that are hard to draw as arrows, and says of each state what leads to it that way: the same event from nearly every
 * state, what a state declares for all the states inside it, and long ways back.
 */
export function gatheringsOf(root: ChartState): Gathering[] {
  const all = statesOf(root)
    .flatMap(({ transitions }) => transitions)
    .filter(({ targets }) => targets.length > 0)
  const inward = all.filter(({ source, targets }) => targets.every((target) => isInside(source, target)))
  const outward = all.filter((transition) => transition.targets.length === 1 && !inward.includes(transition))
  const repeated = groupedBy(outward, ({ targets }) => targets[0]!).flatMap(oftenRepeated)
  const rest = outward.filter((transition) => isArrow(transition) && !repeated.flat().includes(transition))
  const far = groupedBy(waysFarBack(root, rest), words)
  const rows = [
    ...[...repeated, ...far].map((transitions) => ({ transitions, from: `from ${sourcesOf(transitions, root)}` })),
    ...inward.map((transition) => ({ transitions: [transition], from: fromInside(transition) })),
  ]
  return groupedBy(rows, ({ transitions }) => transitions[0]!.targets[0]!).map((own) => ({
    target: own[0]!.transitions[0]!.targets[0]!,
    rows: own,
  }))
}

/** Where an event often leads to a state, all events that do so more than once are gathered, to be seen together. */
function oftenRepeated(transitions: readonly ChartTransition[]): ChartTransition[][] {
  const groups = groupedBy(
    transitions.filter(({ isElse }) => !isElse),
    words,
  )
  const arrows = (group: readonly ChartTransition[]) => group.filter(isArrow).length
  const isOften = groups.some((group) => arrows(group) >= MANY)
  return groups.filter((group) => arrows(group) >= (isOften && group[0]!.trigger === "event" ? 2 : MANY))
}

function waysFarBack(root: ChartState, transitions: readonly ChartTransition[]): ChartTransition[] {
  const parted = transitions.map((transition) => ({
    transition,
    ...partingOf(pathTo(transition.source), pathTo(transition.targets[0]!)),
  }))
  return statesOf(root).flatMap(({ id, states, initial }) => {
    const here = parted.filter(({ level }) => level === id)
    const first = initial === null ? null : pathTo(initial)[pathTo(id).length]!
    const order = levelOrder(
      states.map((state) => state.id),
      here,
      first,
    )
    return here.filter(({ source, target }) => order.indexOf(source) - order.indexOf(target) >= FAR).map(({ transition }) => transition)
  })
}

/** It leads from a state to another that is neither inside nor around it. */
function isArrow(transition: ChartTransition): boolean {
  return goalsOf(transition).length > 0
}

function words({ targets, event, guard, isElse }: ChartTransition): string {
  return JSON.stringify([targets, event, guard, isElse])
}

function sourcesOf(transitions: readonly ChartTransition[], { states }: ChartState): string {
  const sources = new Set(transitions.map(({ source }) => source))
  const isEvery = states.every(({ id, kind }) => kind === "final" || sources.has(id))
  return isEvery ? "every state" : [...sources].join(", ")
}

function fromInside({ source, targets }: ChartTransition): string {
  const others = targets.slice(1)
  return `from ${source === "" ? "every state" : `anywhere in ${source}`}${others.length === 0 ? "" : `, also to ${others.join(", ")}`}`
}
