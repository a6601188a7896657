import { describe, expect, test } from "vitest"
import { Unstored } from "../../src/stores/redis/unstored.ts"
import { manualClock } from "../../src/testing/manual-clock.ts"

/** A step that fails until Redis is back. */
function storing() {
  const clock = manualClock()
  const unstored = new Unstored(clock)
  const redis = { isAway: true, asked: 0 }
  const store = async () => {
    redis.asked += 1
    if (redis.isAway) throw new Error("Redis is away")
    return "committed"
  }
  return { clock, unstored, redis, store }
}

describe("a grant that Redis does not take", () => {
  test("is stored soon after it is back, though nobody has asked again", async () => {
    const { clock, unstored, redis, store } = storing()
    await expect(unstored.insistOn(store)).rejects.toThrow("away")
    await clock.advance(60_000)
    redis.isAway = false
    const { asked } = redis
    await clock.advance(500)
    expect(redis.asked).toBe(asked + 1)
    await clock.advance(60_000)
    expect(redis.asked, "once it is stored").toBe(asked + 1)
    expect(clock.pending).toBe(0)
  })

  test("gives way to the next one", async () => {
    const { clock, unstored, redis, store } = storing()
    await expect(unstored.insistOn(store)).rejects.toThrow("away")
    expect(await unstored.insistOn(async () => "another")).toBe("another")
    await clock.advance(60_000)
    expect(redis.asked).toBe(1)
  })

  test("is forgotten with its session, also where it fails only then", async () => {
    const { clock, unstored, redis, store } = storing()
    const late = unstored.insistOn(store)
    unstored.forget()
    await expect(late).rejects.toThrow("away")
    await clock.advance(60_000)
    expect(redis.asked).toBe(1)
    expect(clock.pending).toBe(0)
  })
})
