import { afterEach, describe, expect, test, vi } from "vitest"
import type { SessionRecord } from "../../src/core/record.ts"
import { webStore } from "../../src/stores/web.ts"
import { manualClock } from "../../src/testing/manual-clock.ts"

afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

const record = { sid: "sid", generation: 1, expiresAt: null, lease: null } as SessionRecord

describe("webStore() where there is no page", () => {
  test("S29 is made, connected and closed without touching the platform", () => {
    const touched = vi.fn()
    for (const name of ["indexedDB", "BroadcastChannel", "localStorage"]) {
      vi.stubGlobal(name, undefined)
      Object.defineProperty(globalThis, name, { get: touched, configurable: true })
    }
    webStore().connect({ holder: "a", clock: manualClock() }).close()
    webStore({ keep: "nothing" }).connect({ holder: "a", clock: manualClock() }).close()
    expect(touched).not.toHaveBeenCalled()
  })

  test("a session that is begun there all the same lives in memory, and nothing is said", async () => {
    const warn = vi.spyOn(console, "warn")
    const channel = vi.fn()
    vi.stubGlobal("BroadcastChannel", channel)
    const connection = webStore().connect({ holder: "a", clock: manualClock() })
    connection.watch(() => {})
    expect(await connection.read()).toBeNull()
    await connection.create(record)
    expect(await connection.read()).toMatchObject({ sid: "sid" })
    expect(warn).not.toHaveBeenCalled()
    expect(channel, "it would keep the process alive").not.toHaveBeenCalled()
  })
})
