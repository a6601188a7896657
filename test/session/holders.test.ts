import { describe, expect, test } from "vitest"
import type { SessionEvents } from "../../src/index.ts"
import { LEASE_MS } from "../../src/core/store.ts"
import { memoryStore } from "../../src/stores/memory.ts"
import { door, MINUTE, PROVIDERS, refreshRequests, SECOND, setting, signedIn, watched } from "./setting.ts"
import { EVERYTHING, troubled } from "./troubled.ts"

const LAPSES = 15 * MINUTE

describe.each(PROVIDERS)("S01 holders of one session at %s", (name) => {
  test("refresh once, whoever asks; the others take what it got, and no credential is presented twice", async () => {
    const { clock, emulator, session, holder } = await signedIn(name)
    const holders = [session, holder(), holder()]
    await Promise.all(holders.map((one) => one.ready()))
    await clock.advance(LAPSES)
    const requests = holders.map((one) => one.fetch("/resource"))
    expect((await Promise.all(requests)).map(({ status }) => status)).toEqual([200, 200, 200])
    expect(refreshRequests(emulator)).toBe(1)
    expect(emulator.stats).toMatchObject({ refreshes: 1, reused: 0, unauthorized: 0 })
    await clock.settle()
    for (const one of holders) expect(one.getSnapshot()).toMatchObject({ status: "active", generation: 2, sid: session.getSnapshot().sid })
  })

  test("go on so for an hour, while all of them are used", async () => {
    const { clock, emulator, session, holder } = await signedIn(name)
    const holders = [session, holder(), holder()]
    await Promise.all(holders.map((one) => one.ready()))
    for (let minutes = 0; minutes < 60; minutes++) {
      for (const one of holders) expect((await one.fetch("/resource")).status).toBe(200)
      await clock.advance(MINUTE)
    }
    expect(emulator.stats).toMatchObject({ refreshes: 4, reused: 0, unauthorized: 0 })
  })
})

describe("what happens elsewhere", () => {
  test("a grant of another holder is taken over and told, a user with it", async () => {
    const { clock, session, holder } = await signedIn("unisouk")
    const other = holder()
    await other.ready()
    const told: SessionEvents["granted"][] = []
    other.on("granted", (event) => told.push(event))
    await session.refresh()
    await clock.settle()
    expect(told.map(({ snapshot }) => snapshot)).toEqual([other.getSnapshot()])
    expect(other.getSnapshot()).toMatchObject({ status: "active", generation: 2, user: { email: "ada@example.com" } })
    expect(await other.accessToken()).toBe(await session.accessToken())
  })

  test("a login in one holder signs the others in", async () => {
    const { clock, session, holder, signIn } = setting("menu")
    const other = holder()
    await other.ready()
    await session.ready()
    await signIn(session)
    await clock.settle()
    expect(other.getSnapshot()).toMatchObject({ status: "active", sid: session.getSnapshot().sid })
    expect((await other.fetch("/resource")).status).toBe(200)
  })

  test("a logout in one holder ends all of them, with the reason elsewhere, and it is told once", async () => {
    const { clock, emulator, session, holder } = await signedIn("geins")
    const other = holder()
    await other.ready()
    const told: unknown[] = []
    other.on("ended", ({ reason, snapshot }) => told.push(reason, snapshot))
    await session.logout()
    await clock.settle()
    expect(told).toEqual(["elsewhere", other.getSnapshot()])
    expect(other.getSnapshot()).toMatchObject({ status: "loggedOut", reason: "elsewhere", error: { code: "session_ended" } })
    expect(emulator.stats.logouts).toBe(1)
    await expect(other.fetch("/resource")).rejects.toMatchObject({ reason: "elsewhere" })
  })

  test("a refusal in one holder ends all of them", async () => {
    const { clock, emulator, session, holder, inStore } = await signedIn("vault")
    const other = holder()
    await other.ready()
    emulator.revokeSession()
    await session.refresh().catch(() => {})
    await clock.settle()
    expect([session, other].map((one) => one.getSnapshot().reason)).toEqual(["refreshTokenExpired", "elsewhere"])
    expect(refreshRequests(emulator)).toBe(1)
    expect(await inStore()).toBeNull()
  })

  test("the end of a session does not touch the one that has taken its place", async () => {
    const theirs = troubled()
    const { clock, emulator, session, holder, inStore } = await signedIn("vault", { store: theirs.inner })
    const other = holder({ store: theirs.store })
    theirs.fail("create")
    const { sid } = await other.accept(await emulator.mint({ user: 1 }))
    await session.logout()
    await clock.settle()
    expect(other.getSnapshot()).toMatchObject({ status: "active", sid })
    theirs.heal()
    await clock.advance(MINUTE)
    expect(await inStore()).toMatchObject({ sid })
  })

  test("a session that is blocked or backs off goes on with what another holder got", async () => {
    for (const fault of [405, { status: 429, body: {} }]) {
      const { clock, emulator, session, holder } = await signedIn("vault")
      const other = holder()
      await other.ready()
      emulator.fail({ on: "refresh", with: fault })
      await session.refresh().catch(() => {})
      expect(session.getSnapshot().degraded).not.toBeNull()
      await other.refresh()
      await clock.settle()
      expect(session.getSnapshot()).toMatchObject({ status: "active", generation: 2, degraded: null, error: null })
      expect(emulator.stats).toMatchObject({ refreshes: 1, reused: 0 })
    }
  })
})

