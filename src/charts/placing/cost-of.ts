import type { Layout } from "../layout.types.ts"

/** What is bad about a layout, as a number: above all to be too wide, then to be large, long ways and bends. */
export function costOf({ width, height, arrows }: Layout, widest: number): number {
  const paths = Object.values(arrows).map(({ points }) => points)
  const bends = paths.reduce((sum, { length }) => sum + length - 2, 0)
  const ways = paths.reduce((sum, points) => sum + lengthOf(points), 0)
  return 50 * Math.max(0, width - widest) + width + 2 * height + ways / 10 + 8 * bends
}

function lengthOf(points: Layout["arrows"][string]["points"]): number {
  return points.reduce((sum, { x, y }, place) => {
    const before = points[place - 1] ?? { x, y }
    return sum + Math.abs(x - before.x) + Math.abs(y - before.y)
  }, 0)
}
