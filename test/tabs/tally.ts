import type { TaskMeta } from "vitest"
import type { Emulator } from "../../src/testing/emulator.types.ts"

/** What a test has cost, by the provider's books. */
export interface Tally {
  /** How often a refresh credential was presented. */
  readonly presented: number
  /** How often one that was spent already. */
  readonly reused: number
  readonly refreshes: number
}

export function tallyOf({ stats, ...emulator }: Emulator): Tally {
  const presented = presentations(emulator).reduce((sum, times) => sum + times, 0)
  return { presented, reused: stats.reused, refreshes: stats.refreshes }
}

/** How often each credential was presented that was presented at all: all 1 where none was presented twice. */
export function presentations({ ledger }: Pick<Emulator, "ledger">): number[] {
  return ledger.refreshCredentials.map(({ presented }) => presented.length).filter((times) => times > 0)
}

/** Prints what a test came to, and puts it into its meta, for docs/proof.md. */
export function prove({ meta }: { readonly meta: TaskMeta }, what: string, many: string, figures: object): void {
  const result = Object.entries(figures)
    .map(([name, figure]) => `${name} ${String(figure)}`)
    .join(", ")
  console.log(`${what}, ${many}: ${result}`)
  meta.proof = { what: `${what} (in a real Chromium)`, many, result }
}

/** The value that so many percent of them do not exceed. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.ceil((sorted.length * percent) / 100) - 1]!
}

/** How often each of them is there: `3 (2 doubt, 1 expired)`. */
export function counted(names: readonly string[]): string {
  const kinds = [...new Set(names)].map((name) => `${names.filter((other) => other === name).length} ${name}`)
  return kinds.length === 0 ? "0" : `${names.length} (${kinds.join(", ")})`
}
