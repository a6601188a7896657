import type { Screen } from "./scene.types.ts"
import { timeline } from "./timeline.ts"

/** What is needed of a stream that text is written to; the rest is there where it is a terminal. */
export interface Terminal {
  write(text: string): unknown
  readonly isTTY?: boolean
  readonly columns?: number
  readonly rows?: number
}

const NARROWEST = 60
const LOWEST = 20

/** Whether a drawing can be redrawn here, and in colour. See https://no-color.org */
export function canRedraw(terminal: Terminal, env: Readonly<Record<string, string | undefined>>): boolean {
  const { columns, rows } = sizeOf(terminal)
  return terminal.isTTY === true && !env["NO_COLOR"] && env["TERM"] !== "dumb" && columns >= NARROWEST && rows >= LOWEST
}

/** Draws the timeline, each time over the last. The cursor is hidden meanwhile. */
export function showLive(terminal: Terminal): Screen {
  let drawn = 0
  let width = 0
  terminal.write("\x1b[?25l")
  return {
    show(scene) {
      const columns = Math.max(NARROWEST, sizeOf(terminal).columns)
      const lines = timeline(scene, columns)
      // Lines that a narrower window has folded cannot be counted any more: begin on a clean page.
      const back = width !== 0 && width !== columns ? "\x1b[2J\x1b[H" : drawn > 0 ? `\x1b[${drawn}A\r` : ""
      // Synchronised, where the terminal knows it: no frame is seen half drawn.
      terminal.write(`\x1b[?2026h${back}${lines.map((line) => `${line}\x1b[K\n`).join("")}\x1b[J\x1b[?2026l`)
      drawn = lines.length
      width = columns
    },
    close() {
      terminal.write("\x1b[?25h")
    },
  }
}

/** A terminal that nobody has told its size (under `script`, say) says 0. */
function sizeOf({ columns, rows }: Terminal): { columns: number; rows: number } {
  return { columns: columns || 80, rows: rows || 24 }
}
