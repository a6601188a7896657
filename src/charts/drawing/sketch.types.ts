import type { ChartState, ChartTransition } from "../chart.types.ts"
import type { TextRole } from "./type-scale.ts"

/** What there is to draw of a chart: boxes and arrows with their texts, as large as the texts need, not yet in their places. */
export interface Sketch {
  /** The whole chart, as the state around all others. */
  readonly root: StateBox
  readonly arrows: readonly SketchArrow[]
}

/** A box of a drawing. */
export type SketchBox = StateBox | GatheringBox

/** A state, with the boxes inside it. */
export interface StateBox {
  readonly kind: "state"
  /** The state's id. */
  readonly id: string
  readonly state: ChartState
  readonly text: TextBlock
  readonly boxes: readonly SketchBox[]
}

/** What leads to one state from many, or from far: one box with one arrow says it all. */
export interface GatheringBox {
  readonly kind: "gathering"
  readonly id: string
  readonly text: TextBlock
  /** The ids of the states that it stands for. */
  readonly from: readonly string[]
}

/** An arrow between two boxes. Transitions with the same two ends share one. */
export interface SketchArrow {
  /** `active → expiring` */
  readonly id: string
  readonly source: string
  readonly target: string
  /** What sets it off; null: said elsewhere, or nothing to say. */
  readonly text: TextBlock | null
  /** It leads from a dot to the state that is entered first. */
  readonly isStart: boolean
}

/** Lines of text, and the room that they need in px. */
export interface TextBlock {
  readonly width: number
  readonly height: number
  readonly lines: readonly TextLine[]
}

/** A line of text. */
export interface TextLine {
  readonly spans: readonly TextSpan[]
  /** The transitions that it is about. */
  readonly about: readonly ChartTransition[]
}

/** A piece of a line that looks the same. */
export interface TextSpan {
  readonly text: string
  readonly role: TextRole
}
