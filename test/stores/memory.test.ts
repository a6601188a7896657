import { describe, expect, onTestFinished, test, vi } from "vitest"
import type { SessionRecord } from "../../src/core/record.ts"
import { LEASE_MS, type Notice } from "../../src/core/store.ts"
import { memoryStore } from "../../src/stores/memory.ts"
import { manualClock } from "../../src/testing/manual-clock.ts"
import { watched } from "../session/setting.ts"

const DAY = 86_400_000

test("S08 a lease whose holder died before the clock was set back 24 h blocks nobody for a day", async () => {
  const clock = manualClock()
  const store = memoryStore()
  const [dead, other] = ["dead", "other"].map((holder) => store.connect({ holder, clock }))
  await dead!.create({ sid: "sid", generation: 1, expiresAt: null, lease: null } as SessionRecord)
  await dead!.acquire("sid", 1)
  clock.jump(-DAY)
  const asking = watched(other!.acquire("sid", 1))
  await clock.advance(LEASE_MS - 1)
  expect(asking.is).toBe("pending")
  await clock.advance(1)
  expect(asking.value).toMatchObject({ is: "leased", record: { lease: { holder: "other" } } })
})

describe("the slots of a memoryStore", () => {
  const clock = manualClock()
  const record = (sid: string) => ({ sid, generation: 1, expiresAt: null, lease: null }) as SessionRecord

  test("are sessions of their own; the store itself is none of them", async () => {
    const store = memoryStore()
    const [here, there, a, again] = [store, store, store.slot("a"), store.slot("a")].map((slot) => slot.connect({ holder: "any", clock }))
    const heard: Notice[] = []
    again!.watch((notice) => heard.push(notice))
    await here!.create(record("of the store"))
    await a!.create(record("of a"))
    await clock.settle()
    expect(await Promise.all([there, again].map(async (one) => (await one!.read())?.sid))).toEqual(["of the store", "of a"])
    expect(await store.slot("b").connect({ holder: "any", clock }).read()).toBeNull()
    expect(heard).toEqual([{ is: "granted", sid: "of a", generation: 1 }])
  })

  test("are forgotten once nobody is in them, nobody watches them and nobody waits for them", async () => {
    const isKept = watchedKey("key")
    const store = memoryStore()
    const [a, b] = ["a", "b"].map((holder) => store.slot("key").connect({ holder, clock }))
    expect(await a!.read()).toBeNull()
    expect(isKept()).toBe(false)
    await a!.create(record("sid"))
    await a!.acquire("sid", 1)
    const waiting = watched(b!.acquire("sid", 1))
    await clock.settle()
    const unwatch = b!.watch(() => {})
    expect(isKept()).toBe(true)
    await a!.end("sid", null)
    await clock.settle()
    expect(waiting.value).toEqual({ is: "gone", record: null })
    expect(isKept()).toBe(true)
    unwatch()
    expect(isKept()).toBe(false)
    a!.close()
    expect(isKept()).toBe(false)
  })
})

/** Says whether the last Map that was given this key still has it. */
function watchedKey(key: string): () => boolean {
  const set = vi.spyOn(Map.prototype, "set")
  onTestFinished(() => set.mockRestore())
  return () => {
    const at = set.mock.calls.findLastIndex(([given]) => given === key)
    return (set.mock.contexts[at] as Map<unknown, unknown>).has(key)
  }
}