describe("S02 S28 a refusal of a credential that somebody else has rotated", () => {
  test("is read again: the session goes on with the newer grant, and nobody's record is deleted", async () => {
    const mine = troubled()
    const { clock, emulator, session, holder, inStore } = await signedIn("vault", { store: mine.store, keepAlive: "on-demand" })
    const other = holder({ store: mine.inner })
    await other.ready()
    // This holder's request is slow, and its lease runs out: it can be renewed no more.
    const { opened, open } = door()
    emulator.fail({
      on: "refresh",
      with: async (_, answer) => {
        await opened
        return answer()
      },
    })
    mine.fail("renew")
    const refreshing = watched(session.refresh())
    await clock.advance(LEASE_MS)
    expect(await other.refresh()).toMatchObject({ generation: 2 })
    open()
    await clock.settle()
    expect(emulator.stats).toMatchObject({ refreshes: 1, reused: 1 })
    expect(refreshing.value).toMatchObject({ generation: 2 })
    expect(session.getSnapshot()).toMatchObject({ status: "active", generation: 2, reason: null })
    expect(await inStore()).toMatchObject({ generation: 2 })
    expect((await session.fetch("/resource")).status).toBe(200)
    await session.refresh()
    expect(emulator.stats.reused).toBe(1)
  })

  test("is read again, also where nobody has told it and its own lease is over", async () => {
    const mine = troubled(memoryStore(), { isDeaf: true })
    const { clock, emulator, session, holder, inStore } = await signedIn("oauth2", { store: mine.store, keepAlive: "on-demand" })
    const other = holder({ store: mine.inner })
    await other.ready()
    const { opened, open } = door()
    emulator.fail({
      on: "refresh",
      with: async (_, answer) => {
        await opened
        return answer()
      },
    })
    mine.fail("renew")
    const refreshing = watched(session.refresh())
    await clock.advance(LEASE_MS)
    await other.refresh()
    await other.refresh()
    open()
    await clock.settle()
    expect(refreshing.value).toMatchObject({ generation: 3, status: "active" })
    expect(session.getSnapshot()).toMatchObject({ status: "active", generation: 3 })
    expect(await inStore()).toMatchObject({ generation: 3 })
  })

  test("a late grant does not replace the successor that another holder has stored: the first one wins", async () => {
    const mine = troubled(memoryStore(), { isDeaf: true })
    const { clock, emulator, session, holder, inStore } = await signedIn("vault", { store: mine.store, emulator: { graceS: 600 } })
    const other = holder({ store: mine.inner })
    await other.ready()
    const { opened, open } = door()
    emulator.fail({
      on: "refresh",
      with: async (_, answer) => {
        const response = await answer()
        await opened
        return response
      },
    })
    mine.fail("renew")
    const refreshing = watched(session.refresh())
    await clock.advance(LEASE_MS)
    await other.refresh()
    const stored = await inStore()
    open()
    await clock.settle()
    expect(refreshing.value).toMatchObject({ generation: 2 })
    expect(await inStore()).toEqual(stored)
    expect(await session.accessToken()).toBe(stored?.accessToken)
  })
})

