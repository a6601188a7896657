import { median } from "./median.js"

/** @param {readonly number[]} values @returns {{ median: number, min: number, max: number } | null} */
export function spread(values) {
  if (values.length === 0) return null
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) }
}
