import { expect, it } from "vitest"
import { systemClock } from "../../src/core/clock.ts"
import { LeaseWatch } from "../../src/core/lease-watch.ts"

const lease = { holder: "other", until: 1 }

/** What is seen of an unchanged lease at looks that are so many ms apart. */
function seenAt(...gaps: number[]): boolean[] {
  let now = 7
  const watch = new LeaseWatch({ ...systemClock, monotonic: () => now })
  watch.seesRunOut(lease)
  return gaps.map((ms) => {
    now += ms
    return watch.seesRunOut(lease)
  })
}

it("a lease has run out after eight unchanged seconds, to the ms", () => {
  expect(seenAt(2_000, 2_000, 2_000, 1_999, 1)).toEqual([false, false, false, false, true])
})

it("of the time between two looks a quarter of a lease counts at the most", () => {
  expect(seenAt(2_000, 2_000, 2_000, 2_000)).toEqual([false, false, false, true])
  expect(seenAt(7_999, 7_999, 7_999, 7_999)).toEqual([false, false, false, true])
})

it.each([
  [0, 15_000, 2_000],
  [12_999, 2_001, 2_000],
  [14_000, 1_000, 1_000],
  [14_999, 1, 1],
  [14_999.5, 0.5, 1],
  [15_000, 0, 1],
  [15_001, 0, 1],
])("who has waited for %d ms waits for another %d, and looks again in %d", (waitedMs, patienceMs, nextLookMs) => {
  let now = 7
  const watch = new LeaseWatch({ ...systemClock, monotonic: () => now })
  for (const end = now + waitedMs; now < end;) {
    now = Math.min(now + 1_000, end)
    watch.seesRunOut(lease)
  }
  expect(watch.patienceMs).toBe(patienceMs)
  expect(watch.nextLookMs).toBe(nextLookMs)
})
