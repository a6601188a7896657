import { describe, expect, test } from "vitest"
import { LoginRefusedError, SessionEndedError } from "../../src/index.ts"
import { door, MINUTE, setting, signedIn, watched } from "./setting.ts"
import { troubled } from "./troubled.ts"

const TELLS = ["geins", "unisouk", "commerce-engine", "oauth2"] as const

/** A fault that lets the request wait at the door before it is carried out, or its answer behind it. */
function heldBack(at: "the request" | "the answer") {
  const { open, opened } = door()
  const fault = async (_: Request, answer: () => Promise<Response>) => {
    if (at === "the answer") {
      const response = await answer()
      await opened
      return response
    }
    await opened
    return answer()
  }
  return { open, fault }
}

describe("S13 a logout while a refresh is in flight", () => {
  test.each(
    TELLS.flatMap(
      (name) =>
        [
          [name, "the request"],
          [name, "the answer"],
        ] as const,
    ),
  )("at %s (%s is slow): is final at once, the late grant is not stored and is revoked", async (name, slow) => {
    const { clock, emulator, session, inStore } = await signedIn(name)
    const { fault, open } = heldBack(slow)
    emulator.fail({ on: "refresh", with: fault })
    const refreshing = watched(session.refresh())
    await clock.settle()
    const loggingOut = session.logout()
    expect(session.getSnapshot()).toMatchObject({ status: "loggedOut", reason: "user" })
    await clock.settle()
    expect(await inStore()).toBeNull()
    expect(refreshing.error).toMatchObject({ code: "session_ended", reason: "user" })
    open()
    expect(await loggingOut).toEqual({ revoked: true })
    await clock.advance(MINUTE)
    expect(emulator.ledger.signedIn()).toEqual([])
    expect(emulator.log.filter(({ on }) => on === "logout")).toHaveLength(1)
    expect(await inStore()).toBeNull()
    expect(session.getSnapshot()).toMatchObject({ status: "loggedOut", reason: "user" })
  })

  test.each(["menu", "vault"] as const)("at %s, which documents no logout: the late grant is not stored", async (name) => {
    const { clock, emulator, session, inStore } = await signedIn(name)
    const { fault, open } = heldBack("the answer")
    emulator.fail({ on: "refresh", with: fault })
    void session.refresh().catch(() => {})
    await clock.settle()
    const loggingOut = session.logout()
    open()
    expect(await loggingOut).toEqual({ revoked: false })
    await clock.settle()
    expect(await inStore()).toBeNull()
    expect(session.getSnapshot()).toMatchObject({ status: "loggedOut" })
  })

  test("that never answers: the provider is told after the refresh has had its time", async () => {
    const { clock, emulator, session } = await signedIn("geins")
    emulator.fail({ on: "refresh", with: "hang" })
    void session.refresh().catch(() => {})
    await clock.settle()
    const loggingOut = watched(session.logout())
    await clock.advance(30_000)
    expect(loggingOut.value).toEqual({ revoked: true })
    expect(emulator.ledger.signedIn()).toEqual([])
  })

  test("S27 in another holder: the late grant is revoked, and does not bring the record back", async () => {
    const { clock, emulator, session, holder, inStore } = await signedIn("geins")
    const other = holder()
    await other.ready()
    const { fault, open } = heldBack("the answer")
    emulator.fail({ on: "refresh", with: fault })
    const refreshing = watched(session.refresh())
    await clock.settle()
    await other.logout()
    await clock.settle()
    expect(refreshing.error).toMatchObject({ code: "session_ended", reason: "elsewhere" })
    open()
    await clock.settle()
    expect(await inStore()).toBeNull()
    expect(emulator.ledger.signedIn()).toEqual([])
    expect([session, other].map((one) => one.getSnapshot().reason)).toEqual(["elsewhere", "user"])
  })

  test("while the session backs off, is blocked or waits for nothing ends it just the same", async () => {
    for (const fault of [503, 405, "lost"] as const) {
      const { emulator, session, inStore } = await signedIn("geins")
      emulator.fail({ on: "refresh", with: fault })
      await session.refresh().catch(() => {})
      await session.logout()
      expect(session.getSnapshot()).toMatchObject({ status: "loggedOut", reason: "user", degraded: null })
      expect(await inStore()).toBeNull()
    }
  })
})

