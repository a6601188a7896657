import { describe, expect, test } from "vitest"
import { ConfigurationError } from "../../src/index.ts"
import { createSessionHandler } from "../../src/server/index.ts"
import { memoryStore } from "../../src/stores/memory.ts"
import type { ManualClock } from "../../src/testing/index.ts"
import { PROVIDERS } from "../session/setting.ts"
import { Browser, KEY, ORIGIN, serving } from "./serving.ts"

const MINUTE = 60_000

describe.each(PROVIDERS)("a session at %s, kept on the server", (name) => {
  test("lives through login, requests, expiry, a 401 and logout, and the browser never sees a token", async () => {
    const { clock, emulator, browser, signIn } = serving(name)
    const page = browser()
    const seen: Response[] = [await signIn(page)]
    seen.push(await page.get("/auth/api/resource"))
    await clock.advance(16 * MINUTE)
    seen.push(await page.get("/auth/api/resource"))
    emulator.revokeAccessToken()
    seen.push(await page.get("/auth/api/resource"))
    expect(seen.slice(1).map(({ status }) => status)).toEqual([200, 200, 200])
    expect(emulator.stats.refreshes).toBe(2)
    seen.push(await page.post("/auth/refresh"))
    expect(seen.at(-1)!.status).toBe(200)
    expect(emulator.stats.refreshes).toBe(3)
    seen.push(await page.get("/auth/session"))
    expect(await seen.at(-1)!.clone().json()).toMatchObject({ session: { generation: 4 } })
    seen.push(await page.post("/auth/logout"))
    seen.push(await page.get("/auth/api/resource"), await page.get("/auth/session"))
    expect(seen.slice(-2).map(({ status }) => status)).toEqual([401, 204])
    expect(emulator.stats.reused).toBe(0)
    const secrets = [
      ...emulator.ledger.accessTokens.map(({ token }) => token),
      ...emulator.ledger.refreshCredentials.map(({ credential }) => credential),
    ]
    const told = await Promise.all(seen.map(async (response) => [...response.headers].join() + (await response.text())))
    for (const secret of secrets) expect(told.join("\n")).not.toContain(secret)
  })

  test("rests sealed: the store holds no token and nothing of the user but the id", async () => {
    const store = memoryStore()
    const { emulator, browser, signIn, clock } = serving(name, { store })
    const page = browser()
    await signIn(page)
    const [id] = page.cookies.values()
    const record = JSON.stringify(await store.slot(id!).connect({ holder: "thief", clock }).read())
    expect(record).toContain('"generation":1')
    for (const { token } of emulator.ledger.accessTokens) expect(record).not.toContain(token)
    for (const { credential } of emulator.ledger.refreshCredentials) expect(record).not.toContain(credential)
    expect(record).not.toContain("@")
  })
})

describe("the cookie", () => {
  test("is opaque, HttpOnly, Secure, of this host only, and new at every login", async () => {
    const { browser, signIn } = serving("commerce-engine")
    const page = browser()
    const first = await signIn(page)
    expect(first.headers.get("set-cookie")).toMatch(/^__Host-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure$/)
    const before = [...page.cookies.values()]
    await signIn(page)
    expect([...page.cookies.values()]).not.toEqual(before)
  })

  test("that an attacker planted before the login is worth nothing after it", async () => {
    const { browser, signIn, handler } = serving("commerce-engine")
    const [victim, attacker] = [browser(), browser()]
    await signIn(attacker, 1)
    for (const [name, value] of attacker.cookies) victim.cookies.set(name, value)
    await signIn(victim, 0)
    await handler.close()
    expect((await attacker.get("/auth/session")).status).toBe(204)
  })

  test("of another session, sent by hand, is none of ours unless it has our form", async () => {
    const { browser } = serving("vault")
    const page = browser()
    page.cookies.set("__Host-session", "../../etc/passwd")
    expect((await page.get("/auth/session")).status).toBe(204)
    page.cookies.set("__Host-session", "A".repeat(43))
    expect((await page.get("/auth/api/resource")).status).toBe(401)
  })

  test("opens nothing when the session is over; only a logout takes it from the browser", async () => {
    const { emulator, browser, signIn } = serving("unisouk")
    const page = browser()
    await signIn(page)
    emulator.suspendUser()
    const refused = await page.post("/auth/refresh")
    expect(refused.status).toBe(401)
    expect(await refused.json()).toEqual({ error: "session_ended", reason: "accountSuspended" })
    expect(refused.headers.getSetCookie()).toEqual([])
    expect([(await page.get("/auth/api/resource")).status, (await page.get("/auth/session")).status]).toEqual([401, 204])
    await page.post("/auth/logout")
    expect(page.cookies.size).toBe(0)
  })
})

