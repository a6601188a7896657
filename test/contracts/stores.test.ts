import { describe, it } from "vitest"
import { memoryStore } from "../../src/stores/memory.ts"
import { webStore } from "../../src/stores/web.ts"
import { manualClock } from "../../src/testing/manual-clock.ts"
import { storeContract } from "../../src/testing/store-contract.ts"

describe("memoryStore", () => {
  const clock = manualClock()
  storeContract({ create: () => memoryStore(), clock, advance: (ms) => clock.advance(ms) }, { describe, it })
})

// On IndexedDB, in a real browser: test/stores/web-contract.real.test.ts.
describe("webStore where there is no IndexedDB", () => {
  const clock = manualClock()
  storeContract({ create: () => webStore(), clock, advance: (ms) => clock.advance(ms) }, { describe, it })
})
