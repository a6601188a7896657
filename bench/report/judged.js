import { targets } from "../targets.js"

/** Each target with what was measured, and whether it is met: null where it was not measured. */
export function judged(figures) {
  return targets.map(({ test, says, figures: wanted }) => {
    const found = wanted.map(({ at, most, is = "≤", unit = "" }) => {
      const value = at(figures)
      const isThere = value !== undefined && value !== null && !Number.isNaN(value)
      return {
        value: isThere ? value : null,
        wants: `${is} ${most}${unit}`,
        unit,
        met: isThere && (is === "=" ? value === most : value <= most),
      }
    })
    const met = found.some(({ met }) => met) ? true : found.every(({ value }) => value === null) ? null : false
    return { test, says, found, met }
  })
}