describe("a logout while logging in", () => {
  test.each(["geins", "unisouk", "commerce-engine", "menu"] as const)(
    "at %s ends the login, and a late grant is revoked where that is documented",
    async (name) => {
      const { clock, emulator, session, inStore } = setting(name)
      await session.ready()
      const { fault, open } = heldBack("the answer")
      if (name === "geins") for (let step = 0; step < 2; step++) emulator.fail({ on: "login", with: (_, answer) => answer() })
      emulator.fail({ on: "login", with: fault })
      const loggingIn = watched(session.login(emulator.credentials))
      await clock.settle()
      expect(session.getSnapshot().status).toBe("authenticating")
      expect(await session.logout()).toEqual({ revoked: false })
      expect(session.getSnapshot()).toMatchObject({ status: "unauthenticated", authenticated: false })
      await clock.settle()
      expect(loggingIn.error).toMatchObject({ code: "session_ended", reason: "user" })
      open()
      await clock.settle()
      expect(session.getSnapshot()).toMatchObject({ status: "unauthenticated", error: null })
      expect(await inStore()).toBeNull()
      expect(emulator.ledger.signedIn()).toHaveLength(name === "menu" ? 1 : 0)
    },
  )

  test("whose grant is just being stored ends that, too", async () => {
    const { store, fail } = troubled()
    const { opened, open } = door()
    fail("create", { trouble: { until: opened } })
    const { clock, emulator, session, inStore } = setting("unisouk", { store })
    const loggingIn = watched(session.login(emulator.credentials))
    await clock.settle()
    expect(emulator.stats.logins).toBe(1)
    await session.logout()
    open()
    await clock.settle()
    expect(loggingIn.error).toMatchObject({ code: "session_ended", reason: "user" })
    expect(await inStore()).toBeNull()
    expect(emulator.ledger.signedIn()).toEqual([])
  })

  test("and while signed in already is the last word: the login beside is revoked", async () => {
    const { clock, emulator, session, inStore } = await signedIn("geins")
    for (let step = 0; step < 2; step++) emulator.fail({ on: "login", with: (_, answer) => answer() })
    const { fault, open } = heldBack("the answer")
    emulator.fail({ on: "login", with: fault })
    const loggingIn = watched(session.login(emulator.users[1]))
    await clock.settle()
    await session.logout()
    open()
    await clock.settle()
    expect(session.getSnapshot()).toMatchObject({ status: "loggedOut", reason: "user" })
    expect(loggingIn.error).toMatchObject({ code: "session_ended", reason: "user" })
    expect(await inStore()).toBeNull()
    expect(emulator.ledger.signedIn()).toEqual([])
  })

  test("that has not begun yet, because the store is still being read, is the last word, too", async () => {
    const { clock, emulator, session } = setting("unisouk")
    const loggingIn = watched(session.login(emulator.credentials))
    await session.logout()
    await clock.settle()
    expect(loggingIn.error).toMatchObject({ code: "session_ended", reason: "user" })
    expect(session.getSnapshot()).toMatchObject({ authenticated: false })
    expect(emulator.log).toEqual([])
  })
})

describe("a login while somebody is signed in", () => {
  test("replaces the session when it succeeds, with a new sid, and leaves it usable until then", async () => {
    const { clock, emulator, session, inStore } = await signedIn("unisouk")
    const before = session.getSnapshot()
    const { fault, open } = heldBack("the answer")
    emulator.fail({ on: "login", with: fault })
    const loggingIn = session.login(emulator.users[1])
    await clock.settle()
    expect(session.getSnapshot()).toBe(before)
    expect((await session.fetch("/resource")).status).toBe(200)
    open()
    const after = await loggingIn
    expect(after).toMatchObject({ status: "active", generation: 1, user: { email: "grace@example.com" } })
    expect(after.sid).not.toBe(before.sid)
    expect(await inStore()).toMatchObject({ sid: after.sid })
    expect(await (await session.fetch("/resource")).json()).toMatchObject({ user: emulator.ledger.accessTokens.at(-1)?.user })
  })

  test("leaves it as it was when it is refused, and rejects", async () => {
    const { emulator, session, inStore } = await signedIn("unisouk")
    const before = session.getSnapshot()
    await expect(session.login({ ...emulator.users[1], password: "wrong" })).rejects.toBeInstanceOf(LoginRefusedError)
    expect(session.getSnapshot()).toBe(before)
    expect(await inStore()).toMatchObject({ sid: before.sid, generation: 1 })
    expect((await session.fetch("/resource")).status).toBe(200)
  })

  test("two of them at once: the newer one counts, and the other one's grant is revoked", async () => {
    const { clock, emulator, session, inStore } = await signedIn("unisouk")
    const { fault, open } = heldBack("the answer")
    emulator.fail({ on: "login", with: fault })
    const first = watched(session.login(emulator.users[0]))
    await clock.settle()
    const second = await session.login(emulator.users[1])
    open()
    await clock.settle()
    expect(first.error).toBeInstanceOf(SessionEndedError)
    expect(first.error).toMatchObject({ code: "session_replaced" })
    expect(session.getSnapshot()).toBe(second)
    expect(second.user).toMatchObject({ email: "grace@example.com" })
    expect(await inStore()).toMatchObject({ sid: second.sid })
  })

  test("is overtaken by tokens that are handed over meanwhile", async () => {
    const { clock, emulator, session } = await signedIn("unisouk")
    const { fault, open } = heldBack("the answer")
    emulator.fail({ on: "login", with: fault })
    const loggingIn = watched(session.login(emulator.users[0]))
    await clock.settle()
    const accepted = await session.accept(await emulator.mint({ user: 1 }))
    open()
    await clock.settle()
    expect(loggingIn.error).toMatchObject({ code: "session_replaced" })
    expect(session.getSnapshot()).toBe(accepted)
  })
})

