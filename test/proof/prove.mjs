// The long runs: npm run prove. Writes docs/proof.md if all of them pass; SEED=<number> repeats a run.
import { execFileSync } from "node:child_process"
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import { availableParallelism, cpus, tmpdir } from "node:os"
import { join } from "node:path"
import { jobs } from "./jobs.mjs"
import { nameOf, runJob } from "./run-job.mjs"

const root = new URL("../..", import.meta.url).pathname
const folder = mkdtempSync(join(tmpdir(), "proof-"))
const seed = process.env["SEED"] ?? String(Date.now() % 2 ** 31)
const commit = git("rev-parse", "--short", "HEAD")
if (git("status", "--porcelain") !== "") fail("commit first: docs/proof.md names the commit that was proved")

const began = Date.now()
const queue = jobs.map((job, index) => ({ ...job, report: join(folder, `${index}.json`) }))
const waiting = [...queue]
await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, work))

const proofs = queue.flatMap(({ report }) => proofsIn(report))
if (proofs.length === 0) fail("no test said what it proves")
mkdirSync(join(root, "docs"), { recursive: true })
writeFileSync(join(root, "docs/proof.md"), pageOf(proofs))
console.log(`docs/proof.md: ${proofs.length} proofs, ${minutes()} min`)

async function work() {
  for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) await run(job)
}

async function run(job) {
  console.log(`${nameOf(job)} …`)
  const { passed, said } = await runJob(job, { seed, report: job.report })
  if (!passed) fail(`${said}\n${nameOf(job)} failed; SEED=${seed} repeats it`)
}

function proofsIn(report) {
  const { testResults } = JSON.parse(readFileSync(report, "utf8"))
  return testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter(({ status, meta }) => status === "passed" && meta.proof !== undefined).map(({ meta }) => meta.proof),
  )
}

function pageOf(rows) {
  const date = new Date(began).toISOString().slice(0, 10)
  return `# Proof

The long runs of \`npm run prove\`, as they last passed. \`npm test\` makes the same ones, shorter; \`SEED=${seed} npm run prove\` repeats these.

- Date: ${date}
- Commit: ${commit}
- Seed: ${seed}
- Took: ${minutes()} min on ${cpus().length} cores, Node ${process.version}

| what | how many | result |
| --- | --- | --- |
${rows.map(({ what, many, result = "none failed" }) => `| ${what} | ${many} | ${result} |`).join("\n")}
`
}

function minutes() {
  return Math.ceil((Date.now() - began) / 60_000)
}

function git(...given) {
  return execFileSync("git", given, { cwd: root, encoding: "utf8" }).trim()
}

function fail(why) {
  console.error(why)
  process.exit(1)
}
