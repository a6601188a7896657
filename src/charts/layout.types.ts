/** Where everything of a drawing is: plain JSON, in px from the top left corner. Made by {@link layoutOf}, drawn by {@link svgOf}. */
export interface Layout {
  /** The id of the chart that it is for. */
  readonly chart: string
  readonly width: number
  readonly height: number
  /** By the id of the state, of its start (`start:` and the id) or of the gathering of what leads to it (`into:` and the id). */
  readonly boxes: Readonly<Record<string, Box>>
  /** By source and target: `active → expiring`. */
  readonly arrows: Readonly<Record<string, ArrowPath>>
}

/** A rectangle. */
export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** The way of an arrow. */
export interface ArrowPath {
  /** From its source to its target, corners included. */
  readonly points: readonly Point[]
  /** Where its words are. */
  readonly label: Box | null
}

export interface Point {
  readonly x: number
  readonly y: number
}