describe("other sites", () => {
  test.each<[string, RequestInit, number]>([
    ["a form of another site", { headers: { "x-sessionchart": "", origin: "https://evil.example", "sec-fetch-site": "cross-site" } }, 403],
    ["a script of another site", { headers: { origin: "https://evil.example", "sec-fetch-site": "cross-site" } }, 403],
    ["a script of another site, in a browser that says nothing of sites", { headers: { origin: "https://evil.example" } }, 403],
    ["a page of a sister domain", { headers: { "sec-fetch-site": "same-site" } }, 403],
    ["a page of ours", {}, 200],
  ])("%s gets %s", async (_, init, status) => {
    const { browser, signIn } = serving("vault")
    const page = browser()
    await signIn(page)
    expect((await page.post("/auth/refresh", undefined, init)).status).toBe(status)
  })

  test("an image cannot use the API: the header is missing", async () => {
    const { handler, browser, signIn } = serving("vault")
    const page = browser()
    await signIn(page)
    const cookie = page.request("/").headers.get("cookie")!
    const image = await handler(new Request(`${ORIGIN}/auth/api/resource`, { headers: { cookie, "sec-fetch-site": "same-origin" } }))
    expect(image.status).toBe(403)
    expect(await image.json()).toMatchObject({ error: "csrf" })
  })
})

