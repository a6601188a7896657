// The jobs with real processes, again and again: npm run soak -- --minutes N. Says how often, and what failed.
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { processJobs } from "./jobs.mjs"
import { nameOf, runJob } from "./run-job.mjs"

const { minutes } = parseArgs({ options: { minutes: { type: "string", default: "60" } } }).values
if (!(Number(minutes) > 0)) throw new Error("npm run soak -- --minutes N: N must be a number above 0")

const folder = mkdtempSync(join(tmpdir(), "soak-"))
const until = Date.now() + Number(minutes) * 60_000
const failures = []
let [runs, tests] = [0, 0]
while (Date.now() < until) {
  const job = processJobs[runs % processJobs.length]
  const report = join(folder, "report.json")
  const { passed, said } = await runJob(job, { seed: String(Date.now() % 2 ** 31), report })
  runs += 1
  if (passed) tests += passedIn(report)
  else failures.push(`${new Date().toISOString()} ${nameOf(job)}\n${said}`)
  console.log(`${passed ? "passed" : "FAILED"} ${nameOf(job)}; ${runs} runs, ${failures.length} failed, ${minutesLeft()} min left`)
}
rmSync(folder, { recursive: true })
for (const failure of failures) console.error(failure)
console.log(`${runs} runs with ${tests} tests that passed; ${failures.length} runs failed`)
// Without a Redis all of them are skipped.
process.exit(failures.length === 0 && tests > 0 ? 0 : 1)

function passedIn(report) {
  return JSON.parse(readFileSync(report, "utf8")).numPassedTests
}

function minutesLeft() {
  return Math.max(0, Math.ceil((until - Date.now()) / 60_000))
}
