import type { Mutant } from "./mutant.ts"
import type { Fate } from "./trial.ts"

export type Result = Mutant & Fate

export const MOST_SURVIVORS = 25
export const LEAST_SHARE = 0.9

/** The numbers of each file, and of all. */
export function tableOf(results: readonly Result[]): string {
  const files = [...new Set(results.map(({ file }) => file))]
  const rows = files.map((file) =>
    rowOf(
      file,
      results.filter((result) => result.file === file),
    ),
  )
  return [
    "| file | mutants | killed by tests | by types | timed out | survived | killed |",
    "|---|--:|--:|--:|--:|--:|--:|",
    ...rows,
    rowOf("all", results),
  ].join("\n")
}

function rowOf(name: string, results: readonly Result[]): string {
  const count = (fate: Fate["is"]) => results.filter(({ is }) => is === fate).length
  const share = `${(100 * shareOf(results)).toFixed(1)} %`
  return `| ${[name, results.length, count("killed"), count("byTypes"), count("timedOut"), count("survived"), share].join(" | ")} |`
}

/** How many of the mutants were noticed. */
export function shareOf(results: readonly Result[]): number {
  return results.length === 0 ? 1 : 1 - results.filter(({ is }) => is === "survived").length / results.length
}

/** What is wrong with the survivors; empty where all is well. */
export function complaintsAbout(results: readonly Result[], reasons: ReadonlyMap<string, string>, isWhole: boolean): string[] {
  const survivors = results.filter(({ is }) => is === "survived")
  const unexcused = survivors.filter(({ id }) => !reasons.get(id)).map(({ id }) => `no reason why it survives: ${id}`)
  if (!isWhole) return unexcused
  const stale = [...reasons.keys()]
    .filter((id) => !survivors.some((survivor) => survivor.id === id))
    .map((id) => `listed, but it does not survive: ${id}`)
  return [
    ...unexcused,
    ...stale,
    ...(survivors.length > MOST_SURVIVORS ? [`${survivors.length} survivors; ${MOST_SURVIVORS} at most`] : []),
    ...(shareOf(results) < LEAST_SHARE
      ? [`${(100 * shareOf(results)).toFixed(1)} % are killed; at least ${100 * LEAST_SHARE} % must be`]
      : []),
  ]
}

/** The whole run, for readers. */
export function reportOf(
  results: readonly Result[],
  reasons: ReadonlyMap<string, string>,
  { commit, minutes }: { commit: string; minutes: number },
): string {
  const survivors = results.filter(({ is }) => is === "survived")
  return `# Mutants

Small changes to \`machines/\`, \`src/core/\` and \`src/fetch.ts\`, one at a time, and whether a test notices. \`npm run mutants\` writes this file.
At commit ${commit}; it took ${minutes} minutes.

${tableOf(results)}

"By types" are those that the quick tests let pass and the compiler refuses; the slow tests were not asked about them.

## Survivors

${survivors.map(({ id, line }) => `- line ${line}, ${code(id)}: ${reasons.get(id) ?? "no reason yet"}`).join("\n")}
`
}

function code(text: string): string {
  return `\`\` ${text} \`\``
}
