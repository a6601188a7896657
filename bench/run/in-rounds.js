import { runCase } from "./run-case.js"

/**
 * Runs cases in rounds: in each round each of them once, one after the other, and each round begins with another one. What disturbs the
 * machine for a while then disturbs them all, and the ratios of a round are worth something.
 *
 * @param {string} name the case's name
 * @param {number} rounds
 * @param {readonly ({ onlyRounds?: number } & object)[]} cases what each is told; `onlyRounds`: it is left out of later ones
 * @returns {Promise<object[]>} what each was told, its round, and what came of it
 */
export async function inRounds(name, rounds, cases) {
  const rows = []
  for (let round = 0; round < rounds; round++) {
    const first = round % cases.length
    for (const { onlyRounds = rounds, ...given } of [...cases.slice(first), ...cases.slice(0, first)]) {
      if (round >= onlyRounds) continue
      rows.push({ round, ...given, ...(await runCase(name, given)) })
      process.stderr.write(".")
    }
  }
  return rows
}
