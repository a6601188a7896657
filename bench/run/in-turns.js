import { fork } from "node:child_process"
import { fileURLToPath } from "node:url"
import { failureOf } from "./failure-of.js"
import { nodeFlags } from "./node-flags.js"

const LIMIT_MS = 120_000

/**
 * As `inRounds`, but for cases that take turns: the process of each lives through all rounds, warm, and a turn is short. What disturbs the
 * machine for a second then disturbs them all, and what one start of a process has by luck (where its code lies, what was compiled when)
 * is no more than one of many.
 *
 * @param {string} name the case's name; it calls `takeTurns`
 * @param {number} rounds
 * @param {readonly ({ onlyRounds?: number } & object)[]} cases what each is told; `onlyRounds`: it is left out of later ones
 * @returns {Promise<object[]>} what each was told, its round, and what came of it
 */
export async function inTurns(name, rounds, cases) {
  const takers = []
  for (const { onlyRounds = rounds, ...given } of cases) takers.push({ onlyRounds, given, ...(await started(name, given)) })
  const rows = []
  for (let round = 0; round < rounds; round++) {
    const first = round % takers.length
    for (const taker of [...takers.slice(first), ...takers.slice(0, first)]) {
      if (round < taker.onlyRounds) rows.push({ round, ...taker.given, ...(await taker.turn()) })
    }
    process.stderr.write(".")
  }
  for (const taker of takers) taker.end()
  return rows
}

/** A case's process, once it is warm. */
async function started(name, given) {
  const script = fileURLToPath(new URL(`../cases/${name}.js`, import.meta.url))
  const child = fork(script, [JSON.stringify(given)], { execArgv: nodeFlags, stdio: ["ignore", "ignore", "pipe", "ipc"] })
  let complaint = ""
  child.stderr.on("data", (text) => (complaint += text))
  const answer = () =>
    new Promise((resolve) => {
      const limit = setTimeout(() => child.kill("SIGKILL"), LIMIT_MS)
      const over = (said) => {
        clearTimeout(limit)
        child.off("message", over).off("exit", ended)
        resolve(said)
      }
      const ended = (code, signal) => {
        const failed = failureOf(code, signal, complaint)
        console.error(`\n${name} ${JSON.stringify(given)}: ${failed}`)
        over({ failed })
      }
      child.on("message", over).on("exit", ended)
    })
  const ready = await answer()
  return {
    async turn() {
      if (ready.failed) return ready
      if (!child.connected) return { failed: "it has ended in another turn" }
      const answered = answer()
      child.send("turn")
      return answered
    },
    end: () => child.kill(),
  }
}