describe("S03 a holder that has the lease and is gone", () => {
  /** A holder whose store and network have come to a standstill after it has done so much of a refresh. */
  async function killed(after: "leasing" | "sending", options: Parameters<typeof signedIn<"vault">>[1] = {}) {
    const mine = troubled()
    const { holder, ...set } = await signedIn("vault", { ...options, store: mine.store, keepAlive: "on-demand" })
    const other = holder({ store: mine.inner })
    await other.ready()
    if (after === "leasing") mine.fail("markSent", { trouble: "hangs" })
    set.emulator.fail({ on: "refresh", with: "hang" })
    void set.session.refresh().catch(() => {})
    await set.clock.settle()
    mine.fail(EVERYTHING, { trouble: "hangs" })
    if (after === "leasing") set.emulator.heal()
    return { ...set, other }
  }

  test("before it has sent anything costs the others the rest of its lease", async () => {
    const { clock, emulator, other } = await killed("leasing")
    const refreshing = watched(other.refresh())
    await clock.advance(LEASE_MS - 1)
    expect(refreshing.is).toBe("pending")
    await clock.advance(1)
    expect(refreshing.value).toMatchObject({ generation: 2 })
    expect(emulator.stats).toMatchObject({ refreshes: 1, reused: 0 })
    expect(refreshRequests(emulator)).toBe(1)
  })

  test("after it has sent its refresh: the doubt is replayed by whoever takes over", async () => {
    const { clock, emulator, other } = await killed("sending")
    const refreshing = watched(other.refresh())
    await clock.advance(LEASE_MS)
    expect(refreshing.value).toMatchObject({ generation: 2, status: "active" })
    expect(refreshRequests(emulator)).toBe(2)
  })

  test("does not hold up requests whose token is still good", async () => {
    const { clock, other } = await killed("sending")
    other.touch()
    const refreshing = watched(other.refresh())
    expect((await other.fetch("/resource")).status).toBe(200)
    await clock.settle()
    expect(refreshing.is).toBe("pending")
  })

  test("between the provider's answer and the store costs a strict provider's session, by a named end", async () => {
    const mine = troubled()
    const { clock, emulator, session, holder } = await signedIn("vault", { store: mine.store })
    const other = holder({ store: mine.inner })
    await other.ready()
    mine.fail("commit", { trouble: "hangs" })
    void session.refresh().catch(() => {})
    await clock.settle()
    mine.fail(EVERYTHING, { trouble: "hangs" })
    expect(emulator.stats.refreshes).toBe(1)
    const refreshing = watched(other.refresh())
    await clock.advance(LEASE_MS)
    expect(refreshing.error).toMatchObject({ code: "session_ended", reason: "refreshTokenExpired" })
  })

  test("that was stopped in the middle of a refresh leaves its result to the others", async () => {
    const { clock, emulator, session, holder } = await signedIn("vault")
    const other = holder()
    await other.ready()
    const { opened, open } = door()
    emulator.fail({
      on: "refresh",
      with: async (_, answer) => {
        await opened
        return answer()
      },
    })
    void session.refresh().catch(() => {})
    await clock.settle()
    session.stop()
    await clock.advance(12 * SECOND)
    const refreshing = watched(other.refresh())
    await clock.advance(2 * SECOND)
    open()
    await clock.settle()
    expect(refreshing.value).toMatchObject({ generation: 2 })
    expect(emulator.stats).toMatchObject({ refreshes: 1, reused: 0 })
    await session.stopped
  })

  test("that is alive and slow keeps its lease: the others wait, and try again", async () => {
    const { clock, emulator, session, holder } = await signedIn("vault", { keepAlive: "on-demand" })
    const other = holder()
    await other.ready()
    const { opened, open } = door()
    emulator.fail({
      on: "refresh",
      with: async (_, answer) => {
        await opened
        return answer()
      },
    })
    const slow = watched(session.refresh())
    await clock.settle()
    const waiting = watched(other.refresh())
    await clock.advance(15 * SECOND + 1)
    expect(waiting.error).toMatchObject({ code: "refresh_unavailable" })
    expect(other.getSnapshot()).toMatchObject({ authenticated: true, usable: true })
    open()
    await clock.advance(SECOND)
    expect(slow.value).toMatchObject({ generation: 2 })
    expect(other.getSnapshot()).toMatchObject({ status: "active", generation: 2, degraded: null })
    expect(emulator.stats).toMatchObject({ refreshes: 1, reused: 0 })
  })
})
