import { spread } from "./spread.js"

/**
 * Compares a contender with another one, round by round: only what ran side by side is compared.
 *
 * @param {readonly { round: number, adapter: string }[]} rows
 * @param {(row: object) => number} figure
 */
export function compared(rows, figure) {
  const of = (adapter) => rows.filter((row) => row.adapter === adapter && row.failed === undefined)
  const pairs = (adapter, other, join) =>
    spread(
      of(adapter).flatMap((row) => {
        const reference = of(other).find(({ round }) => round === row.round)
        return reference ? [join(figure(row), figure(reference))] : []
      }),
    )
  return {
    value: (adapter) => spread(of(adapter).map(figure)),
    ratio: (adapter, other) => pairs(adapter, other, (one, two) => one / two),
    more: (adapter, other) => pairs(adapter, other, (one, two) => one - two),
  }
}
