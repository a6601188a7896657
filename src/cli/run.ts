import { existsSync, writeFileSync } from "node:fs"
import { parseArgs } from "node:util"
import type { AnyStateMachine } from "xstate"
import type { ChartOptions } from "../charts/chart-of.ts"
import { toJson } from "../charts/to-json.ts"
import { toLayout } from "../charts/to-layout.ts"
import { toMermaid } from "../charts/to-mermaid.ts"
import { toSvg } from "../charts/to-svg.ts"
import { machineIn } from "./machine-in.ts"
import { shippedCharts, type Drawable } from "./shipped-charts.ts"
import { UsageError } from "./usage-error.ts"

/** Where a command writes to. */
export interface Streams {
  readonly stdout: { write(text: string): unknown }
  readonly stderr: { write(text: string): unknown }
}

/**
 * Runs the command `sessionchart` and returns its exit code: 0, 1 where something is missing, 2 where it was called wrongly.
 *
 * @example
 * process.exitCode = await run(["chart", "vault", "--format", "mermaid"], process)
 */
export async function run(args: readonly string[], { stdout, stderr }: Streams): Promise<number> {
  try {
    const { what, format, out, name, help } = parsed(args)
    if (help) {
      stdout.write(USAGE)
      return 0
    }
    const { machine, title } = await drawable(what, name)
    const text = await FORMATS[format](machine, { title })
    if (out === undefined) stdout.write(text)
    else write(out, text)
    return 0
  } catch (error) {
    stderr.write(`sessionchart: ${error instanceof Error ? error.message : String(error)}\n`)
    if (!(error instanceof UsageError)) return 1
    stderr.write(`\n${USAGE}`)
    return 2
  }
}

const FORMATS = {
  svg: toSvg,
  mermaid: toMermaid,
  json: (machine: AnyStateMachine) => `${JSON.stringify(toJson(machine), null, 2)}\n`,
  layout: async (machine: AnyStateMachine, options: ChartOptions) => `${JSON.stringify(await toLayout(machine, options))}\n`,
}

const USAGE = `Usage: sessionchart chart <what> [options]

Draws a statechart. <what> is one of
  session                                              the chart of a session
  ${Object.keys(shippedCharts)
    .filter((name) => name !== "session")
    .join(" ")
    .padEnd(51)}  the refresh chart of a provider
  ./path/to/module.js                                  a module that exports an XState machine or a provider

Options
  --format <format>  svg (needs elkjs) · mermaid · json, for Stately's editor · layout (needs elkjs), for the inspector
                     Default: as the name of --out ends (.mmd, .json), else svg
  --out <file>       where to write; default: the standard output
  --export <name>    which export of the module, if there are several
  --help             this text
`

interface Command {
  readonly what: string
  readonly format: keyof typeof FORMATS
  readonly out: string | undefined
  readonly name: string | undefined
  readonly help: boolean
}

function parsed(args: readonly string[]): Command {
  const { values, positionals } = parsedArgs(args)
  const [command, what, ...more] = positionals
  const { out, help = false, export: name } = values
  const format = values.format ?? formatOf(out)
  if (!isFormat(format)) throw new UsageError(`there is no format "${format}"; there are ${Object.keys(FORMATS).join(", ")}`)
  if (help) return { what: "", format, out, name, help }
  if (command === undefined) throw new UsageError("what shall be done? There is one command: chart")
  if (command !== "chart") throw new UsageError(`there is no command "${command}"; there is chart`)
  if (what === undefined) throw new UsageError("which chart? Name one of ours, or a module of yours")
  if (more.length > 0) throw new UsageError(`one chart at a time; what is "${more.join(" ")}"?`)
  return { what, format, out, name, help }
}

function parsedArgs(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { format: { type: "string" }, out: { type: "string" }, export: { type: "string" }, help: { type: "boolean" } },
    })
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error })
  }
}

function formatOf(out: string | undefined): string {
  if (out?.endsWith(".mmd")) return "mermaid"
  return out?.endsWith(".json") ? "json" : "svg"
}

function isFormat(format: string): format is keyof typeof FORMATS {
  return Object.hasOwn(FORMATS, format)
}

async function drawable(what: string, name: string | undefined): Promise<Drawable> {
  if (Object.hasOwn(shippedCharts, what)) {
    if (name !== undefined) throw new UsageError(`--export is for modules; "${what}" is a chart of ours`)
    return shippedCharts[what]!()
  }
  if (!existsSync(what)) {
    throw new UsageError(`there is neither a chart nor a file "${what}"; there are the charts ${Object.keys(shippedCharts).join(", ")}`)
  }
  return machineIn(what, name)
}

function write(out: string, text: string): void {
  try {
    writeFileSync(out, text)
  } catch (error) {
    throw new UsageError(`${out} cannot be written: ${(error as Error).message}`, { cause: error })
  }
}
