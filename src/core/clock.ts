/** Cancels a timer that {@link Clock.setTimeout} set; opaque. */
export type TimerHandle = unknown

/**
 * The only source of time in the library: the charts' `after`, deadlines, leases and time limits all ask it.
 * Every duration is in ms, every moment in epoch ms.
 */
export interface Clock {
  /** Wall time of this machine, epoch ms. */
  now(): number
  /** Ms since an arbitrary start; never goes back, may stand still while the machine sleeps. */
  monotonic(): number
  /** Calls `callback` once, `ms` from now; any finite delay counts, also beyond 2^31 − 1 ms. */
  setTimeout(callback: () => void, ms: number): TimerHandle
  clearTimeout(handle: TimerHandle): void
  /** Looks at the time now: whatever fell due while nobody looked (sleep, frozen tab) fires at once. */
  wake(): void
}

interface Timer {
  readonly due: number
  readonly order: number
  /** Gone once it was called or cancelled, so that a cancelled timer holds nothing while it waits in the heap. */
  callback: (() => void) | undefined
}

/** The longest time for which nobody compares wall with monotonic time, ms. */
const SLICE_MS = 30_000
/** Wall and monotonic time may drift apart by this many ms before we call it a sleep or a clock that was set. */
const NOISE_MS = 1000

/**
 * Makes a {@link Clock} that serves any number of timers with one timer of the platform, armed for 30 s at most,
 * and none while nothing waits. A timer counts the time that passes, sleep included: when wall time runs more than 1 s ahead of
 * monotonic time (the machine slept, or its clock was set forward), what fell due fires; a clock set back delays nothing.
 *
 * `setTimeout` throws a `RangeError` for a delay that is not a number: a senseless deadline must not fire at once.
 * A negative delay counts as 0, and `Infinity` never fires. An error in a callback is reported as uncaught; the other timers go on.
 *
 * @param platform where time comes from; its timers get 0 to 30,000 ms and may be late or early.
 * @example
 * const clock = createClock({ now: Date.now, monotonic: () => performance.now(), setTimeout, clearTimeout })
 * clock.setTimeout(renew, 30 * 24 * 3_600_000)
 */
export function createClock(platform: Omit<Clock, "wake">): Clock {
  let heap: Timer[] = []
  let waiting = 0
  let order = 0
  let firing = false
  let platformTimer: TimerHandle
  let armedAt = Infinity // in monotonic time
  let anchor = platform.now() - platform.monotonic()
  let extra = 0

  /** Returns the time in which due times are counted. The anchor stays while the lag is noise, so looking often adds nothing up. */
  function look() {
    const monotonic = platform.monotonic()
    const lag = platform.now() - monotonic - anchor
    if (Math.abs(lag) > NOISE_MS) {
      anchor += lag
      extra += Math.max(0, lag)
    }
    return monotonic + extra
  }

  function fire() {
    if (firing) return // a callback that wakes the clock: the loop below looks again after it anyway
    firing = true
    const newcomers = order // they wait for the next turn: a timer that sets itself again with 0 ms must not hold the thread
    let elapsed = look()
    for (let timer = heap[0]; timer && (!timer.callback || (timer.due <= elapsed && timer.order < newcomers)); timer = heap[0]) {
      pop(heap)
      const { callback } = timer
      if (!callback) continue
      timer.callback = undefined
      waiting--
      try {
        callback()
      } catch (error) {
        queueMicrotask(() => {
          throw error
        })
      }
      elapsed = look()
    }
    firing = false
    arm(elapsed)
  }

  function arm(elapsed: number) {
    const next = heap[0]
    if (!next) return disarm()
    const wait = Math.max(0, Math.min(next.due - elapsed, SLICE_MS))
    const at = elapsed - extra + wait
    if (at >= armedAt) return
    disarm()
    armedAt = at
    platformTimer = platform.setTimeout(() => {
      armedAt = Infinity
      fire()
    }, wait)
  }

  function disarm() {
    if (armedAt < Infinity) platform.clearTimeout(platformTimer)
    armedAt = Infinity
  }

  return {
    now: () => platform.now(),
    monotonic: () => platform.monotonic(),
    setTimeout(callback, ms) {
      const delay = Math.max(0, ms)
      if (Number.isNaN(delay)) throw new RangeError(`clock: a timer cannot wait ${ms} ms; give a number of ms`)
      if (delay === Infinity) return undefined
      const elapsed = look()
      const timer: Timer = { due: elapsed + delay, order: order++, callback }
      push(heap, timer)
      waiting++
      if (!firing) arm(elapsed)
      return timer
    },
    clearTimeout(handle) {
      const timer = handle as Timer | undefined
      if (!timer?.callback) return
      timer.callback = undefined
      waiting--
      if (heap.length > 2 * waiting + 64) heap = heap.filter(({ callback }) => callback).sort(compare) // a sorted list is a heap
      if (waiting === 0) {
        heap = []
        disarm() // so that a Node process can exit
      }
    },
    wake: fire,
  }
}

/** This machine's {@link Clock}, shared by every session of the process; it holds no timer while nobody waits. */
export const systemClock: Clock = /* @__PURE__ */ createClock({
  now: () => Date.now(),
  monotonic: () => performance.now(),
  // Platforms cut fractions off, which would be early every time.
  setTimeout: (callback, ms) => globalThis.setTimeout(callback, Math.ceil(ms)),
  clearTimeout: (handle) => globalThis.clearTimeout(handle as number),
})

function compare(a: Timer, b: Timer) {
  return a.due - b.due || a.order - b.order
}

function precedes(a: Timer, b: Timer) {
  return compare(a, b) < 0
}

function push(heap: Timer[], timer: Timer) {
  let index = heap.length
  while (index > 0) {
    const parent = (index - 1) >> 1
    if (precedes(heap[parent]!, timer)) break
    heap[index] = heap[parent]!
    index = parent
  }
  heap[index] = timer
}

/** Takes the first timer off the heap: the last one sinks from the top to its place. */
function pop(heap: Timer[]) {
  const last = heap.pop()!
  let index = 0
  for (;;) {
    let child = 2 * index + 1
    if (child + 1 < heap.length && precedes(heap[child + 1]!, heap[child]!)) child++
    if (child >= heap.length || precedes(last, heap[child]!)) break
    heap[index] = heap[child]!
    index = child
  }
  if (heap.length > 0) heap[index] = last
}