describe("the API behind it", () => {
  test("gets the credential, the method, the query and the body, and none of the browser's cookies", async () => {
    const sent: Request[] = []
    const catching = serving("vault", {
      fetch: async (input, init) => {
        sent.push(new Request(input, init))
        return Response.json({ fine: true }, { headers: { "set-cookie": "upstream=1", "x-own": "1", connection: "x-own, keep-alive" } })
      },
    })
    const other = catching.browser()
    await catching.signIn(other)
    const response = await other.post("/auth/api/orders/7?page=2", { more: "books" }, { headers: { "x-own": "2", te: "trailers" } })
    expect(response.headers.get("set-cookie")).toBeNull()
    expect(response.headers.get("x-own")).toBeNull()
    expect(response.headers.get("cache-control")).toBe("no-store")
    const [{ method, url, headers }] = sent as [Request]
    expect([method, url, await sent[0]!.text()]).toEqual(["POST", `${catching.emulator.url}/orders/7?page=2`, '{"more":"books"}'])
    expect(headers.get("authorization")).toMatch(/^Bearer (?!sid)/)
    expect([headers.get("cookie"), headers.get("x-sessionchart"), headers.get("te"), headers.get("x-own")]).toEqual([null, null, null, "2"])
  })

  test("is asked by the handler, not by a page: it hears nothing of the browser's origin, page, or decoders", async () => {
    const sent: Headers[] = []
    const { browser, signIn } = serving("vault", {
      fetch: async (input, init) => {
        sent.push(new Request(input, init).headers)
        return new Response("fine")
      },
    })
    const page = browser()
    await signIn(page)
    const said = {
      referer: `${ORIGIN}/secret/page`,
      "sec-fetch-mode": "cors",
      "sec-fetch-dest": "empty",
      "access-control-request-headers": "x-sessionchart",
      "accept-encoding": "zstd",
      "user-agent": "a browser",
      "accept-language": "de",
      "if-none-match": '"1"',
      "x-forwarded-for": "192.0.2.1",
    }
    expect((await page.get("/auth/api/orders", { headers: said })).status).toBe(200)
    expect(Object.fromEntries([...sent[0]!].filter(([name]) => name !== "authorization"))).toEqual({
      "user-agent": "a browser",
      "accept-language": "de",
      "if-none-match": '"1"',
      "x-forwarded-for": "192.0.2.1",
    })
  })

  test("sets nothing that is about the whole origin", async () => {
    const said = {
      "access-control-allow-origin": "https://evil.example",
      "access-control-allow-credentials": "true",
      "strict-transport-security": "max-age=1; includeSubDomains",
      "alt-svc": 'h3="evil.example:443"',
      nel: "{}",
      "report-to": "{}",
      "clear-site-data": '"*"',
      "set-cookie": "__Host-session=stolen; Path=/; Secure",
      etag: '"1"',
      "cache-control": "private, max-age=60",
      "content-type": "text/plain",
    }
    const { browser, signIn } = serving("vault", { fetch: async () => new Response("fine", { headers: said }) })
    const page = browser()
    await signIn(page)
    const cookies = [...page.cookies]
    const { headers } = await page.get("/auth/api/orders")
    expect(Object.fromEntries(headers)).toEqual({ etag: '"1"', "cache-control": "private, max-age=60", "content-type": "text/plain" })
    expect([...page.cookies]).toEqual(cookies)
  })

  test.each([
    "/auth/api/..%2fadmin",
    "/auth/api/%2e%2e%2fadmin",
    "/auth/api//evil.example/x",
    "/auth/api/%2f%2fevil.example",
    "/auth/api/..%5cadmin",
    "/auth/api/a%00b",
    "/auth/api/%252e%252e%252fadmin",
    "/auth/api/%",
  ])("is not left by %s", async (path) => {
    const { browser, signIn, emulator } = serving("vault")
    const page = browser()
    await signIn(page)
    const before = emulator.log.length
    expect((await page.get(path)).status).toBe(400)
    expect(emulator.log.length).toBe(before)
  })

  test.each(["/auth/api/caf%C3%A9", "/auth/api/100%25", "/auth/api/a.b/..c", "/auth/api/a%20b"])(
    "may have a path like %s",
    async (path) => {
      const seen: string[] = []
      const { browser, signIn } = serving("vault", {
        fetch: async (input) => {
          seen.push(new URL(input instanceof Request ? input.url : input).pathname)
          return new Response("fine")
        },
      })
      const page = browser()
      await signIn(page)
      expect((await page.get(path)).status).toBe(200)
      expect(seen).toEqual([path.replace("/auth/api", "")])
    },
  )

  test("a thousand requests that find the token revoked lead to one refresh, and all are answered", async () => {
    const { browser, signIn, emulator } = serving("commerce-engine")
    const page = browser()
    await signIn(page)
    emulator.revokeAccessToken()
    const answers = await Promise.all(Array.from({ length: 1_000 }, () => page.get("/auth/api/resource")))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(emulator.stats.refreshes).toBe(1)
    expect(emulator.stats.reused).toBe(0)
  })

  test("a 401 about a token that another process has renewed meanwhile is let go, and the new token is used", async () => {
    let [renew, cancelled] = [async () => {}, 0]
    const { browser, signIn, emulator, newHandler } = serving("commerce-engine", {
      fetch: async (input, init) => {
        const response = await emulator.fetch(input, init)
        if (response.status !== 401) return response
        await renew()
        return new Response(new ReadableStream({ cancel: () => void (cancelled += 1) }), { status: 401 })
      },
    })
    const page = browser()
    await signIn(page)
    const other = new Browser(newHandler({ fetch: emulator.fetch }))
    for (const [name, value] of page.cookies) other.cookies.set(name, value)
    emulator.revokeAccessToken()
    renew = async () => void (await other.post("/auth/refresh"))
    expect((await page.get("/auth/api/resource")).status).toBe(200)
    expect([emulator.stats.refreshes, cancelled]).toEqual([1, 1])
  })

  test("an endpoint that always answers 401 gets its 401 through, and makes no refresh after the first ones", async () => {
    const { browser, signIn, emulator, clock } = serving("vault")
    const page = browser()
    await signIn(page)
    emulator.fail({ on: "resource", with: 401, times: Infinity })
    for (let times = 0; times < 60; times++) {
      expect((await page.get("/auth/api/resource")).status).toBe(401)
      await clock.advance(1_000)
    }
    expect(emulator.stats.refreshes).toBeLessThanOrEqual(4)
  })

  test("a body that is too long to be kept goes through as a stream, and is not sent twice", async () => {
    const { browser, signIn, emulator, clock } = serving("vault", { maxReplayBytes: 10 })
    const page = browser()
    await signIn(page)
    emulator.revokeAccessToken()
    expect((await page.post("/auth/api/resource", { much: "more than ten bytes" })).status).toBe(401)
    expect(emulator.log.filter(({ on }) => on === "resource").length).toBe(1)
    await clock.settle()
    expect((await page.post("/auth/refresh")).status).toBe(200)
    expect((await page.post("/auth/api/resource", { much: "more than ten bytes" })).status).toBe(200)
  })

  test("a body over the limit is refused", async () => {
    const { browser, signIn } = serving("vault", { maxBodyBytes: 10 })
    const page = browser()
    await signIn(page)
    expect((await page.post("/auth/api/resource", { much: "more than ten bytes" })).status).toBe(413)
  })

  test("provider down: what has a good token goes on; what has none is told when to come back", async () => {
    const { browser, signIn, emulator, clock } = serving("vault", { maxWaitMs: 20_000 })
    const page = browser()
    await signIn(page)
    emulator.fail({ on: "refresh", with: 503, times: Infinity, retryAfter: 60 })
    expect((await page.get("/auth/api/resource")).status).toBe(200)
    await clock.advance(16 * MINUTE)
    const response = await meanwhile(clock, page.get("/auth/api/resource"))
    expect(response.status).toBe(503)
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(20)
    expect(await response.json()).toEqual({ error: "refresh_unavailable" })
    expect(page.cookies.size).toBe(1)
  })
})

