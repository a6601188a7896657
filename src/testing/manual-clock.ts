import { createClock, type Clock, type TimerHandle } from "../core/clock.ts"

/** A {@link Clock} that stands still until a test moves it. */
export interface ManualClock extends Clock {
  /**
   * Lets `ms` pass: every timer fires at its own time, also one that was set on the way, and what it started settles before the
   * next one fires. Resolves when the span is over and all is settled.
   *
   * @throws {RangeError} when `ms` is negative or not finite.
   * @throws {Error} when timers of 0 ms follow each other without end.
   */
  advance(ms: number): Promise<void>
  /** The machine sleeps for `ms`: wall time moves, monotonic time stands still, and nothing fires before the clock looks again. */
  sleep(ms: number): void
  /** Somebody sets the wall clock forward, or back if `ms` is negative. */
  jump(ms: number): void
  /** Makes {@link settle} wait for work that neither this clock nor a microtask ends: a server's reply, a signature. Returns it. */
  track<T>(work: Promise<T>): Promise<T>
  /** Waits, without time passing, until every microtask and all tracked work is done. */
  settle(): Promise<void>
  /** How many timers wait. One of `Infinity` ms is not counted: it never fires. */
  readonly pending: number
  /** How many timers of the platform are armed: 0 or 1. */
  readonly platformTimers: number
}

/** Rounds of timers at one moment, after which we say "endless loop" rather than hang the test. */
const MAX_ROUNDS = 10_000
/** So that a timer of 0.1 ms has fired after `advance(0.1)`, wherever its sums were rounded. */
const ROUNDING_MS = 1e-6

/**
 * Makes a clock for tests: the one that ships, on a platform that a test moves. It never asks the machine for the time.
 *
 * @param options `now`: the wall time at which it starts, epoch ms; 2026-01-01T00:00Z by default.
 * @example
 * const clock = manualClock()
 * clock.setTimeout(() => console.log("a day is over"), 86_400_000)
 * await clock.advance(86_400_000)
 */
export function manualClock({ now: start = Date.UTC(2026, 0, 1) }: { now?: number } = {}): ManualClock {
  let monotonic = 0
  let wallAhead = start
  let fired = false
  let tracks = 0
  const platformTimers = new Set<PlatformTimer>()
  const waiting = new Set<TimerHandle>()
  const tracked = new Set<Promise<unknown>>()

  const clock = createClock({
    now: () => Math.floor(wallAhead + monotonic), // whole ms, as `Date.now()`
    monotonic: () => monotonic,
    setTimeout(callback, ms) {
      const timer = { at: monotonic + ms, callback }
      platformTimers.add(timer)
      return timer
    },
    clearTimeout: (handle) => platformTimers.delete(handle as PlatformTimer),
  })

  async function settle() {
    let seen: number
    do {
      while (tracked.size > 0) await Promise.allSettled(tracked)
      seen = tracks
      await turn()
    } while (tracks !== seen)
  }

  return {
    ...clock,
    setTimeout(callback, ms) {
      const handle: TimerHandle = clock.setTimeout(() => {
        waiting.delete(handle)
        fired = true
        callback()
      }, ms)
      if (ms !== Infinity) waiting.add(handle)
      return handle
    },
    clearTimeout(handle) {
      waiting.delete(handle)
      clock.clearTimeout(handle)
    },
    async advance(ms) {
      refuseSenseless("advance", ms)
      const end = monotonic + ms
      let rounds = 0
      await settle() // what is under way may still set a timer
      for (;;) {
        const next = first(platformTimers)
        if (next && next.at <= end + ROUNDING_MS) {
          rounds = next.at > monotonic ? 0 : rounds + 1
          if (rounds > MAX_ROUNDS) throw new Error("manualClock: timers of 0 ms follow each other without end; time cannot move on")
          platformTimers.delete(next)
          monotonic = Math.max(monotonic, next.at)
          fired = false
          next.callback()
          if (fired) await settle() // else nothing began: a month has 86,400 looks at the time, and few timers
        } else if (monotonic < end) {
          monotonic = end
          await settle()
        } else return
      }
    },
    sleep(ms) {
      refuseSenseless("sleep", ms)
      wallAhead += ms
    },
    jump(ms) {
      wallAhead += ms
    },
    track(work) {
      const done = () => tracked.delete(work)
      tracks++
      tracked.add(work)
      work.then(done, done)
      return work
    },
    settle,
    get pending() {
      return waiting.size
    },
    get platformTimers() {
      return platformTimers.size
    },
  }
}

interface PlatformTimer {
  readonly at: number
  readonly callback: () => void
}

function first(timers: Iterable<PlatformTimer>): PlatformTimer | undefined {
  let earliest: PlatformTimer | undefined
  for (const timer of timers) if (!earliest || timer.at < earliest.at) earliest = timer
  return earliest
}

function refuseSenseless(what: string, ms: number) {
  if (!(ms >= 0 && ms < Infinity)) throw new RangeError(`manualClock: cannot ${what} ${ms} ms; give 0 or a finite number of ms`)
}

// Taken at import, so that a test which fakes the platform's timers does not stop us.
const immediate = globalThis.setImmediate as typeof setImmediate | undefined

/** Resolves after all microtasks, in the next task. Not by `setTimeout`: that waits for real time. */
function turn() {
  return new Promise<void>((resolve) => {
    if (immediate) return immediate(resolve)
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(undefined)
  })
}
