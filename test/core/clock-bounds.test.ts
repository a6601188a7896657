import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { describe, expect, it, vi } from "vitest"
import { createClock, type Clock } from "../../src/core/clock.ts"

describe("a sleep", () => {
  it.each([0, 400, 1e9])("is seen from 1001 ms on, where the monotonic clock began with %i", (monotonicMs) => {
    const { clock, at } = onPlatform({ monotonicMs })
    const callback = vi.fn()
    clock.setTimeout(callback, 1_001)
    at.wallMs += 1_000
    clock.wake()
    expect(callback).not.toHaveBeenCalled()
    at.wallMs += 1
    clock.wake()
    expect(callback).toHaveBeenCalledOnce()
  })

  it("is what a wall clock set back is not, from 1001 ms on: a later sleep counts from there", () => {
    const { clock, at } = onPlatform({ monotonicMs: 0 })
    const callback = vi.fn()
    clock.setTimeout(callback, 5_000)
    at.wallMs -= 1_001
    clock.wake()
    at.wallMs += 1_001
    clock.wake()
    at.monotonicMs += 3_998
    at.wallMs += 3_998
    clock.wake()
    expect(callback).not.toHaveBeenCalled()
    at.monotonicMs += 1
    at.wallMs += 1
    clock.wake()
    expect(callback).toHaveBeenCalledOnce()
  })
})

describe("the platform's timer", () => {
  it.each([
    [1, 1],
    [29_999, 29_999],
    [30_000, 30_000],
    [30_001, 30_000],
    [-5, 0],
  ])("for a delay of %i ms is armed with %i ms", (ms, expected) => {
    const { clock, at } = onPlatform({ monotonicMs: 7 })
    clock.setTimeout(() => {}, ms)
    expect(at.armed).toEqual([expected])
  })

  it("is armed again for what is left, and counts a sleep off", () => {
    const { clock, at } = onPlatform({ monotonicMs: 0 })
    clock.setTimeout(() => {}, 40_000)
    at.monotonicMs += 15_000
    at.wallMs += 30_000
    clock.wake()
    expect(at.armed).toEqual([30_000, 10_000])
  })

  it("is left alone by a timer that is due when it fires", () => {
    const { clock, at } = onPlatform({ monotonicMs: 0 })
    clock.setTimeout(() => {}, 1_000)
    clock.setTimeout(() => {}, 1_000)
    clock.setTimeout(() => {}, 999)
    expect(at.armed).toEqual([1_000, 999])
    expect(at.disarmed).toBe(1)
  })
})

describe("many timers", () => {
  it("fire in the order of their due times, in whatever order they were set", () => {
    for (let seed = 1; seed <= 100; seed++) {
      const { clock, at } = onPlatform({ monotonicMs: 0 })
      const delays = Array.from({ length: 40 }, (_, index) => (((index + 1) * seed * 7_919) % 1_009) / 3)
      const fired: number[] = []
      for (const ms of delays) clock.setTimeout(() => fired.push(ms), ms)
      at.monotonicMs += 1_009
      at.wallMs += 1_009
      clock.wake()
      expect(fired).toEqual(delays.toSorted((a, b) => a - b))
    }
  })

  it("cost little, also where each is due before those that were set", { timeout: 5_000 }, () => {
    const { clock, at } = onPlatform({ monotonicMs: 0 })
    for (let ms = 100_000; ms > 0; ms--) clock.setTimeout(() => {}, ms)
    expect(at.armed.at(-1)).toBe(1)
  })
})

describe("cancelled timers", () => {
  // Those that wait twice over, and 64.
  it("are kept as long as there are 64 more of them and the others than twice the others", async () => {
    expect(await keptOf(65)).toBe(65)
    expect(await keptOf(66)).toBe(0)
  })

  /** How many handles a clock still holds after so many of them were cancelled, while another timer waits. */
  async function keptOf(count: number): Promise<number> {
    const { clock } = onPlatform({ monotonicMs: 0 })
    clock.setTimeout(() => {}, 1)
    const references = setAndCancel(clock, count)
    await new Promise(setImmediate) // until then a weak reference holds its target
    setFlagsFromString("--expose-gc")
    runInNewContext("gc")()
    const kept = references.filter((reference) => reference.deref() !== undefined).length
    clock.wake() // so that the clock itself lives until here
    return kept
  }

  function setAndCancel(clock: Clock, count: number): WeakRef<object>[] {
    const handles = Array.from({ length: count }, () => clock.setTimeout(() => {}, 1_000) as object)
    for (const handle of handles) clock.clearTimeout(handle)
    return handles.map((handle) => new WeakRef(handle))
  }
})

/** A clock on a platform whose time stands still until a test moves it. */
function onPlatform({ monotonicMs }: { monotonicMs: number }) {
  const at = { monotonicMs, wallMs: 1e12, armed: [] as number[], disarmed: 0 }
  const clock = createClock({
    now: () => at.wallMs,
    monotonic: () => at.monotonicMs,
    setTimeout: (_, ms) => at.armed.push(ms),
    clearTimeout: () => {
      at.disarmed++
    },
  })
  return { clock, at }
}