describe("several pages and processes", () => {
  test("a page of the old user gets nothing of the new one", async () => {
    const { browser, signIn } = serving("commerce-engine")
    const page = browser()
    const first = (await (await signIn(page, 0)).json()) as { session: { sid: string; generation: number } }
    await signIn(page, 1)
    const stale = { authorization: `Bearer ${first.session.sid}.1` }
    const answer = await page.get("/auth/api/resource", { headers: stale })
    expect(answer.status).toBe(401)
    expect(await answer.json()).toMatchObject({ error: "session_replaced" })
    expect((await page.post("/auth/refresh", undefined, { headers: stale })).status).toBe(401)
    expect((await page.get("/auth/api/resource")).status).toBe(200)
  })

  test("two processes on one store refresh once", async () => {
    const { browser, signIn, emulator, newHandler, clock } = serving("commerce-engine")
    const page = browser()
    await signIn(page)
    await clock.advance(16 * MINUTE)
    const second = new Browser(newHandler())
    for (const [name, value] of page.cookies) second.cookies.set(name, value)
    const answers = await Promise.all([page, second].flatMap((each) => Array.from({ length: 20 }, () => each.get("/auth/api/resource"))))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(emulator.stats.refreshes).toBe(1)
    expect(emulator.stats.reused).toBe(0)
  })

  test("a page that asks for a refresh that another one has had is told of it, and nothing is refreshed again", async () => {
    const { browser, signIn, emulator } = serving("commerce-engine")
    const page = browser()
    const { session } = (await (await signIn(page)).json()) as { session: { sid: string; generation: number } }
    const mark = { authorization: `Bearer ${session.sid}.1` }
    await page.post("/auth/refresh", undefined, { headers: mark })
    const again = await page.post("/auth/refresh", undefined, { headers: mark })
    expect(await again.json()).toMatchObject({ session: { sid: session.sid, generation: 2 } })
    expect(emulator.stats.refreshes).toBe(1)
  })

  test("keys can be changed: an old one opens, the new one seals, and without it nobody is signed in", async () => {
    const { browser, signIn, newHandler } = serving("vault", { keys: [KEY] })
    const page = browser()
    await signIn(page)
    const newer = "a newer key of the tests, and nothing else"
    page.handler = newHandler({ keys: [newer, KEY] })
    expect((await page.get("/auth/api/resource")).status).toBe(200)
    await page.post("/auth/refresh")
    page.handler = newHandler({ keys: [newer] })
    expect((await page.get("/auth/api/resource")).status).toBe(200)
    page.handler = newHandler({ keys: [KEY] })
    expect((await page.get("/auth/api/resource")).status).toBe(401)
  })
})

