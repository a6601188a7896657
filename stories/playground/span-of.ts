import { clockFace } from "../shop/clock-face.ts"

/** A span of time in its biggest unit: `3 days`, `2 h`, and minutes and seconds below an hour. */
export function spanOf(ms: number): string {
  const seconds = Math.ceil(ms / 1000)
  if (seconds >= 2 * 86_400) return `${Math.floor(seconds / 86_400)} days`
  if (seconds >= 2 * 3_600) return `${Math.floor(seconds / 3_600)} h`
  return clockFace(seconds)
}
