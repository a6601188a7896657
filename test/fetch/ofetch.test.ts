import { inspect } from "node:util"
import { FetchError, type FetchContext, type FetchOptions } from "ofetch"
import { describe, expect, expectTypeOf, test, vi } from "vitest"
import { createSession } from "../../src/index.ts"
import { createSessionFetch } from "../../src/ofetch.ts"
import { vault } from "../../src/providers/vault.ts"
import { createEmulator, manualClock } from "../../src/testing/index.ts"
import { bearers, door, refreshRequests, sentBy, signedIn, stopped, TOKEN } from "./signed-in.ts"

interface Echo {
  user: string
  method: string
  body: string
  path: string
}

async function withFetch(options?: FetchOptions, ...args: Parameters<typeof signedIn>) {
  const made = await signedIn(...args)
  return { ...made, $fetch: createSessionFetch(made.session, options) }
}

/** Everything that can be got out of a value by looking. */
function lookedInto(value: unknown): string {
  const names = typeof value === "object" && value !== null ? Object.getOwnPropertyNames(value) : []
  return [value, ...names.map((name) => (value as Record<string, unknown>)[name])]
    .map((part) => inspect(part, { depth: Infinity, showHidden: true, getters: true }))
    .join("\n")
}

describe("it is ofetch", () => {
  test("JSON is parsed, and typed", async () => {
    const { $fetch } = await withFetch()
    const echo = await $fetch<Echo>("/resource")
    expect(echo).toMatchObject({ method: "GET", path: "/resource" })
    expectTypeOf(echo).toEqualTypeOf<Echo>()
    expectTypeOf($fetch<Blob, "blob">("/resource", { responseType: "blob" })).resolves.toEqualTypeOf<Blob>()
  })

  test("query, body objects, methods and headers", async () => {
    const { emulator, $fetch } = await withFetch({ headers: { "x-default": "1", accept: "application/json" } })
    const echo = await $fetch<Echo>("/resource/a", {
      method: "post",
      query: { page: 2, q: "ü&" },
      body: { a: [1, null] },
      headers: { "X-Own": "2" },
    })
    expect(echo).toMatchObject({ method: "POST", path: "/resource/a?page=2&q=%C3%BC%26", body: '{"a":[1,null]}' })
    expect(emulator.log.at(-1)?.headers).toMatchObject({
      "x-default": "1",
      "x-own": "2",
      "content-type": "application/json",
      accept: "application/json",
    })
  })

  test("raw gives the response, with its data", async () => {
    const { $fetch } = await withFetch()
    const response = await $fetch.raw<Echo>("/resource")
    expect(response.status).toBe(200)
    expect(response._data?.path).toBe("/resource")
  })

  test("native is session.fetch", async () => {
    const { session, $fetch } = await withFetch()
    expect($fetch.native).toBe(session.fetch)
    expect(((await $fetch.native("/resource")) as Response).status).toBe(200)
  })

  test("create adds defaults to those that are there, and keeps the session", async () => {
    const { emulator, $fetch } = await withFetch({ headers: { "x-one": "1" }, query: { a: 1 } })
    const inner = $fetch.create({ query: { b: 2 } }).create({ method: "PUT" })
    expect(await inner<Echo>("/resource", { query: { c: 3 } })).toMatchObject({ method: "PUT", path: "/resource?b=2&c=3" })
    expect(emulator.log.at(-1)?.headers).toMatchObject({ "x-one": "1" })
    expect(emulator.log.at(-1)?.credential).toBe(emulator.ledger.accessTokens[0]?.token)
  })

  test("a relative request goes to the session's baseURL; an option of that name comes before it", async () => {
    const sent = await sentBy({ baseURL: "https://api.example.com/v1", allowedOrigins: ["https://files.example.com"] })
    await createSessionFetch(sent.session)("/orders")
    await createSessionFetch(sent.session)("orders", { baseURL: "https://files.example.com/f" })
    await createSessionFetch(sent.session, { baseURL: "/v2" })("/orders")
    await createSessionFetch(sent.session, { baseURL: "/v2" })("https://files.example.com/x")
    expect(sent.sent.map(({ input }) => input)).toEqual([
      "https://api.example.com/v1/orders",
      "https://files.example.com/f/orders",
      "https://api.example.com/v1/v2/orders",
      expect.stringContaining("files.example.com/x"),
    ])
    expect(sent.authorizations().slice(0, 3)).toEqual([`Bearer ${TOKEN}`, `Bearer ${TOKEN}`, `Bearer ${TOKEN}`])
  })

  test("a baseURL of another origin gets no credential", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {})
    const sent = await sentBy({ baseURL: "https://api.example.com" })
    await createSessionFetch(sent.session, { baseURL: "https://evil.test" })("/orders")
    expect(sent.authorizations()).toEqual([null])
    expect(warn).toHaveBeenCalledTimes(1)
    warn.mockRestore()
  })

  test("responseType stream hands the body over unread", async () => {
    const { $fetch } = await withFetch()
    const stream = await $fetch<ReadableStream<Uint8Array>, "stream">("/resource", { responseType: "stream" })
    expect(await new Response(stream).json()).toMatchObject({ path: "/resource" })
  })

  test("a Request is taken, with its own headers and body", async () => {
    const { emulator, $fetch } = await withFetch()
    emulator.revokeAccessToken()
    const request = new Request(`${emulator.url}/resource`, { method: "POST", body: "of the request", headers: { "x-one": "1" } })
    expect(await $fetch<Echo>(request)).toMatchObject({ method: "POST", body: "of the request" })
    expect(emulator.log.at(-1)?.headers).toMatchObject({ "x-one": "1" })
    expect(emulator.stats).toMatchObject({ refreshes: 1, requests: 1 })
  })

  test("its hooks run, once for each request, and see no token; what they set is sent", async () => {
    const seen: string[] = []
    const hook = (name: string) => (context: FetchContext) => {
      seen.push(name, lookedInto(context.options), lookedInto(context))
    }
    const { emulator, $fetch } = await withFetch({
      onRequest: [hook("request"), ({ options }) => options.headers.set("x-hook", "1")],
      onResponse: hook("response"),
      onResponseError: hook("error"),
    })
    emulator.revokeAccessToken()
    await $fetch("/resource")
    expect(seen.filter((_, at) => at % 3 === 0)).toEqual(["request", "response"])
    expect(emulator.log.filter(({ on }) => on === "resource").map(({ headers }) => headers["x-hook"])).toEqual(["1", "1"])
    emulator.fail({ on: "resource", with: 404 })
    await $fetch("/resource").catch(() => {})
    expect(seen.filter((_, at) => at % 3 === 0)).toEqual(["request", "response", "request", "response", "error"])
    for (const { token } of emulator.ledger.accessTokens) expect(seen.join()).not.toContain(token)
  })

  test("Headers that a hook shares between requests are not written into", async () => {
    const shared = new Headers({ "x-shared": "1" })
    const { emulator, $fetch } = await withFetch({
      onRequest: ({ options }) => {
        options.headers = shared
      },
    })
    const late = door()
    emulator.fail({ on: "resource", with: (_, answer) => late.opened.then(answer) })
    const first = $fetch("/resource")
    const second = $fetch("/resource")
    await second
    expect([...shared]).toEqual([["x-shared", "1"]])
    late.open()
    await first
    emulator.revokeAccessToken()
    await $fetch("/resource") // were the token in there, it would look like one of the caller's own
    expect(emulator.stats).toMatchObject({ refreshes: 1, requests: 3 })
  })

  test("an Authorization of the caller's own is respected: of a call, of the defaults, of a hook, of a Request", async () => {
    const sent = await sentBy({ baseURL: "https://api.example.com" }, () => new Response(null, { status: 401 }))
    const headers = { Authorization: "Basic mine" }
    const calls = [
      () => createSessionFetch(sent.session)("/a", { headers }),
      () => createSessionFetch(sent.session, { headers })("/a"),
      () => createSessionFetch(sent.session, { onRequest: ({ options }) => options.headers.set("authorization", "Basic mine") })("/a"),
      () => createSessionFetch(sent.session)(new Request("https://api.example.com/a", { headers })),
    ]
    for (const call of calls) await expect(call()).rejects.toMatchObject({ status: 401 })
    expect(sent.authorizations()).toEqual(calls.map(() => "Basic mine"))
    expect(sent.session.getSnapshot()).toMatchObject({ generation: 1, status: "active" })
  })

  test("timeout ends a wait for the refresh, with ofetch's own error", async () => {
    const { clock, emulator, session } = await signedIn({ keepAlive: "on-demand" })
    await clock.advance(900_000)
    emulator.fail({ on: "refresh", with: "hang" })
    const error = await createSessionFetch(session)("/resource", { timeout: 20, retry: 0 }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(FetchError)
    expect(error).toMatchObject({ cause: { name: "TimeoutError" } })
    expect(bearers(emulator)).toEqual([])
    await clock.advance(60_000)
  })

  test("a signal ends it, too", async () => {
    const { $fetch } = await withFetch()
    await expect($fetch("/resource", { signal: AbortSignal.abort() })).rejects.toMatchObject({ cause: { name: "AbortError" } })
  })
})

