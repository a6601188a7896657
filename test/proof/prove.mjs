// The long runs: npm run prove. Writes docs/proof.md if all of them pass; SEED=<number> repeats a run, or goes on with what failed in it.
import { execFileSync } from "node:child_process"
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { availableParallelism, cpus, tmpdir } from "node:os"
import { join } from "node:path"
import { jobs } from "./jobs.mjs"
import { nameOf, runJob } from "./run-job.mjs"

const root = new URL("../..", import.meta.url).pathname
const seed = process.env["SEED"] ?? String(Date.now() % 2 ** 31)
const commit = git("rev-parse", "--short", "HEAD")
if (git("status", "--porcelain") !== "") fail("commit first: docs/proof.md names the commit that was proved")

/** The reports of what has passed with this seed, whichever commit that was. */
const folder = join(tmpdir(), `sessionchart-proof-${seed}`)
mkdirSync(folder, { recursive: true })
const reportOf = (job) => join(folder, `${nameOf(job).replaceAll(/[^\w-]+/g, "-")}.json`)
const began = Date.now()
const waiting = jobs.filter((job) => !existsSync(reportOf(job)))
const failed = []
await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, work))
if (failed.length > 0) fail(`failed: ${failed.map(nameOf).join("; ")}\nSEED=${seed} npm run prove goes on with these`)

const reports = jobs.map((job) => JSON.parse(readFileSync(reportOf(job), "utf8")))
const minutes = Math.ceil(reports.reduce((sum, report) => sum + report.minutes, 0))
const proofs = reports.flatMap(proofsIn)
if (proofs.length === 0) fail("no test said what it proves")
mkdirSync(join(root, "docs"), { recursive: true })
writeFileSync(join(root, "docs/proof.md"), pageOf(proofs))
console.log(`docs/proof.md: ${proofs.length} proofs`)

async function work() {
  for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) await run(job)
}

async function run(job) {
  const since = Date.now()
  console.log(`${nameOf(job)} …`)
  const report = `${reportOf(job)}.new`
  const { passed, said } = await runJob(job, { seed, report })
  if (!passed) {
    failed.push(job)
    return console.error(`${said}\n${nameOf(job)} failed`)
  }
  const { testResults } = JSON.parse(readFileSync(report, "utf8"))
  writeFileSync(report, JSON.stringify({ commit, minutes: (Date.now() - since) / 60_000, testResults }))
  renameSync(report, reportOf(job))
}

function proofsIn({ commit, testResults }) {
  return testResults.flatMap(({ assertionResults }) =>
    assertionResults
      .filter(({ status, meta }) => status === "passed" && meta.proof !== undefined)
      .map(({ meta }) => ({ ...meta.proof, commit })),
  )
}

function pageOf(rows) {
  const date = new Date(began).toISOString().slice(0, 10)
  return `# Proof

The long runs of \`npm run prove\`, as they last passed. \`npm test\` makes the same ones, shorter; \`SEED=${seed} npm run prove\` repeats these.

- Date: ${date}
- Seed: ${seed}
- Took: ${minutes} min of processes, two at a time on ${cpus().length} cores, Node ${process.version}

| what | how many | result | commit |
| --- | --- | --- | --- |
${rows.map(({ what, many, result = "none failed", commit }) => `| ${what} | ${many} | ${result} | ${commit} |`).join("\n")}
`
}

function git(...given) {
  return execFileSync("git", given, { cwd: root, encoding: "utf8" }).trim()
}

function fail(why) {
  console.error(why)
  process.exit(1)
}
