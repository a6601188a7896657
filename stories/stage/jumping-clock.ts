import type { Clock } from "sessionchart"

/** This machine's time, which can be made to jump ahead. */
export interface JumpingClock extends Clock {
  jump(ms: number): void
}

/** Platforms count no further in one go, and fire at once instead. */
const LONGEST_MS = 2 ** 31 - 1

interface Timer {
  readonly dueAt: number
  readonly callback: () => void
  platformTimer?: ReturnType<typeof setTimeout>
}

/** Makes a {@link JumpingClock}. A jump is a sleep of the machine: what fell due meanwhile fires at its end, in order. */
export function jumpingClock(): JumpingClock {
  let aheadMs = 0
  const timers = new Set<Timer>()
  const now = () => Date.now() + aheadMs

  function arm(timer: Timer) {
    clearTimeout(timer.platformTimer)
    timer.platformTimer = setTimeout(() => look(timer), Math.min(Math.max(0, timer.dueAt - now()), LONGEST_MS))
  }

  function look(timer: Timer) {
    if (!timers.has(timer)) return
    if (now() < timer.dueAt) return arm(timer)
    timers.delete(timer)
    clearTimeout(timer.platformTimer)
    timer.callback()
  }

  function wake() {
    for (const timer of [...timers].sort((one, other) => one.dueAt - other.dueAt)) look(timer)
  }

  return {
    now,
    monotonic: () => performance.now(),
    setTimeout(callback, ms) {
      if (ms === Infinity) return undefined
      const timer: Timer = { dueAt: now() + ms, callback }
      timers.add(timer)
      arm(timer)
      return timer
    },
    clearTimeout(handle) {
      const timer = handle as Timer | undefined
      if (timer === undefined) return
      timers.delete(timer)
      clearTimeout(timer.platformTimer)
    },
    wake,
    jump(ms) {
      aheadMs += ms
      wake()
    },
  }
}
