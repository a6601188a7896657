import type { Node, Place } from "../place.ts"

/** What a mutator finds to change at a place. */
export interface Change {
  /** In a few words. */
  readonly what: string
  readonly start: number
  readonly end: number
  readonly to: string
}

/** Knows one way of getting things wrong. */
export type Mutator = (place: Place) => Change[]

export function replace(what: string, { start, end }: Node, to: string): Change {
  return { what, start, end, to }
}

/** Takes one of a list out, with the comma that parts it from the others. */
export function takeOut(what: string, list: readonly Node[], index: number, text: string): Change {
  const { start, end } = list[index]!
  const next = list[index + 1]
  const before = list[index - 1]
  if (next !== undefined) return { what, start, end: next.start, to: "" }
  if (before !== undefined) return { what, start: before.end, end, to: "" }
  return { what, start, end: end + (/^\s*,/.exec(text.slice(end))?.[0].length ?? 0), to: "" }
}
