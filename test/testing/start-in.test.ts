import { describe, expect, it } from "vitest"
import { startIn, type StartState } from "../../src/testing/start-in.ts"
import { pathOf } from "../../src/trail.ts"

const wanted: Record<StartState, { chart: string; authenticated: boolean; usable: boolean; degraded?: string }> = {
  restoring: { chart: "restoring.waiting", authenticated: false, usable: false, degraded: "store" },
  unauthenticated: { chart: "unauthenticated", authenticated: false, usable: false },
  authenticating: { chart: "authenticating", authenticated: false, usable: false },
  active: { chart: "active", authenticated: true, usable: true },
  "expiring.usable": { chart: "expiring.usable", authenticated: true, usable: true },
  "expiring.lapsed": { chart: "expiring.lapsed", authenticated: true, usable: false },
  "refreshing.usable": { chart: "refreshing.attempt.running refreshing.credential.usable", authenticated: true, usable: true },
  "refreshing.lapsed": { chart: "refreshing.attempt.running refreshing.credential.lapsed", authenticated: true, usable: false },
  backingOff: {
    chart: "refreshing.attempt.backingOff refreshing.credential.usable",
    authenticated: true,
    usable: true,
    degraded: "network",
  },
  blocked: {
    chart: "refreshing.attempt.blocked refreshing.credential.usable",
    authenticated: true,
    usable: true,
    degraded: "configuration",
  },
  storeAway: { chart: "active", authenticated: true, usable: true, degraded: "store" },
  loggedOut: { chart: "loggedOut", authenticated: false, usable: false },
}

describe("startIn", () => {
  it.each(Object.entries(wanted) as [StartState, (typeof wanted)[StartState]][])(
    "brings a session into %s with one call",
    async (state, { chart, ...facts }) => {
      const { session } = await startIn(state)
      expect(pathOf((session.actor.getSnapshot() as { value: string }).value)).toBe(chart)
      expect(session.getSnapshot()).toMatchObject({ degraded: null, ...facts })
      session.stop()
    },
  )

  it.each(["user", "elsewhere", "expired", "windowClosed", "accountSuspended"])("ends a session by %s", async (reason) => {
    const { session } = await startIn("loggedOut", { reason })
    expect(session.getSnapshot()).toMatchObject({ status: "loggedOut", reason })
    session.stop()
  })

  it("goes on from there when the paper provider answers", async () => {
    const { session, clock, answer } = await startIn("backingOff", { user: { id: "7", name: "Grace" } })
    answer("grant")
    await clock.advance(60_000)
    expect(session.getSnapshot()).toMatchObject({ status: "active", generation: 2, user: { name: "Grace" }, degraded: null })
    session.stop()
  })
})
