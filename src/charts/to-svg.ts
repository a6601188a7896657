import type { AnyStateMachine } from "xstate"
import { chartOf, type ChartOptions } from "./chart-of.ts"
import { layoutOf } from "./layout-of.ts"
import { svgOf } from "./svg-of.ts"

/**
 * Draws an XState machine as SVG: states inside states, regions side by side, every transition with its guard, and what there is to know of
 * it as a title. Light or dark as its reader prefers; the same machine gives the same bytes. Takes a second or several.
 *
 * @throws {ConfigurationError} where elkjs, an optional peer, is not installed.
 * @example
 * writeFileSync("session.svg", await toSvg(sessionMachine))
 */
export async function toSvg(machine: AnyStateMachine, options?: ChartOptions): Promise<string> {
  const chart = chartOf(machine, options)
  return svgOf(chart, await layoutOf(chart))
}
