import { spawn } from "node:child_process"

const root = new URL("../..", import.meta.url).pathname

/** A job as messages name it. */
export function nameOf({ files, only }) {
  return [...files, ...(only === undefined ? [] : ["-t", only])].join(" ")
}

/** Runs a job in a process of its own. Resolves with whether it passed, and what it said. */
export function runJob({ files, only, env }, { seed, report }) {
  const given = ["vitest", "run", "--project=sessionchart", ...files, ...(only === undefined ? [] : ["-t", only])]
  given.push("--reporter=dot", "--reporter=json", `--outputFile.json=${report}`)
  const child = spawn("npx", given, { cwd: root, env: { ...process.env, ...env, SEED: seed }, stdio: ["ignore", "pipe", "pipe"] })
  let said = ""
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (said += text))
  return new Promise((resolve) => child.on("close", (code) => resolve({ passed: code === 0, said })))
}