describe("401s and retries", () => {
  test("a dead token: refreshed once and sent again, unseen by ofetch's own retries", async () => {
    const { emulator, $fetch } = await withFetch({ retry: 3 })
    emulator.revokeAccessToken()
    expect(await $fetch<Echo>("/resource", { method: "POST", body: { a: 1 } })).toMatchObject({ body: '{"a":1}' })
    expect(emulator.stats).toMatchObject({ refreshes: 1, unauthorized: 1, requests: 1 })
  })

  test("a hundred at once: one refresh", async () => {
    const { emulator, $fetch } = await withFetch()
    emulator.revokeAccessToken()
    const all = await Promise.all(Array.from({ length: 100 }, (_, at) => $fetch<Echo>(`/resource/${at}`)))
    expect(all.map(({ path }) => path)).toEqual(Array.from({ length: 100 }, (_, at) => `/resource/${at}`))
    expect(emulator.stats).toMatchObject({ refreshes: 1, requests: 100 })
  })

  test("a retry after a 503 of the resource carries the credential that is current by then", async () => {
    const { emulator, session, $fetch } = await withFetch({ retry: 2, retryDelay: 0 })
    emulator.fail({
      on: "resource",
      with: async () => {
        await session.refresh()
        return new Response(null, { status: 503 })
      },
    })
    expect(await $fetch<Echo>("/resource")).toMatchObject({ path: "/resource" })
    const [first, second] = bearers(emulator)
    expect(second).toBe(emulator.ledger.accessTokens[1]?.token)
    expect(first).toBe(emulator.ledger.accessTokens[0]?.token)
    expect(emulator.stats).toMatchObject({ refreshes: 1, unauthorized: 0 })
  })

  test("503s that stay are retried as often as ofetch says, and end in its FetchError", async () => {
    const { emulator, $fetch } = await withFetch({ retry: 2 })
    emulator.fail({ on: "resource", with: 503, times: Infinity })
    const error = await $fetch("/resource").catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(FetchError)
    expect(error).toMatchObject({ name: "FetchError", status: 503, request: "/resource" })
    expect(bearers(emulator)).toHaveLength(3)
  })

  test("a 401 that stays is a FetchError with its data", async () => {
    const { emulator, $fetch } = await withFetch()
    emulator.fail({ on: "resource", with: { status: 401, body: { message: "not you" } }, times: Infinity })
    const error = await $fetch("/resource").catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(FetchError)
    expect(error).toMatchObject({ status: 401, data: { message: "not you" } })
    expect(emulator.log.map(({ on }) => on)).toEqual(["resource", "refresh", "resource"])
  })

  test("ignoreResponseError hands it over instead", async () => {
    const { emulator, $fetch } = await withFetch({ ignoreResponseError: true })
    emulator.fail({ on: "resource", with: { status: 401, body: { message: "not you" } }, times: 2 })
    expect(await $fetch("/resource")).toEqual({ message: "not you" })
  })
})

