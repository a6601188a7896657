import { createClock, type Clock } from "../../src/core/clock.ts"

/** How time runs: `speed` times as fast as this machine's since `since`, so that all tabs and the provider agree; `aheadMs` is an error of one. */
export interface Pace {
  readonly speed: number
  /** Epoch ms. */
  readonly since: number
  aheadMs?: number
}

/** The time by this pace, epoch ms. */
export function timeOf({ speed, since, aheadMs = 0 }: Pace): number {
  return since + (Date.now() - since) * speed + aheadMs
}

/** A clock of this pace, and of what becomes of it. */
export function clockOf(pace: Pace): Clock {
  const { speed } = pace
  return createClock({
    now: () => timeOf(pace),
    monotonic: () => performance.now() * speed,
    setTimeout: (callback, ms) => setTimeout(callback, Math.ceil(ms / speed)),
    clearTimeout: (handle) => clearTimeout(handle as number),
  })
}
