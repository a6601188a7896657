import { afterEach, describe, expect, test, vi } from "vitest"
import type { SessionFetchInit } from "../../src/index.ts"
import { sentBy, TOKEN } from "./signed-in.ts"

const baseURL = "https://api.example.com"
const ours = `Bearer ${TOKEN}`

/** The headers that went out, as `fetch` would read them. */
async function headersOf(input: string | Request, init?: SessionFetchInit): Promise<Record<string, string>> {
  const { sent, session } = await sentBy({ baseURL })
  await session.fetch(input, init)
  return Object.fromEntries(new Request(sent[0]!.input, sent[0]!.init).headers)
}

describe("the caller's headers are kept in every form", () => {
  const forms: [string, () => HeadersInit][] = [
    ["a plain object", () => ({ "X-One": "1", accept: "text/plain" })],
    ["an object without a prototype", () => Object.assign(Object.create(null) as HeadersInit, { "X-One": "1", accept: "text/plain" })],
    [
      "pairs",
      () => [
        ["X-One", "1"],
        ["accept", "text/plain"],
      ],
    ],
    ["Headers", () => new Headers({ "X-One": "1", accept: "text/plain" })],
    [
      "a Map",
      () =>
        new Map([
          ["X-One", "1"],
          ["accept", "text/plain"],
        ]) as unknown as HeadersInit,
    ],
    [
      "Headers of a polyfill",
      () => {
        const inner = new Headers({ "X-One": "1", accept: "text/plain" })
        return { get: (name: string) => inner.get(name), [Symbol.iterator]: () => inner[Symbol.iterator]() } as unknown as HeadersInit
      },
    ],
  ]

  test.each(forms)("%s", async (_, form) => {
    expect(await headersOf("/a", { headers: form() })).toEqual({ "x-one": "1", accept: "text/plain", authorization: ours })
  })

  test("no headers at all", async () => {
    expect(await headersOf("/a")).toEqual({ authorization: ours })
    expect(await headersOf("/a", { method: "GET" })).toEqual({ authorization: ours })
  })

  test("pairs of the same name go out joined", async () => {
    expect(
      await headersOf("/a", {
        headers: [
          ["x", "1"],
          ["x", "2"],
        ],
      }),
    ).toEqual({ x: "1, 2", authorization: ours })
  })

  test("a Request's headers are kept, its content type among them", async () => {
    const request = new Request(`${baseURL}/a`, { method: "POST", body: new URLSearchParams({ a: "1" }), headers: { "x-one": "1" } })
    const { "content-type": type, ...rest } = await headersOf(request)
    expect(type).toMatch(/^application\/x-www-form-urlencoded/)
    expect(rest).toEqual({ "x-one": "1", authorization: ours })
  })

  test("an init's headers take the place of the Request's, as with fetch", async () => {
    const request = new Request(`${baseURL}/a`, { headers: { "x-one": "1" } })
    expect(await headersOf(request, { headers: { "x-two": "2" } })).toEqual({ "x-two": "2", authorization: ours })
  })

  test("nothing that the caller gave is written into", async () => {
    const { session } = await sentBy({ baseURL })
    const plain = Object.freeze({ "x-one": "1" })
    const pairs = Object.freeze([Object.freeze(["x-one", "1"])]) as unknown as [string, string][]
    const headers = new Headers({ "x-one": "1" })
    const request = new Request(`${baseURL}/a`)
    for (const init of [{ headers: plain }, { headers: pairs }, { headers }]) await session.fetch("/a", Object.freeze(init))
    await session.fetch(request)
    expect([...headers]).toEqual([["x-one", "1"]])
    expect([...request.headers]).toEqual([])
  })

  test("whatever else is in an init, or in a Request, goes out as it is", async () => {
    const { sent, session } = await sentBy({ baseURL })
    const given = {
      method: "PATCH",
      credentials: "omit",
      cache: "no-store",
      redirect: "manual",
      referrer: "",
      referrerPolicy: "no-referrer",
      integrity: "sha256-x",
      mode: "cors",
    } as const
    const request = new Request(`${baseURL}/a`, { ...given, body: "x" })
    await session.fetch(request)
    await session.fetch("/a", { method: "PATCH", credentials: "omit", redirect: "manual", referrerPolicy: "no-referrer" })
    const [first, second] = sent.map(({ input, init }) => new Request(input, init))
    expect(first).toMatchObject(given)
    expect(await first?.text()).toBe("x")
    expect(second).toMatchObject({ method: "PATCH", credentials: "omit", redirect: "manual", referrerPolicy: "no-referrer" })
  })

  test("an init may change the referrer of its Request", async () => {
    const { sent, session } = await sentBy({ baseURL })
    await session.fetch(new Request(`${baseURL}/a`, { referrerPolicy: "no-referrer" }), { referrerPolicy: "origin" })
    expect(new Request(sent[0]!.input, sent[0]!.init).referrerPolicy).toBe("origin")
  })
})

