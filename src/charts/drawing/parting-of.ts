/** Where two paths part. */
export interface Parting {
  /** The innermost box around both ends. */
  readonly level: string
  /** The box on that level that is, or is around, the one end. */
  readonly source: string
  /** And the other. */
  readonly target: string
}

/** Finds the level on which an arrow is to be seen: the ids of the boxes around each of its ends, from the root on, part there. */
export function partingOf(source: readonly string[], target: readonly string[]): Parting {
  let depth = 0
  while (source[depth] === target[depth]) depth++
  return { level: source[depth - 1]!, source: source[depth]!, target: target[depth]! }
}
