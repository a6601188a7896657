// npm run bench [-- --short] [-- --only=A,D]: measures sessionchart beside what its users would pick instead. See README.md here.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { adapterOf } from "./adapters/adapter.js"
import { contenders, measured } from "./contenders.js"
import { modes } from "./modes.js"
import { writeReport } from "./report/write-report.js"
import { inRounds } from "./run/in-rounds.js"
import { inTurns } from "./run/in-turns.js"
import { machine } from "./run/machine.js"
import { runCase } from "./run/run-case.js"
import { sideBySide } from "./run/side-by-side.js"

const mode = process.argv.includes("--short") ? "short" : "full"
const only = process.argv
  .find((word) => word.startsWith("--only="))
  ?.slice("--only=".length)
  .split(",")
const sizes = modes[mode]

const adapters = Object.fromEntries(await Promise.all(contenders.map(async (id) => [id, await adapterOf(id)])))
const partIn = (test) => contenders.filter((id) => adapters[id].cannot?.[test] === undefined)
const packages = [...new Set(Object.values(adapters).flatMap((adapter) => adapter.packages ?? [])), "xstate", "zod"]

/** Fewer rounds for those whose times are not compared with a target. */
const withRounds = ({ peerRounds }, given) => (measured.includes(given.adapter) ? given : { ...given, onlyRounds: peerRounds })

const tests = {
  async A() {
    const { rounds, ms } = sizes.A
    const cases = product(partIn("A"), [
      { stub: "free", ms },
      { stub: "real", ms },
    ])
    const possible = cases.filter(({ adapter, stub }) => adapters[adapter].stubs?.includes(stub) ?? true)
    return { rows: await inTurns("overhead", rounds, possible) }
  },
  async B() {
    const { rounds, requests } = sizes.B
    const storm = requests.map((many) => ({ requests: many, late: false }))
    const late = { requests: requests[0], late: true }
    const cases = product(partIn("B"), [...storm, late]).map((given) => withRounds(sizes.B, given))
    return { rows: await inTurns("storm", rounds, cases) }
  },
  async C() {
    const { hours } = sizes.C
    const clocks = [0, 120_000].map((aheadMs) => ({ aheadMs, hours }))
    return { hours, rows: await sideBySide("day", product(partIn("C"), clocks)) }
  },
  async D() {
    const { rounds, sessions, atRest } = sizes.D
    const cases = product(partIn("D"), [{ sessions }]).map((given) => withRounds(sizes.D, given))
    return {
      sessions,
      rows: await inRounds("idle", rounds, cases),
      timers: await sideBySide("timers", product(partIn("D"), [{ sessions: 100 }])),
      atRest: await runCase("at-rest", { sessions: atRest }),
    }
  },
  async E() {
    const peers = partIn("E").filter((id) => adapters[id].packages !== undefined || id === "wrapper")
    return runCase("size", { peers: peers.map((id) => ({ id, name: adapters[id].name })) })
  },
  async F() {
    return {
      rows: await sideBySide(
        "fault",
        product(
          partIn("F"),
          sizes.F.faults.map((fault) => ({ fault })),
        ),
      ),
    }
  },
  async where() {
    return runCase("where", sizes.where)
  },
  async growth() {
    const { rounds, inFlight, sessions, processes, tabs } = sizes.growth
    const { counts, ...more } = processes
    return {
      inFlight: await inRounds("in-flight", rounds, product(["fetch", "wrapper", "sessionchart"], [inFlight])),
      sessions: await inRounds(
        "idle",
        rounds,
        product(
          ["sessionchart", "bare-actor"],
          sessions.map((many) => ({ sessions: many })),
        ),
      ),
      processes: await inRounds(
        "processes",
        1,
        counts.map((many) => ({ processes: many, ...more })),
      ),
      tabs: await runCase("tabs", { tabs: tabs.counts, rounds: tabs.rounds }),
    }
  },
}

const folder = new URL("results/", import.meta.url)
const file = new URL(`${mode}.json`, folder)
/** What is not measured anew is kept. */
const earlier = only !== undefined && existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {}

const results = {
  ...earlier,
  mode,
  machine: machine(packages),
  contenders: contenders.map((id) => ({ id, name: adapters[id].name, gives: adapters[id].gives, cannot: adapters[id].cannot ?? {} })),
  runs: { ...earlier.runs },
}
for (const [name, run] of Object.entries(tests)) {
  if (only !== undefined && !only.includes(name)) continue
  const from = Date.now()
  process.stderr.write(`${name} `)
  results[name] = await run()
  const tookS = Math.round((Date.now() - from) / 1_000)
  results.runs[name] = { commit: results.machine.commit, tookS }
  process.stderr.write(` ${tookS} s\n`)
}

mkdirSync(folder, { recursive: true })
writeFileSync(file, `${JSON.stringify(results, null, 1)}\n`)
console.log(writeReport(results, folder))

/** Each contender with each of these. */
function product(ids, given) {
  return ids.flatMap((adapter) => given.map((more) => ({ adapter, ...more })))
}
