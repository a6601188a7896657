import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"
import { createSession, SessionEndedError, type Session } from "../../src/index.ts"
import { bff } from "../../src/providers/bff.ts"
import { memoryStore } from "../../src/stores/memory.ts"
import { stopped } from "../session/setting.ts"
import { Browser, ORIGIN, serving } from "./serving.ts"

const MINUTE = 60_000

// This is a page: its cookies are the browser's business.
beforeEach(() => void vi.stubGlobal("WorkerGlobalScope", class {}))
afterEach(() => void vi.unstubAllGlobals())

/** A page whose session is kept on a server. */
function page(
  { clock, handler }: Pick<ReturnType<typeof serving>, "clock" | "handler">,
  browser = new Browser(handler),
  store = memoryStore(),
) {
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const asked = new Request(input, init)
    const body = await asked.text()
    const headers = { ...Object.fromEntries(asked.headers), ...(body && { "content-length": String(body.length) }) }
    const request = new Request(asked.url, { method: asked.method, headers: pageHeaders(browser, headers), body: body || null })
    const response = browser.take(await browser.handler(request))
    const shown = new Headers(response.headers)
    shown.delete("set-cookie")
    return new Response(response.body, { status: response.status, headers: shown })
  }
  const session = stopped(
    createSession({ provider: bff({ url: `${ORIGIN}/auth` }), store, clock, fetch: (...given) => clock.track(fetch(...given)) }),
  ) as unknown as Session<{ email?: string }, unknown>
  return { session, browser, store }
}

function pageHeaders(browser: Browser, headers: Record<string, string>): Headers {
  const sent = new Headers(browser.request("/").headers)
  sent.delete("x-sessionchart")
  for (const [name, value] of Object.entries(headers)) sent.set(name, value)
  return sent
}

describe("a page whose session is kept on a server", () => {
  test("logs in, asks the API, refreshes through the server, and logs out", async () => {
    const server = serving("commerce-engine")
    const { session, browser } = page(server)
    await session.ready()
    expect(session.getSnapshot().status).toBe("unauthenticated")
    await session.login(server.emulator.credentials)
    expect(session.getSnapshot()).toMatchObject({ status: "active", user: { email: "ada@example.com" } })
    expect((await session.fetch("/resource")).status).toBe(200)
    await server.clock.advance(16 * MINUTE)
    expect((await session.fetch("/resource")).status).toBe(200)
    expect(server.emulator.stats.refreshes).toBe(1)
    expect(session.getSnapshot().generation).toBe(2)
    expect(await session.logout()).toEqual({ revoked: true })
    expect(browser.cookies.size).toBe(0)
    expect(server.emulator.stats.logouts).toBe(1)
  })

  test("holds no token anywhere", async () => {
    const server = serving("commerce-engine")
    const { session, store } = page(server)
    await session.login(server.emulator.credentials)
    await session.refresh()
    const record = JSON.stringify(await store.connect({ holder: "thief", clock: server.clock }).read())
    const secrets = [
      ...server.emulator.ledger.accessTokens.map(({ token }) => token),
      ...server.emulator.ledger.refreshCredentials.map(({ credential }) => credential),
    ]
    expect(secrets.length).toBeGreaterThanOrEqual(4)
    for (const secret of secrets) expect(record).not.toContain(secret)
    const mark = await session.accessToken()
    const stranger = new Browser(server.handler)
    expect((await stranger.get("/auth/api/resource", { headers: { authorization: `Bearer ${mark}` } })).status).toBe(401)
  })

  test("finds the session that a callback began, after a reload, too", async () => {
    const server = serving("oauth2")
    const { browser } = page(server)
    await server.signIn(browser)
    for (let loads = 0; loads < 2; loads++) {
      const { session } = page(server, browser)
      expect((await session.ready()).status).toBe("active")
      expect((await session.fetch("/resource")).status).toBe(200)
    }
    expect(server.emulator.stats.refreshes).toBe(0)
  })

  test("a server that is away is no answer: nobody is taken for signed out", async () => {
    const server = serving("oauth2")
    const { browser } = page(server)
    await server.signIn(browser)
    const works = browser.handler
    browser.handler = async () => new Response("<html>", { status: 502, headers: { "content-type": "text/html" } })
    const { session } = page(server, browser)
    session.subscribe(() => {})
    await server.clock.advance(5_000)
    expect(session.getSnapshot()).toMatchObject({ status: "restoring", degraded: "network" })
    browser.handler = works
    await server.clock.advance(MINUTE)
    expect(session.getSnapshot().status).toBe("active")
  })

  test.each<[string, object, number, string]>([
    ["idle", { idleTimeoutMs: 20 * MINUTE }, 20 * MINUTE, "idle"],
    ["too old", { maxAgeMs: 20 * MINUTE }, 20 * MINUTE, "maxAge"],
  ])("ends by name when the server's session is %s", async (_, limits, ms, reason) => {
    const server = serving("commerce-engine", limits)
    const { session } = page(server)
    await session.login(server.emulator.credentials)
    await server.clock.advance(ms)
    await expect(session.fetch("/resource")).rejects.toThrow(SessionEndedError)
    expect(session.getSnapshot()).toMatchObject({ status: "loggedOut", reason })
  })

  test("ends when the provider has ended the session", async () => {
    const server = serving("commerce-engine")
    const { session } = page(server)
    await session.login(server.emulator.credentials)
    server.emulator.revokeSession()
    await expect(session.fetch("/resource")).rejects.toThrow(SessionEndedError)
    expect(session.getSnapshot()).toMatchObject({ status: "loggedOut", reason: "sessionEnded" })
  })

  test("S31 a second tab that still shows the old user ends, and does nothing as the new one", async () => {
    const server = serving("commerce-engine")
    const { session: old, browser } = page(server)
    await old.login(server.emulator.users[0])
    const { session: fresh } = page(server, browser)
    await fresh.login(server.emulator.users[1])
    const before = server.emulator.stats.requests
    await expect(old.fetch("/resource")).rejects.toThrow(SessionEndedError)
    expect(old.getSnapshot()).toMatchObject({ status: "loggedOut", reason: "sessionEnded" })
    expect(server.emulator.stats.requests).toBe(before)
    expect((await fresh.fetch("/resource")).status).toBe(200)
  })

  test("shows what a server rendered, from the first moment on", async () => {
    const server = serving("oauth2")
    const { browser } = page(server)
    await server.signIn(browser)
    const initial = await server.handler.session(browser.request("/"))
    const session = stopped(createSession({ provider: bff({ url: `${ORIGIN}/auth` }), clock: server.clock, initial: initial! }))
    expect(session.getSnapshot()).toMatchObject({ authenticated: true, sid: initial!.sid })
  })

  test("wants to know where the handler is", () => {
    expect(() => bff({ url: "/auth" })).toThrow('bff: option "url" must be an absolute https URL')
    vi.stubGlobal("location", new URL("https://shop.example/cart"))
    expect(bff({ url: "/auth" }).origins).toEqual(["https://shop.example/auth"])
  })
})
