import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fingerprintOf } from "./copy.ts"
import type { Tester } from "./crew.ts"
import { noting } from "./reach.ts"

/** What the tests do to the code as it is, by test file. */
export type Baseline = Readonly<Record<string, Passed>>

export interface Passed {
  /** What the processor spends on it. */
  readonly ms: number
  /** The stretches of code that it reaches. */
  readonly reached: readonly string[]
}

const LIMIT_MS = 600_000

/**
 * Runs every test once over code that notes where it was reached. What a test did is remembered, as long as neither it nor the code
 * changes.
 *
 * @param files all files of the copies
 */
export async function baseline(
  testers: readonly Tester[],
  { files, mutatedFiles, tests }: { files: readonly string[]; mutatedFiles: readonly string[]; tests: readonly string[] },
): Promise<{ passed: Baseline; red: string[] }> {
  const root = testers[0]!.root
  const code = files.filter((file) => /^(machines|src|test)\/(?!mutants\/)/.test(file) && !file.endsWith(".test.ts"))
  const memory = join(tmpdir(), "sessionchart-mutants", `${fingerprintOf(root, code)}.json`)
  const known = existsSync(memory) ? (JSON.parse(readFileSync(memory, "utf8")) as Record<string, Passed>) : {}
  const passed: Record<string, Passed> = {}
  const red: string[] = []
  const waiting = [...tests]
  await Promise.all(testers.map(runWaiting))
  return { passed, red }

  async function runWaiting(tester: Tester): Promise<void> {
    const originals = mutatedFiles.map((file) => [file, readFileSync(join(tester.root, file), "utf8")] as const)
    for (const [file, text] of originals) await tester.write(file, noting(file, text))
    for (let test = waiting.shift(); test !== undefined; test = waiting.shift()) await runOne(test, tester)
    for (const [file, text] of originals) await tester.write(file, text)
  }

  async function runOne(test: string, tester: Tester): Promise<void> {
    const key = `${test} ${fingerprintOf(root, [test])}`
    const ran = known[key] === undefined ? await tester.run(test, LIMIT_MS) : null
    if (ran?.passed === true) known[key] = { ms: ran.ms ?? 0, reached: ran.reached ?? [] }
    const noted = known[key]
    if (noted === undefined) red.push(`${test}: ${ran?.killer ?? "it hangs"}`)
    else passed[test] = noted
    mkdirSync(dirname(memory), { recursive: true })
    writeFileSync(memory, JSON.stringify(known))
  }
}
