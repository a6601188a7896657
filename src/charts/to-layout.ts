import type { AnyStateMachine } from "xstate"
import { chartOf, type ChartOptions } from "./chart-of.ts"
import { layoutOf } from "./layout-of.ts"
import type { Layout } from "./layout.types.ts"

/**
 * Finds a place for everything in the drawing of an XState machine, as plain JSON: with it the inspector draws the machine in a browser
 * without elkjs. Takes a second or several.
 *
 * @throws {ConfigurationError} where elkjs, an optional peer, is not installed.
 * @example
 * writeFileSync("acme.layout.json", JSON.stringify(await toLayout(createRefreshMachine(acme))))
 */
export async function toLayout(machine: AnyStateMachine, options?: ChartOptions): Promise<Layout> {
  return layoutOf(chartOf(machine, options))
}
