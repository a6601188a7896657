import type { ChartTransition } from "../chart.types.ts"
import { isInside } from "./path-to.ts"

/** The states that a transition leads to, as far as arrows can show it: those that are neither its source, nor inside or around it. */
export function goalsOf({ source, targets }: ChartTransition): string[] {
  return targets.filter((target) => target !== source && !isInside(source, target) && !isInside(target, source))
}
