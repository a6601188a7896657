import { describe, expect, test } from "vitest"
import { LeaseWatch } from "../../src/core/lease-watch.ts"
import { LEASE_MS, LEASE_WAIT_MS } from "../../src/core/store.ts"
import { systemClock } from "../../src/core/clock.ts"

/** A watch whose monotonic clock is moved by hand; it looks once a second, as long as it is awake. */
function watching() {
  let now = 0
  const watch = new LeaseWatch({ ...systemClock, monotonic: () => now })
  let lease = { holder: "other", until: 1 }
  return {
    watch,
    renew: () => (lease = { ...lease, until: lease.until + 1 }),
    /** Goes on for so long with open eyes; says whether the lease is seen run out at the end. */
    look: (ms: number) => {
      let hasRunOut = watch.seesRunOut(lease)
      for (const end = now + ms; now < end; hasRunOut = watch.seesRunOut(lease)) now += 1_000
      return hasRunOut
    },
    /** Sees nothing for so long, on a machine whose monotonic clock runs on in its sleep. */
    sleep: (ms: number) => (now += ms),
  }
}

describe("a lease that is watched", () => {
  test("has run out when nobody has renewed it for as long as it lasts", () => {
    const { look } = watching()
    expect(look(LEASE_MS - 1_000)).toBe(false)
    expect(look(1_000)).toBe(true)
  })

  test("begins anew with every renewal", () => {
    const { look, renew } = watching()
    look(LEASE_MS - 1_000)
    renew()
    expect(look(LEASE_MS - 1_000)).toBe(false)
    expect(look(1_000)).toBe(true)
  })

  test("has not run out because the watcher slept: its holder may have slept, too, and has to have its turn", () => {
    const { look, sleep } = watching()
    look(1_000)
    sleep(60 * 60_000)
    expect(look(LEASE_MS / 3)).toBe(false)
    expect(look(LEASE_MS)).toBe(true)
  })

  test("is waited for so long and no longer, sleep not counted", () => {
    const { watch, look, renew } = watching()
    for (let waited = 0; waited < LEASE_WAIT_MS; waited += 5_000) {
      expect(watch.patienceMs).toBeGreaterThan(0)
      look(5_000)
      renew()
    }
    expect(watch.patienceMs).toBe(0)
    const other = watching()
    other.look(1_000)
    other.sleep(60 * 60_000)
    expect(other.watch.patienceMs).toBeGreaterThan(LEASE_WAIT_MS / 2)
  })
})
