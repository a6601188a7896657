import type { TextRole } from "./type-scale.ts"
import { widthOf } from "./width-of.ts"

/**
 * A text in lines of at most this width, in px, broken between words. A word that is too wide keeps a line of its own.
 *
 * @example wrapped("One look into the store.", "description", 90) // ["One look into", "the store."]
 */
export function wrapped(text: string, role: TextRole, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1)
    if (last !== undefined && widthOf(`${last} ${word}`, role) <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
