import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import { failureOf } from "./failure-of.js"
import { nodeFlags } from "./node-flags.js"

const LIMIT_MS = 600_000

/**
 * Runs one case in a process of its own, and resolves with what it printed last. A case that fails says so; the others go on.
 *
 * @param {string} name the file's name in `cases/`
 * @param {object} given what it is told
 */
export function runCase(name, given) {
  const script = fileURLToPath(new URL(`../cases/${name}.js`, import.meta.url))
  const child = spawn(process.execPath, [...nodeFlags, script, JSON.stringify(given)])
  let printed = ""
  let complaint = ""
  child.stdout.on("data", (text) => (printed += text))
  child.stderr.on("data", (text) => (complaint += text))
  const limit = setTimeout(() => child.kill("SIGKILL"), LIMIT_MS)
  return new Promise((resolve) => {
    child.once("close", (code, signal) => {
      clearTimeout(limit)
      const last = printed.trim().split("\n").at(-1)
      if (code === 0 && last?.startsWith("{")) return resolve(JSON.parse(last))
      const failed = failureOf(code, signal, complaint)
      console.error(`\n${name} ${JSON.stringify(given)}: ${failed}`)
      resolve({ failed })
    })
  })
}
