import { execFileSync } from "node:child_process"
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { baseline } from "./baseline.ts"
import { compiles, filesOfRepository, makeCopies, ROOT } from "./copy.ts"
import { Tester } from "./crew.ts"
import { findMutants } from "./find-mutants.ts"
import { mutated, type Mutant } from "./mutant.ts"
import { options } from "./options.ts"
import { complaintsAbout, reportOf, tableOf, type Result } from "./report.ts"
import { BY_REAL_CLOCK, MUTATED, NOTICING } from "./suite.ts"
import { excused } from "./survivors.ts"
import { Trial } from "./trial.ts"

/** What came of each mutant in the last run. */
const LAST = join(tmpdir(), "sessionchart-mutants", "last.json")

/** So many mutants are tried before a look whether the tests that killed them pass without one. */
const BATCH = 20
const MOST_MISFIRES = 5

const asked = options()
const files = await filesOfRepository()
const mutatedFiles = files.filter((file) => startsWithAny(file, MUTATED))
const tests = files.filter(
  (file) => file.endsWith(".test.ts") && startsWithAny(file, NOTICING) && !BY_REAL_CLOCK.test(file) && !startsWithAny(file, asked.without),
)
if (asked.list) list()
else process.exit((await run()).length > 0 ? 1 : 0)

function list(): void {
  const mutants = chosenOf(mutantsIn(ROOT))
  console.log([...mutants.map(({ id, line }) => `${id} (line ${line})`), `${mutants.length} mutants`].join("\n"))
}

/** Returns what there is to complain about. */
async function run(): Promise<string[]> {
  const commit = execFileSync("git", ["log", "-1", "--format=%h of %cs"], { cwd: ROOT, encoding: "utf8" }).trim()
  const roots = makeCopies(files, Number(process.env["WORKERS"] ?? 2))
  const testers = roots.map((root) => new Tester(root))
  process.on("exit", () => {
    for (const tester of testers) tester.stop()
    for (const root of roots) rmSync(root, { recursive: true, force: true })
  })
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      console.log(`Stopped by ${signal}.`)
      process.exit(1)
    })
  }

  const [root = ""] = roots
  const all = mutantsIn(root)
  const chosen = chosenOf(all)
  const found = await baseline(testers, { files, mutatedFiles, tests })
  for (const red of found.red) console.log(`Fails already, so it can notice nothing: ${red}`)
  const isTyped = await compiles(root)
  if (!isTyped) console.log("Does not compile already, so the compiler can notice nothing.")
  console.log(`${chosen.length} mutants of ${all.length}; the tests without one took ${seconds()} s`)

  const results = await tryAll(chosen, testers, new Trial(found.passed, isTyped))
  const isWhole = chosen.length === all.length && asked.without.length === 0 && found.red.length === 0 && isTyped
  const reasons = excused()
  const complaints = complaintsAbout(results, reasons, isWhole)
  console.log([tableOf(results), ...complaints, `${seconds()} s`].join("\n"))
  const minutes = Math.ceil(seconds() / 60)
  if (isWhole) mkdirSync(join(ROOT, "docs"), { recursive: true })
  if (isWhole) writeFileSync(join(ROOT, "docs/mutants.md"), reportOf(results, reasons, { commit, minutes }))
  mkdirSync(dirname(LAST), { recursive: true })
  writeFileSync(LAST, JSON.stringify(results, null, 1))
  return complaints
}

function mutantsIn(root: string): Mutant[] {
  return mutatedFiles.flatMap((file) => findMutants(file, readFileSync(join(root, file), "utf8")))
}

function chosenOf(mutants: readonly Mutant[]): Mutant[] {
  const last = asked.survivors && existsSync(LAST) ? (JSON.parse(readFileSync(LAST, "utf8")) as Result[]) : null
  const wanted = mutants.filter(
    ({ id, file }) =>
      (asked.only.length === 0 || startsWithAny(file, asked.only)) &&
      (asked.mutant.length === 0 || asked.mutant.some((part) => id.includes(part))) &&
      (last?.some((result) => result.id === id && result.is === "survived") ?? true),
  )
  return asked.sample === undefined ? wanted : shuffled(wanted, Number(asked.seed)).slice(0, Number(asked.sample))
}

/** The same order for the same seed. */
function shuffled<Each>(each: readonly Each[], seed: number): Each[] {
  let state = seed
  const random = () => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31)
  return each
    .map((one) => ({ one, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ one }) => one)
}

async function tryAll(mutants: readonly Mutant[], testers: readonly Tester[], trial: Trial): Promise<Result[]> {
  const texts = new Map(mutatedFiles.map((file) => [file, readFileSync(join(testers[0]!.root, file), "utf8")]))
  const waiting = [...mutants]
  const results: Result[] = []
  let misfires = 0
  await Promise.all(testers.map(tryWaiting))
  return results.toSorted((a, b) => mutants.findIndex(({ id }) => id === a.id) - mutants.findIndex(({ id }) => id === b.id))

  async function tryWaiting(tester: Tester): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, BATCH)
      const found: Result[] = []
      for (const mutant of batch) found.push({ ...mutant, ...(await trial.of(mutant, texts.get(mutant.file)!, tester)) })
      if (await trial.stands(found, tester)) {
        results.push(...found)
        found.forEach(tell)
        if (asked.mutant.length === 0) console.log(`${results.length} of ${mutants.length} in ${seconds()} s`)
      } else {
        if (++misfires > MOST_MISFIRES) throw new Error("the tests fail without a mutant, too")
        console.log(`Something else made the tests fail: ${batch.length} mutants are tried again.`)
        tester.stop()
        waiting.push(...batch)
      }
    }
  }
}

/** Survivors as they are found; with `--mutant` whatever was chosen, and what it looks like. */
function tell(result: Result): void {
  const { is, id, line, by, said } = result
  if (asked.mutant.length > 0) console.log(`${is}: ${id} (line ${line})\n${by ?? ""}: ${said}\n${differenceOf(result)}`)
  else if (is === "survived") console.log(`survived: ${id} (line ${line})`)
}

function differenceOf(mutant: Mutant): string {
  const text = readFileSync(join(ROOT, mutant.file), "utf8")
  const [before, after] = [text.split("\n"), mutated(text, mutant).split("\n")]
  return [
    ...before.filter((each) => !after.includes(each)).map((each) => `- ${each}`),
    ...after.filter((each) => !before.includes(each)).map((each) => `+ ${each}`),
  ].join("\n")
}

function startsWithAny(file: string, paths: readonly string[]): boolean {
  return paths.some((path) => file.startsWith(path))
}

function seconds(): number {
  return Math.round(performance.now() / 1000)
}