describe("session errors come through as they are, and are not retried", () => {
  test.each(["call", "raw", "create"])("%s: the same object that session.fetch was rejected with", async (how) => {
    const { emulator, session, clock } = await signedIn({ keepAlive: "on-demand" })
    await clock.advance(900_000)
    emulator.fail({ on: "refresh", with: { status: 403, html: true } })
    await session.refresh().catch(() => {})
    const $fetch = createSessionFetch(session, { retry: 5, retryDelay: 0 })
    const call = () => (how === "call" ? $fetch("/resource") : how === "raw" ? $fetch.raw("/resource") : $fetch.create({})("/resource"))
    await expect(call()).rejects.toBe(session.getSnapshot().error)
    expect(refreshRequests(emulator)).toBe(1)
  })

  test.each([
    [
      "NotAuthenticatedError",
      async () => {
        const clock = manualClock()
        const emulator = createEmulator("vault", { clock })
        return stopped(createSession({ provider: vault(emulator.options), baseURL: emulator.url, clock, fetch: emulator.fetch }))
      },
    ],
    [
      "SessionEndedError",
      async () => {
        const { session } = await signedIn()
        await session.logout()
        return session
      },
    ],
    ["ConfigurationError", async () => (await sentBy()).session],
  ] as const)("%s, after one call of session.fetch", async (name, made) => {
    const session = await made()
    const calls: unknown[] = []
    const counting = {
      fetch: (...args: Parameters<typeof session.fetch>) => {
        calls.push(args)
        return session.fetch(...args)
      },
    }
    const $fetch = createSessionFetch(counting, { retry: 5, retryDelay: 0 })
    await expect($fetch("/resource")).rejects.toMatchObject({ name })
    await expect($fetch("/resource", { method: "POST", body: {}, retry: 3 })).rejects.toMatchObject({ name })
    expect(calls).toHaveLength(2)
  })

  test("NotReplayableError for a stream", async () => {
    const { emulator, $fetch } = await withFetch({ retry: 3 })
    emulator.revokeAccessToken()
    const upload = $fetch("/resource", { method: "POST", body: new Blob(["x"]).stream() })
    await expect(upload).rejects.toMatchObject({ name: "NotReplayableError" })
    expect(bearers(emulator)).toHaveLength(1)
  })

  test("RefreshUnavailableError after maxWaitMs, without another wait", async () => {
    const { clock, emulator, session } = await signedIn({ keepAlive: "on-demand", maxWaitMs: 5_000 })
    await clock.advance(900_000)
    emulator.fail({ on: "refresh", with: 503, times: Infinity })
    const error = createSessionFetch(session, { retry: 3 })("/resource").catch((thrown: unknown) => thrown)
    await clock.advance(5_000)
    expect(await error).toMatchObject({ name: "RefreshUnavailableError" })
  })

  test("an option to retry that the caller shares between calls is not written into", async () => {
    const { session } = await sentBy()
    const options = Object.freeze({ retry: 2 })
    await expect(createSessionFetch(session)("/resource", options)).rejects.toMatchObject({ code: "configuration" })
    expect(options.retry).toBe(2)
  })
})

describe("S19: no token in what ofetch throws", () => {
  test.each([
    ["a refused answer", 404],
    ["a fault", 503],
    ["a 401", 401],
    ["a dead network", "network"],
    ["no JSON", "garbage"],
  ] as const)("S19: %s", async (_, fault) => {
    const { emulator, session, $fetch } = await withFetch({ retry: 1, headers: { "x-one": "1" } })
    emulator.fail({ on: "resource", with: fault, times: Infinity })
    const call = $fetch("/resource", { method: "POST", body: { a: 1 }, parseResponse: JSON.parse })
    const error = await call.catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(Error)
    const seen = lookedInto(error) + lookedInto((error as Error).cause)
    if (fault !== "garbage") expect(seen).toContain("x-one") // we did look into the headers
    expect(seen).not.toMatch(/bearer/i)
    for (const { token } of emulator.ledger.accessTokens) expect(seen).not.toContain(token)
    for (const { credential } of emulator.ledger.refreshCredentials) expect(seen).not.toContain(credential)
    expect(session.getSnapshot().authenticated).toBe(true)
  })
})
