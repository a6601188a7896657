import { expect, it } from "vitest"
import { backoffMs, distrustMs, LONGEST_BACKOFF_MS, USELESS_REFRESHES } from "../../src/core/backoff.ts"

it.each([
  [1, 1_000],
  [2, 2_000],
  [3, 4_000],
  [6, 32_000],
  [7, 60_000],
  [1_000, 60_000],
])("after %i failures in a row the wait is %i ms at most", (failures, ms) => {
  expect(backoffMs(failures, 1)).toBe(ms)
})

it("the wait is any part of that, by chance", () => {
  expect([0, 0.25, 0.5].map((random) => backoffMs(3, random))).toEqual([0, 1_000, 2_000])
})

it("a minute is the longest backoff", () => expect(LONGEST_BACKOFF_MS).toBe(60_000))

it.each([
  [1, 60_000],
  [2, 120_000],
  [4, 480_000],
  [5, 900_000],
  [1_000, 900_000],
])("after %i grants that were answered 401 at once, 401s are distrusted for %i ms", (times, ms) => {
  expect(distrustMs(times)).toBe(ms)
})

it("four useless refreshes may follow each other, and then one in a quarter of an hour", () => {
  expect(USELESS_REFRESHES).toEqual({ atOnce: 4, thenEveryMs: 900_000 })
})
