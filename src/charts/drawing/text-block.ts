import type { TextBlock, TextLine } from "./sketch.types.ts"
import { typeScale } from "./type-scale.ts"
import { widthOf } from "./width-of.ts"

/** Lines of text, and the room that they need. */
export function textBlock(lines: readonly TextLine[]): TextBlock {
  return {
    width: Math.max(0, ...lines.map(widthOfLine)),
    height: lines.reduce((height, line) => height + heightOfLine(line), 0),
    lines,
  }
}

/** How high a line is, in px. */
export function heightOfLine({ spans }: TextLine): number {
  return Math.max(...spans.map(({ role }) => (role === "title" ? typeScale.title.line : typeScale.text.line)))
}

/** How wide a line is, in px, with the spaces between its pieces. */
export function widthOfLine({ spans }: TextLine): number {
  return spans.reduce((width, { text, role }, place) => width + widthOf(place === 0 ? text : ` ${text}`, role), 0)
}
