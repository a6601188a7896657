import { resolve } from "node:path"
import { pathToFileURL } from "node:url"
import type { AnyStateMachine } from "xstate"
import type { Provider } from "../core/provider.ts"
import { refreshChartOf, type Drawable } from "./shipped-charts.ts"
import { UsageError } from "./usage-error.ts"

/**
 * Imports a module of the user's and finds the machine in it: one that it exports, or the refresh chart of a provider that it exports.
 *
 * @throws {UsageError} where the module cannot be imported, or it is not clear which export is meant.
 */
export async function machineIn(path: string, name: string | undefined): Promise<Drawable> {
  const exports = await imported(path)
  const drawable = Object.entries(exports).filter(([, value]) => isMachine(value) || isProvider(value))
  const names = drawable.map(([each]) => each).join(", ")
  if (drawable.length === 0) {
    throw new UsageError(`${path} exports neither an XState machine nor a provider (what defineProvider returns); export one`)
  }
  const chosen = name === undefined ? only(drawable) : drawable.find(([each]) => each === name)?.[1]
  if (chosen === undefined && name === undefined) throw new UsageError(`${path} exports several charts: ${names}; say which with --export`)
  if (chosen === undefined) throw new UsageError(`${path} has no machine or provider "${name}"; it exports ${names}`)
  if (isProvider(chosen)) return refreshChartOf(chosen.id, chosen)
  const machine = chosen as AnyStateMachine
  return { machine, title: machine.id }
}

async function imported(path: string): Promise<Record<string, unknown>> {
  try {
    return (await import(pathToFileURL(resolve(path)).href)) as Record<string, unknown>
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === "ERR_UNKNOWN_FILE_EXTENSION") {
      throw new UsageError(`${path} is no JavaScript that this Node can run; compile it, and name the compiled file`, { cause: error })
    }
    throw new UsageError(`${path} cannot be imported: ${message}`, { cause: error })
  }
}

/** The one value there is, under however many names. */
function only(drawable: readonly (readonly [string, unknown])[]): unknown {
  const values = new Set(drawable.map(([, value]) => value))
  return values.size === 1 ? [...values][0] : undefined
}

/** By its shape: the user's xstate may be another copy than ours. */
function isMachine(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false
  const { root, config, transition } = value as Record<string, unknown>
  return typeof root === "object" && typeof config === "object" && typeof transition === "function"
}

function isProvider(value: unknown): value is Provider {
  if (typeof value !== "object" || value === null || !("rules" in value)) return false
  const { rules } = value
  return typeof rules === "object" && rules !== null && "answers" in rules && "onDoubt" in rules
}
