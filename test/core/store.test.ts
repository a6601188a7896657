import { expect, it } from "vitest"
import { LEASE_MS, LEASE_WAIT_MS } from "../../src/core/store.ts"

it("a lease ends within a grace of ten seconds, and whoever wants one waits for longer than that", () => {
  expect([LEASE_MS, LEASE_WAIT_MS]).toEqual([8_000, 15_000])
})
