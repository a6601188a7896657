import { describe, it } from "vitest"
import { memoryStore } from "../../src/stores/memory.ts"
import { manualClock } from "../../src/testing/manual-clock.ts"
import { storeContract } from "../../src/testing/store-contract.ts"

describe("memoryStore", () => {
  const clock = manualClock()
  storeContract({ create: () => memoryStore(), clock, advance: (ms) => clock.advance(ms) }, { describe, it })
})
