import { expect, test } from "vitest"
import type { SessionRecord } from "../../src/core/record.ts"
import { LEASE_MS } from "../../src/core/store.ts"
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