describe("two logins at once while nobody is signed in", () => {
  test("the newer one counts, and the other one's grant is revoked", async () => {
    const { clock, emulator, session, inStore } = setting("unisouk")
    await session.ready()
    const { fault, open } = heldBack("the answer")
    emulator.fail({ on: "login", with: fault })
    const first = watched(session.login(emulator.users[0]))
    await clock.settle()
    const second = session.login(emulator.users[1])
    await clock.settle()
    open()
    expect(await second).toMatchObject({ status: "active", user: { email: "grace@example.com" } })
    await clock.settle()
    expect(first.error).toMatchObject({ code: "session_replaced" })
    expect(session.getSnapshot()).toBe(await second)
    expect(await inStore()).toMatchObject({ sid: session.getSnapshot().sid })
    expect(emulator.ledger.signedIn()).toHaveLength(1)
    expect(emulator.stats.logouts).toBe(1)
  })

  test("S31 a login does not pass off as its own what another holder has logged in meanwhile", async () => {
    const { clock, emulator, session, holder } = setting("unisouk")
    await session.ready()
    const other = holder()
    await other.ready()
    const { fault, open } = heldBack("the answer")
    emulator.fail({ on: "login", with: fault })
    const loggingIn = watched(session.login(emulator.users[0]))
    await clock.settle()
    await other.login(emulator.users[1])
    await clock.settle()
    open()
    await clock.settle()
    expect(session.getSnapshot()).toMatchObject({ status: "active", user: { email: "grace@example.com" } })
    expect(loggingIn.error).toMatchObject({ code: "session_replaced" })
    expect(emulator.ledger.signedIn()).toHaveLength(1)
  })
})

describe("S31 a user is replaced by another while a refresh of the first is in flight", () => {
  test.each(TELLS)("at %s: the grant is not committed to the other's record, and is revoked", async (name) => {
    const { clock, emulator, session, signIn, inStore } = await signedIn(name)
    const { fault, open } = heldBack("the answer")
    emulator.fail({ on: "refresh", with: fault })
    const refreshing = watched(session.refresh())
    await clock.settle()
    await signIn(session, 1)
    const replacing = session.getSnapshot()
    await clock.settle()
    expect(refreshing.error).toMatchObject({ code: "session_replaced" })
    open()
    await clock.settle()
    expect(session.getSnapshot()).toBe(replacing)
    expect(await inStore()).toMatchObject({ sid: replacing.sid, generation: 1 })
    expect(emulator.ledger.signedIn()).toHaveLength(1)
    expect(await (await session.fetch("/resource")).json()).toMatchObject({ user: emulator.ledger.signedIn()[0] })
    await session.refresh()
    expect(emulator.stats.reused).toBe(0)
  })

  test("by another holder: this one goes over to the other user, and no request is sent as anybody else", async () => {
    const { clock, emulator, session, holder, signIn } = await signedIn("unisouk", { keepAlive: "on-demand" })
    const other = holder()
    await other.ready()
    await clock.advance(15 * MINUTE)
    const { fault, open } = heldBack("the answer")
    emulator.fail({ on: "refresh", with: fault })
    const request = watched(session.fetch("/resource"))
    await clock.settle()
    await signIn(other, 1)
    await clock.settle()
    expect(request.error).toMatchObject({ code: "session_replaced" })
    open()
    await clock.settle()
    expect(session.getSnapshot()).toMatchObject({ status: "active", sid: other.getSnapshot().sid, user: { email: "grace@example.com" } })
    expect(emulator.log.filter(({ on }) => on === "resource")).toEqual([])
  })

  test("a refusal of the first user's refresh does not end the second user's session", async () => {
    const { clock, emulator, session, inStore } = await signedIn("vault")
    const { opened, open } = door()
    emulator.fail({
      on: "refresh",
      with: async () => {
        await opened
        return Response.json({ error: "invalid_grant" }, { status: 400 })
      },
    })
    void session.refresh().catch(() => {})
    await clock.settle()
    const { sid } = await session.accept(await emulator.mint({ user: 1 }))
    open()
    await clock.settle()
    expect(session.getSnapshot()).toMatchObject({ status: "active", sid })
    expect(await inStore()).toMatchObject({ sid })
  })
})
