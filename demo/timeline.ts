import { marks, paint, shades, type Look, type Mark, type Shade } from "./palette.ts"
import type { Lane, Scene } from "./scene.types.ts"

const LABEL = 17
const STATE = 13

/** The scale reaches this far at first, s; it shrinks when time runs past it. */
const SPAN_S = 11

/** Draws the lives until now: a line per provider that grows to the right, with a scale and a legend. Every line fits into `columns`. */
export function timeline({ startedAt, now, lanes }: Scene, columns: number): string[] {
  const cells = columns - LABEL - STATE
  const elapsedMs = now - startedAt
  const cellMs = (Math.max(SPAN_S, Math.ceil(elapsedMs / 1000)) * 1000) / cells
  const nameOf = (lane: Lane) => lane[0]?.provider ?? ""
  return [
    "",
    titled(columns, elapsedMs),
    "",
    ...lanes.flatMap((lane) => {
      const { says, colour } = shades[shadeBetween(lane, now, now)]
      const label = paint(` ${nameOf(lane)}`.padEnd(LABEL), { bold: true })
      return [label + barOf(lane, { startedAt, now, cellMs, cells }) + paint(`  ${says}`, { colour }), ""]
    }),
    scale(cells, cellMs),
    "",
    ...legend(columns),
  ]
}

function titled(columns: number, elapsedMs: number): string {
  const time = `${(elapsedMs / 1000).toFixed(1)} s `
  const title = " sessionchart"
  const subtitle = "  one chart, every provider's own rules".padEnd(columns - title.length - time.length)
  return paint(title, { bold: true }) + paint(subtitle, { dim: true }) + paint(time, { bold: true })
}

interface Axis {
  readonly startedAt: number
  readonly now: number
  readonly cellMs: number
  readonly cells: number
}

/** A lane's bar: two moments a cell, so that what lasts a tenth of a second is still seen; marks lie on top. */
function barOf(lane: Lane, { startedAt, now, cellMs, cells }: Axis): string {
  const halfAt = (half: number): Shade | null => {
    const from = startedAt + (half * cellMs) / 2
    return from > now ? null : shadeBetween(lane, from, Math.min(now, from + cellMs / 2))
  }
  const bar = Array.from({ length: cells }, (_, cell) => halves(halfAt(2 * cell), halfAt(2 * cell + 1)))
  for (const { cell, text, look, shade } of placed(lane, startedAt, cellMs)) {
    const on = look.on ?? shades[shade].colour
    for (let at = 0; at < text.length && cell + at < cells; at++) bar[cell + at] = paint(text.charAt(at), { ...look, on, bold: true })
  }
  return bar.join("")
}

function halves(left: Shade | null, right: Shade | null): string {
  if (left === null) return " "
  const { colour } = shades[left]
  if (left === right) return paint(" ", { on: colour })
  return paint("▌", { colour, ...(right && { on: shades[right].colour }) })
}

/** Where the marks lie: at their time, or beside the one that is there already. Equal ones of one moment are drawn once. */
function placed(lane: Lane, startedAt: number, cellMs: number): { cell: number; text: string; look: Look; shade: Shade }[] {
  let free = 0
  let last: { mark: Mark; at: number } | undefined
  return lane.flatMap(({ at, mark }) => {
    if (mark === undefined || (last?.mark === mark && at - last.at < 100)) return []
    last = { mark, at }
    const { glyph, on } = marks[mark]
    const cell = Math.max(free, Math.floor((at - startedAt) / cellMs))
    free = cell + glyph.length
    const shade = shadeBetween(lane, at, at + cellMs / 2)
    return { cell, text: glyph, look: on === undefined ? { colour: 232 } : { colour: 231, on }, shade }
  })
}

/** The shade of a stretch of time: the most remarkable one, or what is short would never be seen. */
function shadeBetween(lane: Lane, from: number, to: number): Shade {
  let shown: Shade = "nobody"
  for (const { at, shade } of lane) {
    if (shade === undefined) continue
    if (at > to) break
    if (at <= from || remarkable.indexOf(shade) > remarkable.indexOf(shown)) shown = shade
  }
  return shown
}

const remarkable: readonly Shade[] = ["nobody", "active", "loggedOut", "signingIn", "expiring", "refreshing", "backingOff", "held"]

function scale(cells: number, cellMs: number): string {
  const perSecond = 1000 / cellMs
  const stepS = perSecond >= 4 ? 1 : perSecond >= 2 ? 2 : 5
  let line = ""
  for (let second = 0; Math.round(second * perSecond) < cells; second += stepS)
    line = line.padEnd(Math.round(second * perSecond)) + String(second)
  return paint(" seconds".padEnd(LABEL) + line.slice(0, cells), { dim: true })
}

/** What colours and marks mean, in as many lines as it takes. */
function legend(columns: number): string[] {
  const { nobody: _nobody, signingIn: _tooShort, ...shown } = shades
  const states = Object.values(shown).map(({ colour, says }) => ({ sign: "■", says, look: { colour } }))
  const events = Object.values(marks).map(({ glyph, says }) => ({ sign: glyph, says, look: { bold: true } }))
  return [states, events].flatMap((entries) => wrapped(entries, columns))
}

function wrapped(entries: readonly { sign: string; says: string; look: Look }[], columns: number): string[] {
  const lines: { text: string; width: number }[] = []
  for (const { sign, says, look } of entries) {
    const text = ` ${paint(sign, look)} ${paint(says, { dim: true })} `
    const width = sign.length + says.length + 3
    const line = lines.at(-1)
    if (line && line.width + width <= columns) {
      line.text += text
      line.width += width
    } else lines.push({ text, width })
  }
  return lines.map(({ text }) => text)
}
