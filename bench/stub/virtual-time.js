/**
 * Puts this process into a time of its own: `Date`, `performance.now`, timers and `AbortSignal.timeout` stand still until `advance`.
 * Everybody gets the same, also who would take a clock: so nobody needs an option that others lack.
 */
export function enterVirtualTime({ start = Date.UTC(2026, 0, 1) } = {}) {
  let now = start
  let order = 0
  const timers = new Map()
  const turn = globalThis.setImmediate

  const set = (callback, ms, every, given) => {
    const delay = Math.max(1, Number(ms) || 0)
    const timer = { at: now + delay, order: order++, callback: () => callback(...given), every: every ? delay : null }
    const handle = { unref: () => handle, ref: () => handle, hasRef: () => true, [Symbol.toPrimitive]: () => timer.order }
    handle.timer = timer
    timers.set(timer.order, timer)
    return handle
  }
  const clear = (handle) => timers.delete(Number(handle))

  const RealDate = Date
  globalThis.Date = class extends RealDate {
    constructor(...given) {
      if (given.length === 0) super(now)
      else super(...given)
    }
    static now() {
      return Math.floor(now)
    }
  }
  performance.now = () => now - start
  Object.assign(globalThis, {
    setTimeout: (callback, ms, ...given) => set(callback, ms, false, given),
    setInterval: (callback, ms, ...given) => set(callback, ms, true, given),
    clearTimeout: clear,
    clearInterval: clear,
  })
  AbortSignal.timeout = (ms) => {
    const controller = new AbortController()
    globalThis.setTimeout(() => controller.abort(new DOMException("The operation timed out", "TimeoutError")), ms)
    return controller.signal
  }

  /** Lets everything settle that no timer holds up. */
  async function settle() {
    for (let time = 0; time < 4; time++) await new Promise((resolve) => turn(resolve))
  }

  return {
    now: () => now,
    settle,
    async advance(ms) {
      const end = now + ms
      for (;;) {
        const next = first(timers.values())
        if (next === undefined || next.at > end) break
        now = Math.max(now, next.at)
        if (next.every === null) timers.delete(next.order)
        else next.at = now + next.every
        next.callback()
        await settle()
      }
      now = end
    },
  }
}

function first(timers) {
  let earliest
  for (const timer of timers) {
    if (earliest === undefined || timer.at < earliest.at || (timer.at === earliest.at && timer.order < earliest.order)) earliest = timer
  }
  return earliest
}
