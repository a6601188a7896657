import { escapeXml } from "../../src/charts/drawing/escape-xml.ts"
import { svgStyle } from "../../src/charts/drawing/svg-style.ts"
import { widthOf } from "../../src/charts/drawing/width-of.ts"
import type { Party, Step } from "./recorded-refresh.ts"

/** Draws what was recorded, from top to bottom: states on the lines of their charts, messages from line to line. */
export function stepsSvg(title: string, steps: readonly Step[]): string {
  const rows = rowsOf(steps)
  const height = rows.at(-1)!.y + 44
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="sessionchart" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img">`,
    `<title>${escapeXml(title)}</title>`,
    `<desc>${escapeXml(steps.map(inWords).join("; "))}.</desc>`,
    `<style>\n${svgStyle}\n${ownStyle}\n</style>`,
    `<rect class="canvas" width="${WIDTH}" height="${height}" rx="12"/>`,
    ...parties.map((party) => text(COLUMNS[party], 32, NAMES[party], "title")),
    ...parties.map((party) => `<path class="life" d="M${COLUMNS[party]} 46V${height - 20}"/>`),
    ...runsOf(rows).map(([from, to]) => `<path class="run" d="M${COLUMNS.refresh} ${from}V${to}"/>`),
    ...rows.flatMap(drawn),
    `</svg>`,
    "",
  ].join("\n")
}

type Row = Step & { readonly y: number; readonly isLater: boolean }

function rowsOf(steps: readonly Step[]): Row[] {
  let y = 50
  return steps.map((step, place) => {
    const isLater = step.at !== (steps[place - 1]?.at ?? -1)
    y += isLater && place > 0 ? 50 : 32
    return { ...step, y, isLater }
  })
}

/** From where to where a refresh runs. */
function runsOf(rows: readonly Row[]): [number, number][] {
  const states = rows.filter((row) => row.is === "state" && row.chart === "refresh")
  const ends = states.filter((row) => row.is === "state" && FINAL.has(row.state))
  return ends.map(({ y }, place) => [states.find((row) => row.y > (ends[place - 1]?.y ?? 0))!.y, y])
}

function drawn(row: Row): string[] {
  const when = row.isLater ? [text(44, row.y + 4, `${row.at / 1000} s`, "description")] : []
  return [...when, ...(row.is === "state" ? pill(row.state, COLUMNS[row.chart], row.y) : arrow(row, row.y))]
}

function pill(state: string, x: number, y: number): string[] {
  const width = widthOf(state, "title") + 20
  const isActive = state !== "expiring.usable" && !FINAL.has(state)
  return [
    `<g class="state"${isActive ? ` data-active=""` : ""}><rect x="${x - width / 2}" y="${y - 12}" width="${width}" height="24" rx="12"/>`,
    `${text(x, y + 4, state, "")}</g>`,
  ]
}

function arrow({ from, to, says }: Extract<Step, { is: "message" }>, y: number): string[] {
  const [start, end] = [COLUMNS[from], COLUMNS[to]]
  const tip = end > start ? -7 : 7
  // The words of the app's own requests stand beside the app: half way they would be on the lines of the charts.
  const isFar = Math.abs(end - start) > 300
  const middle = isFar ? COLUMNS.app + 80 : (start + end) / 2
  const width = widthOf(says, "event") + 12
  return [
    `<g class="way${isFar ? " own" : ""}"><path d="M${start} ${y}H${end + tip}"/><path class="head" d="M${end} ${y}l${tip} -4v8z"/></g>`,
    `<g class="words"><rect x="${middle - width / 2}" y="${y - 10}" width="${width}" height="20" rx="6"/>${text(middle, y + 4, says, "event")}</g>`,
  ]
}

function text(x: number, y: number, words: string, role: string): string {
  return `<text x="${x}" y="${y}" text-anchor="middle"${role === "" ? "" : ` class="${role}"`}>${escapeXml(words)}</text>`
}

function inWords(step: Step): string {
  const what = step.is === "state" ? `${NAMES[step.chart]}: ${step.state}` : `${NAMES[step.from]} to ${NAMES[step.to]}: ${step.says}`
  return `${step.at / 1000} s, ${what}`
}

const WIDTH = 840
const COLUMNS: Readonly<Record<Party, number>> = { app: 120, session: 340, refresh: 540, provider: 770 }
const NAMES: Readonly<Record<Party, string>> = { app: "Your app", session: "Session chart", refresh: "Refresh chart", provider: "VAULT" }
const parties = ["app", "session", "refresh", "provider"] as const
const FINAL = new Set(["granted", "unavailable"])
const ownStyle = [
  `.sessionchart .life{stroke:var(--words);stroke-width:1.5}`,
  `.sessionchart .run{stroke:var(--active);stroke-width:2}`,
  `.sessionchart .own path{stroke-dasharray:2 3}`,
].join("\n")
