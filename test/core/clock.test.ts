import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import fc from "fast-check"
import { afterEach, describe, expect, test, vi } from "vitest"
import { createActor, createMachine } from "xstate"
import { createClock, systemClock, type TimerHandle } from "../../src/core/clock.ts"
import { manualClock } from "../../src/testing/manual-clock.ts"

const SECOND = 1000
const HOUR = 3_600 * SECOND
const DAY = 24 * HOUR
const SLICE = 30 * SECOND

afterEach(() => {
  vi.restoreAllMocks() // before the timers: a spy on a fake one would bring that back
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe("timers", () => {
  test("10,000 timers share one platform timer", async () => {
    const clock = manualClock()
    let calls = 0
    for (let index = 0; index < 10_000; index++) clock.setTimeout(() => calls++, 1 + ((index * 7919) % 10_000))
    expect(clock).toMatchObject({ pending: 10_000, platformTimers: 1 })
    await clock.advance(10_000)
    expect(calls).toBe(10_000)
    expect(clock).toMatchObject({ pending: 0, platformTimers: 0 })
  })

  test("a timer that is later than the next one does not touch the platform", () => {
    const platform = stage()
    const clock = createClock(platform)
    for (let ms = 1; ms <= 1000; ms++) clock.setTimeout(() => {}, ms)
    expect(platform.armed).toEqual([1])
    clock.setTimeout(() => {}, 0.5)
    expect(platform.armed).toEqual([1, 0.5])
    expect(platform.timers.size).toBe(1)
  })

  test("timers fire in the order of their due times, at their due times", async () => {
    const clock = manualClock({ now: 0 })
    const fired: number[] = []
    for (const ms of [40_000, 3, 1, 2, 100_000, 0]) clock.setTimeout(() => fired.push(ms, clock.now(), clock.monotonic()), ms)
    await clock.advance(100_000)
    expect(fired).toEqual([0, 1, 2, 3, 40_000, 100_000].flatMap((ms) => [ms, ms, ms]))
  })

  test("timers that are due at the same time fire in the order in which they were set", async () => {
    const clock = manualClock()
    const fired: number[] = []
    for (let index = 0; index < 100; index++) clock.setTimeout(() => fired.push(index), 10)
    await clock.advance(10)
    expect(fired).toEqual(Array.from({ length: 100 }, (_, index) => index))
  })

  test("a negative delay counts as 0 and does not overtake", async () => {
    const clock = manualClock()
    const fired: string[] = []
    clock.setTimeout(() => fired.push("0"), 0)
    clock.setTimeout(() => fired.push("-5"), -5)
    clock.setTimeout(() => fired.push("-Infinity"), -Infinity)
    expect(fired).toEqual([])
    await clock.advance(0)
    expect(fired).toEqual(["0", "-5", "-Infinity"])
  })

  test("a delay that is not a number is refused by name and sets nothing", () => {
    const clock = manualClock()
    expect(() => clock.setTimeout(() => {}, NaN)).toThrow(new RangeError("clock: a timer cannot wait NaN ms; give a number of ms"))
    // @ts-expect-error a caller without types
    expect(() => clock.setTimeout(() => {}, undefined)).toThrow(RangeError)
    expect(clock).toMatchObject({ pending: 0, platformTimers: 0 })
  })

  test("an infinite delay never fires and costs no platform timer", async () => {
    const clock = manualClock()
    const callback = vi.fn()
    const handle = clock.setTimeout(callback, Infinity)
    expect(clock).toMatchObject({ pending: 0, platformTimers: 0 })
    await clock.advance(400 * DAY)
    clock.clearTimeout(handle)
    expect(callback).not.toHaveBeenCalled()
  })

  test("S15 a timer of 30 days fires once, then and not before, in slices of at most 30 s", async () => {
    const clock = manualClock()
    const callback = vi.fn()
    clock.setTimeout(callback, 30 * DAY)
    await clock.advance(30 * DAY - 1)
    expect(callback).not.toHaveBeenCalled()
    await clock.advance(1)
    expect(callback).toHaveBeenCalledOnce()
    await clock.advance(30 * DAY)
    expect(callback).toHaveBeenCalledOnce()

    const platform = stage()
    createClock(platform).setTimeout(callback, 30 * DAY)
    expect(platform.armed).toEqual([SLICE])
  })

  test("S15 a chart waits for 30 days", async () => {
    const clock = manualClock()
    const chart = createMachine({ initial: "active", states: { active: { after: { [30 * DAY]: "expired" } }, expired: {} } })
    const actor = createActor(chart, { clock }).start()
    await clock.advance(30 * DAY - 1)
    expect(actor.getSnapshot().value).toBe("active")
    await clock.advance(1)
    expect(actor.getSnapshot().value).toBe("expired")
    actor.stop()
    expect(clock).toMatchObject({ pending: 0, platformTimers: 0 })
  })

  test("S16 a timer that sets itself again with 0 ms waits for the next turn of the platform", () => {
    const platform = stage()
    const clock = createClock(platform)
    let calls = 0
    const again = () => {
      calls++
      if (calls < 1000) clock.setTimeout(again, 0) // a clock that gets this wrong would never come back
    }
    clock.setTimeout(again, 0)
    for (let turn = 1; turn <= 5; turn++) {
      platform.fire()
      expect(calls).toBe(turn)
    }
    clock.wake()
    expect(calls).toBe(6)
  })

  test("a platform timer that fires early fires nothing and is armed again", () => {
    const platform = stage()
    const clock = createClock(platform)
    const callback = vi.fn()
    clock.setTimeout(callback, 100)
    for (const early of [1, 0.25, 0.004]) {
      platform.monotonicMs = 100 - early
      platform.wallMs = 100 - early
      platform.fire()
      expect(callback).not.toHaveBeenCalled()
      expect(platform.armed.at(-1)).toBeCloseTo(early)
    }
    platform.monotonicMs = platform.wallMs = 100
    platform.fire()
    expect(callback).toHaveBeenCalledOnce()
    expect(platform.timers.size).toBe(0)
  })

  test("a platform timer that fires late fires all that fell due", () => {
    const platform = stage()
    const clock = createClock(platform)
    const fired: number[] = []
    for (const ms of [10, 20, 30]) clock.setTimeout(() => fired.push(ms), ms)
    platform.monotonicMs = platform.wallMs = 25
    platform.fire()
    expect(fired).toEqual([10, 20])
    expect(platform.armed.at(-1)).toBe(5)
  })
})

describe("cancelling", () => {
  test("a cancelled timer does not fire, and the last one takes the platform timer with it", async () => {
    const clock = manualClock()
    const callback = vi.fn()
    const handles = [1, 2, 3].map((ms) => clock.setTimeout(callback, ms))
    handles.forEach((handle) => clock.clearTimeout(handle))
    expect(clock).toMatchObject({ pending: 0, platformTimers: 0 })
    await clock.advance(10)
    expect(callback).not.toHaveBeenCalled()
  })

  test("the last one takes the platform timer with it also where others have fired before", async () => {
    const clock = manualClock()
    clock.setTimeout(() => {}, 1)
    const handle = clock.setTimeout(() => {}, 10)
    await clock.advance(1)
    clock.clearTimeout(handle)
    expect(clock).toMatchObject({ pending: 0, platformTimers: 0 })
  })

  test("cancelling twice, after the call, or nothing at all does no harm", async () => {
    const clock = manualClock()
    const callback = vi.fn()
    const gone = clock.setTimeout(() => {}, 5)
    const called = clock.setTimeout(() => {}, 1)
    clock.setTimeout(callback, 10)
    await clock.advance(1)
    for (const handle of [gone, gone, called, undefined, null]) clock.clearTimeout(handle)
    expect(clock).toMatchObject({ pending: 1, platformTimers: 1 })
    await clock.advance(9)
    expect(callback).toHaveBeenCalledOnce()
  })

  test("a callback cancels the next one, which is due at the same time", async () => {
    const clock = manualClock()
    const fired: string[] = []
    clock.setTimeout(() => {
      fired.push("first")
      clock.clearTimeout(second)
    }, 10)
    const second = clock.setTimeout(() => fired.push("second"), 10)
    clock.setTimeout(() => fired.push("third"), 10)
    await clock.advance(10)
    expect(fired).toEqual(["first", "third"])
  })

  test("a callback that cancels all the others leaves no platform timer", () => {
    const platform = stage()
    const clock = createClock(platform)
    const others: TimerHandle[] = []
    clock.setTimeout(() => others.forEach((handle) => clock.clearTimeout(handle)), 0)
    for (let ms = 0; ms < 200; ms++) others.push(clock.setTimeout(() => expect.unreachable(), ms))
    platform.fire()
    expect(platform.timers.size).toBe(0)
  })

  test("100,000 cancelled timers are let go while another one waits, and it fires in time", async () => {
    const platform = stage()
    const clock = createClock(platform)
    const callback = vi.fn()
    clock.setTimeout(callback, DAY)
    const cancelled: WeakRef<object>[] = []
    for (let index = 0; index < 100_000; index++) {
      const handle = clock.setTimeout(() => {}, 2 * DAY - index)
      cancelled.push(new WeakRef(handle as object))
      clock.clearTimeout(handle)
    }
    // A weak reference holds its target until the task ends.
    await new Promise(setImmediate)
    collectGarbage()
    expect(cancelled.filter((reference) => reference.deref()).length).toBeLessThan(1000)

    platform.monotonicMs = platform.wallMs = DAY
    platform.fire()
    expect(callback).toHaveBeenCalledOnce()
    expect(platform.timers.size).toBe(0)
  })

  test("dropping the cancelled ones keeps the order of the others", async () => {
    const clock = manualClock()
    const fired: number[] = []
    const delays = Array.from({ length: 1000 }, (_, index) => (index * 7919) % 1009)
    const handles = delays.map((ms) => clock.setTimeout(() => fired.push(ms), ms))
    const kept = delays.filter((_, index) => index % 10 === 0)
    handles.forEach((handle, index) => index % 10 && clock.clearTimeout(handle))
    expect(clock.pending).toBe(100)
    await clock.advance(1009)
    expect(fired).toEqual(kept.sort((a, b) => a - b))
  })
})

describe("callbacks", () => {
  test("one that throws is reported as uncaught and does not stop the others", () => {
    const platform = stage()
    const clock = createClock(platform)
    const microtasks: (() => void)[] = []
    vi.stubGlobal("queueMicrotask", (task: () => void) => microtasks.push(task))
    const after = vi.fn()
    clock.setTimeout(() => {
      throw new Error("the first")
    }, 10)
    clock.setTimeout(after, 10)
    clock.setTimeout(after, 20)
    platform.monotonicMs = platform.wallMs = 10
    platform.fire()
    expect(after).toHaveBeenCalledOnce()
    expect(microtasks).toHaveLength(1)
    expect(microtasks[0]).toThrow("the first")
    platform.monotonicMs = platform.wallMs = 20
    platform.fire()
    expect(after).toHaveBeenCalledTimes(2)
  })

  test("one that wakes the clock neither fires itself again nor changes the order", () => {
    const platform = stage()
    const clock = createClock(platform)
    const fired: string[] = []
    clock.setTimeout(() => {
      fired.push("first begins")
      platform.wallMs += HOUR
      clock.wake()
      fired.push("first ends")
    }, 10)
    clock.setTimeout(() => fired.push("second"), 10)
    clock.setTimeout(() => fired.push("in half an hour"), HOUR / 2)
    platform.monotonicMs = platform.wallMs = 10
    platform.fire()
    expect(fired).toEqual(["first begins", "first ends", "second", "in half an hour"])
    expect(platform.timers.size).toBe(0)
  })

  test("one that sets timers arms the platform once, when all are done", () => {
    const platform = stage()
    const clock = createClock(platform)
    clock.setTimeout(() => [5, 4, 3, 2, 1].forEach((ms) => clock.setTimeout(() => {}, ms)), 10)
    platform.monotonicMs = platform.wallMs = 10
    platform.fire()
    expect(platform.armed).toEqual([10, 1])
  })
})

describe("sleep and clocks that are set", () => {
  test("S06 a sleep is seen within 30 s, where no event tells of it", async () => {
    const clock = manualClock()
    const callback = vi.fn()
    clock.setTimeout(callback, 8 * HOUR)
    await clock.advance(SECOND)
    clock.sleep(9 * HOUR)
    expect(callback).not.toHaveBeenCalled()
    await clock.advance(SLICE - SECOND)
    expect(callback).toHaveBeenCalledOnce()
  })

  test("S06 a sleep is seen at once by wake()", async () => {
    const clock = manualClock()
    const fired: number[] = []
    clock.setTimeout(() => fired.push(1), HOUR)
    clock.setTimeout(() => fired.push(9), 9 * HOUR)
    clock.sleep(8 * HOUR)
    clock.wake()
    expect(fired).toEqual([1])
    await clock.advance(HOUR - 1)
    expect(fired).toEqual([1])
    await clock.advance(1)
    expect(fired).toEqual([1, 9])
  })

  test("S06 a sleep is seen when somebody sets a timer, and the new timer does not count it", async () => {
    const clock = manualClock()
    const fired: string[] = []
    clock.setTimeout(() => fired.push("old"), HOUR)
    clock.sleep(8 * HOUR)
    clock.setTimeout(() => fired.push("new"), 10 * SECOND)
    expect(fired).toEqual([])
    await clock.advance(0)
    expect(fired).toEqual(["old"])
    await clock.advance(10 * SECOND - 1)
    expect(fired).toEqual(["old"])
    await clock.advance(1)
    expect(fired).toEqual(["old", "new"])
  })

  test("S06 a sleep while nothing waited is not taken off a later timer", async () => {
    const clock = manualClock()
    const callback = vi.fn()
    clock.sleep(8 * HOUR)
    clock.setTimeout(callback, HOUR)
    clock.wake()
    await clock.advance(HOUR - 1)
    expect(callback).not.toHaveBeenCalled()
    await clock.advance(1)
    expect(callback).toHaveBeenCalledOnce()
  })

  test("S06 many short sleeps add up", async () => {
    const clock = manualClock()
    const callback = vi.fn()
    clock.setTimeout(callback, HOUR)
    for (let index = 0; index < 4000; index++) {
      clock.sleep(900)
      clock.wake()
    }
    expect(callback).toHaveBeenCalledOnce()
  })

  test("S08 a wall clock set forward by a day fires what fell due, and only that", () => {
    const clock = manualClock()
    const fired: number[] = []
    for (const hours of [1, 23, 25]) clock.setTimeout(() => fired.push(hours), hours * HOUR)
    clock.jump(DAY)
    clock.wake()
    expect(fired).toEqual([1, 23])
  })

  test("S08 a wall clock set back by a day delays nothing and fires nothing early", async () => {
    const clock = manualClock()
    const start = clock.now()
    const callback = vi.fn()
    clock.setTimeout(callback, HOUR)
    clock.jump(-DAY)
    clock.wake()
    await clock.advance(HOUR - 1)
    expect(callback).not.toHaveBeenCalled()
    await clock.advance(1)
    expect(callback).toHaveBeenCalledOnce()
    expect(clock.now()).toBe(start - DAY + HOUR)
  })

  test("S08 a sleep is still seen after the wall clock was set back", async () => {
    const clock = manualClock()
    const callback = vi.fn()
    clock.setTimeout(callback, HOUR)
    clock.jump(-DAY)
    clock.wake()
    clock.sleep(HOUR)
    clock.wake()
    expect(callback).toHaveBeenCalledOnce()
  })

  test("S08 clocks that wobble by less than a second do not add up over 100,000 looks", () => {
    const platform = stage()
    const clock = createClock(platform)
    const callback = vi.fn()
    clock.setTimeout(callback, HOUR)
    for (let look = 1; look <= 100_000; look++) {
      platform.monotonicMs = look * 35.9 // to 10 s before the hour
      platform.wallMs = platform.monotonicMs + 999 * Math.sin(look)
      clock.wake()
    }
    expect(callback).not.toHaveBeenCalled()
    platform.monotonicMs = platform.wallMs = HOUR
    clock.wake()
    expect(callback).toHaveBeenCalledOnce()
  })

  test("wake() without a timer does nothing", () => {
    const platform = stage()
    const clock = createClock(platform)
    platform.wallMs = DAY
    clock.wake()
    expect(platform.armed).toEqual([])
  })
})

test("every mix of setting, cancelling, sleeping and clock setting fires as a sorted list would", async () => {
  const delay = fc.oneof(fc.integer({ min: -5, max: 50 }), fc.integer({ min: 0, max: 200_000 }), fc.constant(Infinity))
  /** What a timer does when it fires: set another one, or cancel the one that was set n-th. */
  const deed = fc.option(fc.oneof(fc.record({ set: delay }), fc.record({ clear: fc.nat(30) })))
  const shift = fc.oneof(fc.integer({ min: -3000, max: 3000 }), fc.integer({ min: -200_000, max: 200_000 }))
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.record({ set: delay, deed }) },
    { weight: 2, arbitrary: fc.record({ clear: fc.nat(30) }) },
    { weight: 2, arbitrary: fc.record({ advance: fc.oneof(fc.nat(60), fc.nat(200_000)) }) },
    { weight: 1, arbitrary: fc.record({ shift }) },
  )
  type Set = { set: number; deed?: Set | { clear: number } | null }

  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const real = manualClock({ now: 0 })
      const model = sortedList()
      const seen: [id: number, now: number][] = []
      const expected: [id: number, now: number][] = []
      const handles: TimerHandle[] = []

      const setReal = ({ set, deed }: Set) => {
        const id = handles.length
        handles.push(
          real.setTimeout(() => {
            seen.push([id, real.now()])
            if (deed && "set" in deed) setReal(deed)
            else if (deed) real.clearTimeout(handles[deed.clear])
          }, set),
        )
      }
      const setModel = ({ set, deed }: Set) => {
        const id = model.set(set, () => {
          expected.push([id, model.wall])
          if (deed && "set" in deed) setModel(deed)
          else if (deed) model.clear(deed.clear)
        })
      }
      for (const step of steps) {
        if ("set" in step) {
          setReal(step)
          setModel(step)
        } else if ("clear" in step) {
          real.clearTimeout(handles[step.clear])
          model.clear(step.clear)
        } else if ("advance" in step) {
          await real.advance(step.advance)
          model.advance(step.advance)
        } else {
          if (step.shift < 0) real.jump(step.shift)
          else real.sleep(step.shift)
          real.wake()
          model.shift(step.shift)
        }
        expect(seen).toEqual(expected)
        expect(real.now()).toBe(model.wall)
        expect(real.pending).toBe(model.size)
        expect(real.platformTimers).toBe(model.size > 0 ? 1 : 0)
      }
    }),
    {
      numRuns: 500,
      // Found: the list took no look while it was empty, so a wall clock that went to and fro added up to a sleep.
      examples: [[[{ shift: 1001 }, { shift: -1 }, { set: 1, deed: null }, { shift: 1 }]]],
    },
  )
})