describe("S24 limits", () => {
  test("an idle session ends, and says so", async () => {
    const { browser, signIn, emulator, clock, handler } = serving("oauth2", { idleTimeoutMs: 10 * MINUTE })
    const page = browser()
    await signIn(page)
    for (let times = 0; times < 3; times++) {
      await clock.advance(9 * MINUTE)
      expect((await page.get("/auth/api/resource")).status).toBe(200)
    }
    await clock.advance(10 * MINUTE)
    const over = await page.get("/auth/api/resource")
    expect(over.status).toBe(401)
    expect(await over.json()).toEqual({ error: "session_ended", reason: "idle" })
    await handler.close()
    expect(emulator.stats.logouts).toBe(1)
  })

  test("one that is too old ends, though it is used", async () => {
    const { browser, signIn, clock } = serving("vault", { maxAgeMs: 20 * MINUTE })
    const page = browser()
    await signIn(page)
    await clock.advance(19 * MINUTE)
    expect((await page.get("/auth/api/resource")).status).toBe(200)
    await clock.advance(MINUTE)
    expect((await page.get("/auth/session")).status).toBe(204)
    expect((await page.get("/auth/api/resource")).status).toBe(401)
  })
})

describe("a callback of an OAuth client", () => {
  test("begins a session and sends the browser on", async () => {
    const { handler, browser, emulator } = serving("oauth2")
    const page = browser()
    const response = page.take(await handler.accept(page.request("/callback?code=1"), await emulator.mint(), { redirectTo: "/welcome" }))
    expect([response.status, response.headers.get("location")]).toEqual([303, "/welcome"])
    expect((await page.get("/auth/api/resource")).status).toBe(200)
    expect(await handler.session(page.request("/"))).toMatchObject({ generation: 1, sid: expect.stringMatching(/^[\w-]{22}$/) as string })
  })

  test.each(["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"])(
    "never sends it to %s",
    async (redirectTo) => {
      const { handler, browser, emulator } = serving("oauth2")
      await expect(handler.accept(browser().request("/callback"), await emulator.mint(), { redirectTo })).rejects.toThrow(
        ConfigurationError,
      )
    },
  )

  test("hands the errors of wrong tokens to whoever called", async () => {
    const { handler, browser } = serving("oauth2")
    await expect(handler.accept(browser().request("/callback"), Response.json({ no: "token" }))).rejects.toThrow("session.accept")
  })
})

describe("wrong requests", () => {
  test.each<[string, string, RequestInit, number]>([
    ["another path", "/elsewhere", {}, 404],
    ["a path that only begins alike", "/authentic/session", {}, 404],
    ["no such route", "/auth/me", {}, 404],
    ["another method", "/auth/login", {}, 405],
    ["a body that is no JSON", "/auth/login", { method: "POST", body: "{" }, 400],
    ["credentials over the limit", "/auth/login", { method: "POST", body: `"${"x".repeat(20_000)}"` }, 413],
    ["nobody's refresh", "/auth/refresh", { method: "POST" }, 401],
    ["nobody's logout", "/auth/logout", { method: "POST" }, 200],
  ])("%s", async (_, path, init, status) => {
    const { browser } = serving("commerce-engine")
    expect((await browser().send(path, init)).status).toBe(status)
  })

  test("wrong credentials are refused, and nobody is signed in", async () => {
    const { browser, emulator } = serving("commerce-engine")
    const page = browser()
    const refused = await page.post("/auth/login", { ...emulator.credentials!, password: "wrong" })
    expect([refused.status, await refused.json()]).toEqual([401, { error: "login_refused" }])
    expect(page.cookies.size).toBe(0)
  })
})

