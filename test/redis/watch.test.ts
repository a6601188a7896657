import { describe, expect, test } from "vitest"
import type { SessionRecord } from "../../src/core/record.ts"
import type { Notice } from "../../src/core/store.ts"
import { Watch } from "../../src/stores/redis/watch.ts"
import { manualClock } from "../../src/testing/manual-clock.ts"
import { recordNow } from "./lab.ts"

/** A watch whose looks are answered when the test wants it. */
function watching() {
  const clock = manualClock()
  const looks: ((record: SessionRecord | null) => void)[] = []
  const watch = new Watch(clock, () => new Promise((resolve) => looks.push(resolve)))
  const heard: Notice[] = []
  watch.open(
    (notice) => heard.push(notice),
    async () => () => {},
  )
  return { clock, looks, watch, heard }
}

describe("a look at a slot in Redis beside a step of our own", () => {
  const first = recordNow()
  const second = recordNow({ generation: 2 })

  test("does not tell us of what we are doing", async () => {
    const { clock, looks, watch, heard } = watching()
    watch.see(first)
    let commit!: () => void
    const committing = watch.change(async () => {
      await new Promise<void>((resolve) => {
        commit = resolve
      })
      watch.see(second)
    })
    void watch.lookAgain()
    looks[0]!(second)
    await clock.settle()
    commit()
    await committing
    await clock.advance(1_000)
    looks[1]!(second)
    await clock.settle()
    expect(heard).toEqual([])
  })

  test("that was over before its answer came does not tell us of the end of what we have just begun", async () => {
    const { clock, looks, watch, heard } = watching()
    watch.see(null)
    void watch.lookAgain()
    await watch.change(async () => watch.see(first))
    looks[0]!(null)
    await clock.settle()
    expect(heard).toEqual([])
    await clock.advance(1_000)
    looks[1]!(null)
    await clock.settle()
    expect(heard, "somebody did end it").toEqual([{ is: "ended", sid: "sid" }])
  })

  test("that failed is no look: what is there is told by the next one", async () => {
    const { clock, looks, watch, heard } = watching()
    watch.see(first)
    await watch.change(() => Promise.reject(new Error("Redis is away"))).catch(() => {})
    void watch.lookAgain()
    looks[0]!(second)
    await clock.settle()
    expect(heard).toEqual([{ is: "granted", sid: "sid", generation: 2 }])
  })
})
