/** A number with as many digits as mean something: 12,345 · 123 · 12.3 · 1.23 · 0.0012. */
export function number(value) {
  if (value === null || value === undefined) return "–"
  const size = Math.abs(value)
  if (Number.isInteger(value) || size >= 100) return Math.round(value).toLocaleString("en")
  return size >= 10 ? value.toFixed(1) : size >= 0.1 ? value.toFixed(2) : value.toPrecision(2)
}

/** `median (min–max)`. */
export const range = (spread, unit = "") =>
  spread === null || spread === undefined ? "–" : `${number(spread.median)}${unit} (${number(spread.min)}–${number(spread.max)})`