describe("wrong options", () => {
  test.each<[object, string]>([
    [{ keys: [] }, 'option "keys" must have one key at least'],
    [{ keys: ["short"] }, 'option "keys.0" must be random texts of 32 characters at least'],
    [{ origin: "https://shop.example/path" }, 'option "origin" must be an origin'],
    [{ upstream: "http://api.example" }, 'option "upstream" must be an absolute https URL'],
    [{ basePath: "auth/" }, 'option "basePath" must be a path'],
    [{ provider: {} }, 'option "provider" must be a provider'],
    [{ store: {} }, 'option "store" must be a store for many sessions'],
    [{ cookie: { sameSite: "None" } }, 'option "cookie.sameSite" must be "Lax" or "Strict"'],
    [{ secrets: [KEY] }, 'there is no option "secrets"'],
  ])("%j: %s", (wrong, message) => {
    const { provider } = { provider: { id: "p", rules: {}, refresh() {}, origins: [] } }
    expect(() =>
      createSessionHandler({ provider, upstream: "https://api.example", origin: ORIGIN, keys: [KEY], ...wrong } as never),
    ).toThrow(message)
  })

  test("a cookie without Secure is for loopback only", () => {
    const provider = { id: "p", rules: {}, refresh() {}, origins: [] }
    const options = { provider, upstream: "https://api.example", keys: [KEY], cookie: { secure: false } }
    expect(() => createSessionHandler({ ...options, origin: ORIGIN } as never)).toThrow('"cookie.secure" may be false only')
    expect(() => createSessionHandler({ ...options, origin: "http://localhost:3000" } as never)).not.toThrow()
  })
})

test("a request asks the store for its slot once, which is where its key is hashed", async () => {
  const inside = memoryStore()
  const asked: string[] = []
  const slot = (key: string) => {
    asked.push(key)
    return inside.slot(key)
  }
  const { browser, signIn, clock } = serving("commerce-engine", { store: { ...inside, slot }, idleTimeoutMs: 60 * MINUTE })
  const page = browser()
  const slotsOf = async (act: () => Promise<Response>) => {
    asked.length = 0
    expect((await act()).status).toBe(200)
    return asked.length
  }
  expect(await slotsOf(() => signIn(page))).toBe(1)
  expect(await slotsOf(() => page.get("/auth/api/resource"))).toBe(1)
  expect(await slotsOf(() => page.get("/auth/session"))).toBe(1)
  expect(await slotsOf(() => page.post("/auth/refresh"))).toBe(1)
  await clock.advance(16 * MINUTE)
  expect(await slotsOf(() => page.get("/auth/api/resource"))).toBe(1)
  expect(await slotsOf(() => page.post("/auth/logout"))).toBe(1)
})

test("at rest a session costs the process nothing: no timer, no session object", async () => {
  const { browser, signIn, clock, emulator } = serving("vault")
  for (let number = 0; number < 100; number++) {
    const page = browser()
    await signIn(page)
    await page.get("/auth/api/resource")
  }
  await clock.settle()
  expect(clock.pending).toBe(0)
  expect(emulator.stats.logins).toBe(100)
})

/** Lets time pass until an answer is there. Unsealing takes real time, of which a manual clock knows nothing. */
async function meanwhile<Result>(clock: ManualClock, work: Promise<Result>): Promise<Result> {
  let isDone = false
  void work.finally(() => (isDone = true))
  while (!isDone) {
    await new Promise(setImmediate)
    await clock.advance(20)
  }
  return work
}