describe("an Authorization of the caller's own is left alone", () => {
  const names = ["authorization", "Authorization", "AUTHORIZATION", "aUthorization"]
  const forms: [string, (name: string) => SessionFetchInit][] = [
    ["a plain object", (name) => ({ headers: { accept: "*/*", [name]: "Basic mine" } })],
    [
      "pairs",
      (name) => ({
        headers: [
          ["accept", "*/*"],
          [name, "Basic mine"],
        ],
      }),
    ],
    ["Headers", (name) => ({ headers: new Headers([[name, "Basic mine"]]) })],
    ["a Map", (name) => ({ headers: new Map([[name, "Basic mine"]]) as unknown as HeadersInit })],
  ]

  test.each(forms.flatMap(([form, make]) => names.map((name) => [form, name, make] as const)))("%s: %s", async (_, name, make) => {
    const { sent, session, authorizations } = await sentBy({ baseURL }, () => new Response(null, { status: 401 }))
    expect((await session.fetch("/a", make(name))).status).toBe(401)
    expect(authorizations()).toEqual(["Basic mine"])
    expect(sent).toHaveLength(1)
    expect(session.getSnapshot()).toMatchObject({ status: "active", generation: 1 })
  })

  test("in a Request", async () => {
    const { session, authorizations } = await sentBy({ baseURL })
    await session.fetch(new Request(`${baseURL}/a`, { headers: { Authorization: "Basic mine" } }))
    expect(authorizations()).toEqual(["Basic mine"])
  })

  test("an init's headers without one, over a Request with one, get ours: the Request's are gone, as with fetch", async () => {
    const { session, authorizations } = await sentBy({ baseURL })
    await session.fetch(new Request(`${baseURL}/a`, { headers: { Authorization: "Basic mine" } }), { headers: { accept: "*/*" } })
    expect(authorizations()).toEqual([ours])
  })

  test("it goes out even when nobody is signed in", async () => {
    const { session, authorizations } = await sentBy({ baseURL })
    await session.logout()
    await session.fetch("/a", { headers: { authorization: "Basic mine" } })
    expect(authorizations()).toEqual(["Basic mine"])
  })

  test("a name that is only as long, or only begins so, is not one", async () => {
    expect(await headersOf("/a", { headers: { "x-thirteen-ok": "1", "authorization-x": "2", "x-authorization": "3" } })).toEqual({
      "x-thirteen-ok": "1",
      "authorization-x": "2",
      "x-authorization": "3",
      authorization: ours,
    })
  })

  test.each([[[["only one"]]], [{ "in valid": "1" }]])("headers that are none are refused as fetch refuses them: %j", async (headers) => {
    const { session } = await sentBy({ baseURL, fetch: (input, init) => Promise.resolve(new Response(new Request(input, init).url)) })
    await expect(session.fetch("/a", { headers: headers as HeadersInit })).rejects.toBeInstanceOf(TypeError)
  })
})

