import { availableParallelism } from "node:os"
import { runCase } from "./run-case.js"

/** Runs cases in virtual time, whose outcome depends on no clock: as many at once as there are processors. */
export async function sideBySide(name, cases) {
  const rows = []
  const waiting = cases.entries()
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  return rows

  async function work() {
    for (const [nth, given] of waiting) {
      rows[nth] = { ...given, ...(await runCase(name, given)) }
      process.stderr.write(".")
    }
  }
}