describe("the system's clock", () => {
  test("arms nothing when it is imported", async () => {
    vi.resetModules()
    const arm = vi.fn()
    vi.stubGlobal("setTimeout", arm)
    const fresh = await import("../../src/core/clock.ts")
    expect(fresh.systemClock).not.toBe(systemClock)
    fresh.systemClock.wake()
    expect(arm).not.toHaveBeenCalled()
  })

  test("keeps a Node process alive while somebody waits, and not longer", () => {
    // What is listed here keeps the process alive: a timer that was unref'ed is not.
    const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === "Timeout").length
    const before = timers()
    const handles = [DAY, 40 * DAY, 1].map((ms) => systemClock.setTimeout(() => {}, ms))
    const during = timers()
    handles.forEach((handle) => systemClock.clearTimeout(handle))
    expect([during, timers()]).toEqual([before + 1, before])
  })

  test("asks the machine for the time, and its timers for whole ms", async () => {
    vi.useFakeTimers({ toFake: ["Date", "performance", "setTimeout", "clearTimeout"] })
    const arm = vi.spyOn(globalThis, "setTimeout")
    expect([systemClock.now(), systemClock.monotonic()]).toEqual([Date.now(), performance.now()])
    const callback = vi.fn()
    systemClock.setTimeout(callback, 40_000.5)
    vi.advanceTimersByTime(40_000)
    expect(callback).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(callback).toHaveBeenCalledOnce()
    expect(arm.mock.calls.map(([, ms]) => ms)).toEqual([SLICE, 10_001])
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe("the manual clock", () => {
  test("starts at the beginning of 2026, or where it is told", () => {
    expect(new Date(manualClock().now()).toISOString()).toBe("2026-01-01T00:00:00.000Z")
    expect(manualClock({ now: 5 }).now()).toBe(5)
  })

  test("fires timers that were set on the way, also after some awaits, at their own times", async () => {
    const clock = manualClock({ now: 0 })
    const times: number[] = []
    const next = () => {
      times.push(clock.now())
      void Promise.resolve()
        .then(() => {})
        .then(() => clock.setTimeout(next, 10))
    }
    void Promise.resolve().then(() => clock.setTimeout(next, 10))
    await clock.advance(35)
    expect(times).toEqual([10, 20, 30])
    expect(clock.now()).toBe(35)
  })

  test("waits for tracked work, and for what follows from it, before time goes on", async () => {
    const clock = manualClock({ now: 0 })
    const reply = () => clock.track(new Promise<string>((resolve) => setImmediate(() => setImmediate(resolve, "reply"))))
    const log: unknown[] = []
    clock.setTimeout(async () => {
      log.push(await reply(), await reply(), clock.now())
      clock.setTimeout(() => log.push(clock.now()), 5)
    }, 10)
    await clock.advance(100)
    expect(log).toEqual(["reply", "reply", 10, 15])
  })

  test("tracked work that fails is the caller's, and settles", async () => {
    const clock = manualClock()
    const work = Promise.reject(new Error("offline"))
    expect(clock.track(work)).toBe(work)
    await clock.settle()
    await expect(work).rejects.toThrow("offline")
  })

  test("settles without any time passing, where the platform's timers are fake, too", async () => {
    vi.useFakeTimers()
    const clock = manualClock()
    const callback = vi.fn()
    clock.setTimeout(callback, 0)
    await clock.settle()
    expect(callback).not.toHaveBeenCalled()
    await clock.advance(0)
    expect(callback).toHaveBeenCalledOnce()
    expect(vi.getTimerCount()).toBe(0)
  })

  test("a timer has fired after its delay, also where fractions are rounded", async () => {
    const clock = manualClock()
    for (let index = 0; index < 300; index++) {
      clock.sleep(1234.5 + index / 7)
      const ms = 500.1 + index * 1234.56
      const callback = vi.fn()
      clock.setTimeout(callback, ms)
      await clock.advance(ms)
      expect(callback).toHaveBeenCalledOnce()
    }
  })

  test("refuses to go back or nowhere", async () => {
    const clock = manualClock()
    for (const ms of [-1, NaN, Infinity]) {
      await expect(clock.advance(ms)).rejects.toThrow(`manualClock: cannot advance ${ms} ms`)
      expect(() => clock.sleep(ms)).toThrow(`manualClock: cannot sleep ${ms} ms`)
    }
  })

  test("S16 names an endless loop of timers rather than hang", async () => {
    const clock = manualClock()
    let calls = 0
    const again = () => {
      if (calls++ < 100_000) clock.setTimeout(again, 0)
    }
    again()
    await expect(clock.advance(1)).rejects.toThrow("timers of 0 ms follow each other without end")
  })
})

/** A platform that a test plays by hand, and what was asked of it. */
function stage() {
  const timers = new Set<{ callback: () => void }>()
  const armed: number[] = []
  return {
    timers,
    armed,
    wallMs: 0,
    monotonicMs: 0,
    now() {
      return this.wallMs
    },
    monotonic() {
      return this.monotonicMs
    },
    setTimeout(callback: () => void, ms: number): TimerHandle {
      const timer = { callback }
      timers.add(timer)
      armed.push(ms)
      return timer
    },
    clearTimeout(handle: TimerHandle) {
      timers.delete(handle as { callback: () => void })
    },
    /** Fires the platform's timer, whatever the time. */
    fire() {
      const [timer] = timers
      if (!timer) throw new Error("no platform timer is armed")
      timers.delete(timer)
      timer.callback()
    },
  }
}

/** What a clock should do, without a heap, slices or a platform. */
function sortedList() {
  let list: { id: number; due: number; callback: () => void }[] = []
  let ids = 0
  let elapsed = 0
  let lag = 0

  const look = () => {
    if (Math.abs(lag) <= 1000) return
    elapsed += Math.max(0, lag)
    lag = 0
  }
  const fireDue = (until: number, before: number) => {
    for (;;) {
      const next = list.sort((a, b) => a.due - b.due || a.id - b.id)[0]
      if (!next || next.due > until || next.id >= before) return
      list.shift()
      model.wall += Math.max(0, next.due - elapsed)
      elapsed = Math.max(elapsed, next.due)
      next.callback()
    }
  }
  const model = {
    wall: 0,
    get size() {
      return list.length
    },
    set(ms: number, callback: () => void) {
      const id = ids++
      if (ms === Infinity) return id
      look()
      list.push({ id, due: elapsed + Math.max(0, ms), callback })
      return id
    },
    clear(id: number) {
      list = list.filter((timer) => timer.id !== id)
    },
    advance(ms: number) {
      const end = elapsed + ms
      fireDue(end, Infinity)
      model.wall += end - elapsed
      elapsed = end
    },
    /** Wall time moves alone, then somebody wakes the clock. */
    shift(ms: number) {
      model.wall += ms
      lag += ms
      look()
      fireDue(elapsed, ids)
    },
  }
  return model
}

function collectGarbage() {
  setFlagsFromString("--expose-gc")
  runInNewContext("gc")()
}