describe("the fast path, counted", () => {
  afterEach(() => vi.unstubAllGlobals())

  async function inspected() {
    const events: string[] = []
    const made = await sentBy({
      baseURL,
      inspect: (event) => {
        if (event.type === "@xstate.event") events.push(event.event.type)
      },
    })
    return { ...made, events }
  }

  test("a usable credential: no event reaches the chart, not even in parallel", async () => {
    const { events, sent, session } = await inspected()
    const before = events.length
    await Promise.all(Array.from({ length: 100 }, (_, at) => session.fetch(`/a/${at}`)))
    expect(sent).toHaveLength(100)
    expect(events.slice(before)).toEqual([])
  })

  test("in the lead time use is told once, and not again while nothing comes of it", async () => {
    const { clock, events, session } = await inspected()
    await clock.advance(845_000)
    expect(session.getSnapshot()).toMatchObject({ status: "expiring", usable: true })
    const before = events.length
    for (let times = 0; times < 10; times++) await session.fetch("/a")
    expect(events.slice(before).filter((type) => type === "session.used")).toEqual(["session.used"])
  })

  test.each([{ keepAlive: "on-demand" as const }, { tokens: { accessToken: TOKEN } }])(
    "in the lead time nothing is told where nothing can come of it: %j",
    async ({ keepAlive, tokens }) => {
      const events: string[] = []
      const { clock, session } = await sentBy({
        baseURL,
        ...(keepAlive && { keepAlive }),
        inspect: (event) => {
          if (event.type === "@xstate.event") events.push(event.event.type)
        },
      })
      if (tokens) await session.accept({ ...tokens, expiresAt: clock.now() + 900_000 })
      await clock.advance(845_000)
      expect(session.getSnapshot()).toMatchObject({ status: "expiring", usable: true })
      const before = events.length
      for (let times = 0; times < 10; times++) await session.fetch("/a")
      expect(events.slice(before)).toEqual([])
    },
  )

  test("plain headers, or none, are not copied into a Headers", async () => {
    const answers = Array.from({ length: 3 }, () => new Response())
    const { session } = await sentBy({ baseURL }, (at) => answers[at - 1]!)
    let made = 0
    vi.stubGlobal(
      "Headers",
      class extends Headers {
        constructor(init?: HeadersInit) {
          super(init)
          made++
        }
      },
    )
    await session.fetch("/a")
    await session.fetch("/a", { headers: {} })
    await session.fetch("/a", { headers: { accept: "*/*", "x-one": "1" }, method: "POST", body: "x" })
    expect(made).toBe(0)
  })

  test("no URL is parsed for a string that begins with an allowed origin", async () => {
    const { session } = await sentBy({ baseURL })
    let parsed = 0
    vi.stubGlobal(
      "URL",
      class extends URL {
        constructor(...args: ConstructorParameters<typeof URL>) {
          super(...args)
          parsed++
        }
        static override canParse(...args: Parameters<typeof URL.canParse>): boolean {
          parsed++
          return URL.canParse(...args)
        }
      },
    )
    await session.fetch("https://api.example.com/a")
    expect(parsed).toBe(0)
  })

  test("the deadline is looked at once", async () => {
    let looks = 0
    const { clock: inner } = await sentBy()
    const clock = {
      ...inner,
      now: () => {
        looks++
        return inner.now()
      },
    }
    const { session } = await sentBy({ baseURL, clock })
    looks = 0
    await session.fetch("/a", { headers: { accept: "*/*" } })
    expect(looks).toBe(1)
    await session.fetch(new Request(`${baseURL}/a`))
    expect(looks).toBe(2)
  })

  test("at the deadline to the ms a request waits, and not one ms before, even if no timer has fired", async () => {
    const { clock, sent, session } = await sentBy({ baseURL, keepAlive: "on-demand" })
    clock.sleep(899_999)
    await session.fetch("/a")
    expect(sent.map(({ input }) => input)).toEqual([`${baseURL}/a`])
    clock.sleep(1)
    const request = session.fetch("/b").catch(() => {})
    await clock.settle()
    expect(sent.map(({ input }) => input)).toEqual([`${baseURL}/a`, `${baseURL}/v1/auth/token`]) // the refresh first
    await clock.advance(60_000)
    await request
  })
})
