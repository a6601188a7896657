import type { ELK } from "elkjs/lib/elk.bundled.js"
import { ConfigurationError } from "../errors.ts"
import type { Chart } from "./chart.types.ts"
import { sketchOf } from "./drawing/sketch-of.ts"
import type { Layout } from "./layout.types.ts"
import { costOf } from "./placing/cost-of.ts"
import { elkGraphOf } from "./placing/elk-graph-of.ts"
import { flowOf } from "./placing/flow-of.ts"
import { layoutFrom } from "./placing/layout-from.ts"
import { narrowed } from "./placing/narrowed.ts"

/** A drawing is at most so wide, in px, if that can be done, and rather narrower: pages leave no more room than that. */
const WIDTH = { good: 1040, widest: 1280 }

/** How wide a row may be on each level, from the outermost on. Which one makes the better drawing turns out by trying. */
const ROWS = [
  [1400, 900, 700],
  [1180, 900, 700],
  [1040, 900, 700],
  [900, 900, 700],
]

/** ELK finds another arrangement for each. */
const SEEDS = [1, 4, 7]

/**
 * Finds a place for everything in a chart: inner states inside outer ones, the story from top to bottom, arrows that bend at right angles,
 * words that hide nothing. The same chart comes out the same everywhere. Takes a second or several.
 *
 * @throws {ConfigurationError} where elkjs, an optional peer, is not installed.
 * @example
 * const chart = chartOf(sessionMachine)
 * const svg = svgOf(chart, await layoutOf(chart))
 */
export async function layoutOf(chart: Chart): Promise<Layout> {
  const elk = await loadedElk()
  const sketch = sketchOf(chart)
  const flows = new Map(ROWS.map((widths) => flowOf(sketch, widths)).map((flow) => [JSON.stringify(flow.above), flow]))
  const attempts: Layout[] = []
  const attempt = async (style: "straight" | "narrow") => {
    for (const flow of flows.values())
      for (const seed of SEEDS) {
        const graph = await elk.layout(elkGraphOf(sketch, flow, style, seed))
        attempts.push(narrowed(layoutFrom(graph, chart.id, flow), sketch, WIDTH.good))
      }
  }
  await attempt("straight")
  if (attempts.every(({ width }) => width > WIDTH.widest)) await attempt("narrow")
  const costs = attempts.map((layout) => costOf(layout, WIDTH.widest))
  return attempts[costs.indexOf(Math.min(...costs))]!
}

async function loadedElk(): Promise<ELK> {
  try {
    const {
      default: { default: Elk },
    } = await import("elkjs/lib/elk.bundled.js")
    return new Elk()
  } catch (cause) {
    throw new ConfigurationError("charts: an SVG needs elkjs, which finds a place for everything; run npm install elkjs", { cause })
  }
}
