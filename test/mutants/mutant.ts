/** One change to one file, which some test should notice. */
export interface Mutant {
  /** The file, the place in it by names, and what is changed: the same as long as these are, wherever the line moves. */
  readonly id: string
  /** From the root of the repository. */
  readonly file: string
  readonly line: number
  readonly start: number
  readonly end: number
  readonly to: string
}

/** The file's text with the change made. */
export function mutated(text: string, { start, end, to }: Pick<Mutant, "start" | "end" | "to">): string {
  return text.slice(0, start) + to + text.slice(end)
}
