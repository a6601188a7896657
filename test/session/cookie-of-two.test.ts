import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"
import { LEASE_MS } from "../../src/core/store.ts"
import { troubled } from "./troubled.ts"
import { door, refreshRequests, SECOND, signedIn, watched } from "./setting.ts"

const idOfB = "9007199254740995"
const inBrowser = { emulator: { cookies: "jar" } } as const

/** A session of user A's, whose refresh the provider has carried out and not answered yet. */
async function refreshOfA() {
  const set = await signedIn("unisouk", inBrowser)
  const { open, opened } = door()
  set.emulator.fail({ on: "refresh", with: (_, answer) => answer().then((response) => opened.then(() => response)) })
  const refreshing = watched(set.session.refresh())
  await set.clock.advance(0)
  expect(set.emulator.stats.refreshes).toBe(1)
  return { ...set, refreshing, answer: open }
}

describe("S31 a login where the browser has one cookie for all sessions", () => {
  beforeEach(() => void vi.stubGlobal("WorkerGlobalScope", class {}))
  afterEach(() => void vi.unstubAllGlobals())

  test.each(["the same holder", "another one"] as const)("by %s waits for the refresh that is out", async (which) => {
    const { clock, emulator, holder, session, answer } = await refreshOfA()
    const other = which === "another one" ? holder() : session
    await other.ready()
    const login = watched(other.login(emulator.users[1]))
    await clock.advance(5 * SECOND)
    expect({ is: login.is, logins: emulator.stats.logins }).toEqual({ is: "pending", logins: 1 })
    answer()
    await clock.advance(SECOND)
    expect(login).toMatchObject({ is: "done", value: { status: "active", user: { id: idOfB } } })
    expect(await other.refresh()).toMatchObject({ user: { id: idOfB } })
    expect(emulator.stats).toMatchObject({ logins: 2, reused: 0 })
  })

  test("waits for a refresh of a session that has been logged out meanwhile", async () => {
    const { clock, emulator, session, answer } = await refreshOfA()
    const logout = watched(session.logout())
    await clock.advance(0)
    const login = watched(session.login(emulator.users[1]))
    await clock.advance(5 * SECOND)
    expect({ is: login.is, logins: emulator.stats.logins }).toEqual({ is: "pending", logins: 1 })
    answer()
    await clock.advance(SECOND)
    expect([logout.is, login.is]).toEqual(["done", "done"])
    expect(await session.refresh()).toMatchObject({ user: { id: idOfB } })
  })

  test("keeps others from refreshing until it is answered, however long that takes", async () => {
    const { clock, emulator, session, holder } = await signedIn("unisouk", inBrowser)
    const { open, opened } = door()
    emulator.fail({ on: "login", with: (_, answer) => answer().then((response) => opened.then(() => response)) })
    const login = watched(session.login(emulator.users[1]))
    await clock.advance(0)
    const other = holder()
    await other.ready()
    const refreshing = watched(other.refresh())
    await clock.advance(2 * LEASE_MS)
    expect({ login: login.is, refreshes: refreshRequests(emulator) }).toEqual({ login: "pending", refreshes: 0 })
    open()
    await clock.advance(2 * LEASE_MS)
    expect({ login: login.is, refreshing: refreshing.is }).toEqual({ login: "done", refreshing: "failed" })
    expect(refreshRequests(emulator)).toBe(0)
    expect(other.getSnapshot()).toMatchObject({ status: "active", user: { id: idOfB } })
  })

  test("that is refused lets others refresh again at once", async () => {
    const { clock, emulator, session, holder } = await signedIn("unisouk", inBrowser)
    const other = holder()
    await other.ready()
    await expect(session.login({ ...emulator.users[1]!, password: "wrong" })).rejects.toMatchObject({ code: "login_refused" })
    const refreshing = watched(other.refresh())
    await clock.advance(SECOND)
    expect(refreshing).toMatchObject({ is: "done", value: { generation: 2 } })
  })

  test("goes on where the store fails", async () => {
    const { store, fail } = troubled()
    const { emulator, session } = await signedIn("unisouk", { ...inBrowser, store })
    fail("acquire")
    expect(await session.login(emulator.users[1])).toMatchObject({ user: { id: idOfB } })
  })

  test("that its caller has given up is not sent", async () => {
    const { clock, emulator, session, answer } = await refreshOfA()
    const leaving = new AbortController()
    const login = watched(session.login(emulator.users[1], { signal: leaving.signal }))
    await clock.advance(0)
    leaving.abort(new Error("left"))
    answer()
    await clock.advance(SECOND)
    expect(login).toMatchObject({ is: "failed", error: { message: "left" } })
    expect(emulator.stats.logins).toBe(1)
    expect(await session.refresh()).toMatchObject({ generation: 3 })
  })
})

test("S31 a refresh that is answered with another customer's grant ends the session by that rule", async () => {
  const { emulator, session, inStore } = await signedIn("unisouk")
  const others = await emulator.mint({ user: 1 })
  emulator.fail({ on: "refresh", with: () => Promise.resolve(others) })
  await expect(session.refresh()).rejects.toMatchObject({ code: "session_ended", reason: "anotherCustomer" })
  expect(session.getSnapshot()).toMatchObject({ status: "loggedOut", reason: "anotherCustomer", user: null })
  expect(await inStore()).toBeNull()
})
