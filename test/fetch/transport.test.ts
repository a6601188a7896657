import { inspect } from "node:util"
import { describe, expect, test } from "vitest"
import type { Reply } from "../../src/core/answer.ts"
import type { RequestData } from "../../src/core/provider.ts"
import { manualClock } from "../../src/testing/index.ts"
import { ask, replyOf } from "../../src/transport.ts"
import { watched } from "./signed-in.ts"

const request: RequestData = {
  method: "POST",
  url: "https://login.example.com/token",
  headers: { "x-key": "key-of-the-app" },
  json: { refreshToken: "refresh-token-1" },
}

function replying(body: BodyInit | null, init?: ResponseInit): typeof globalThis.fetch {
  return () => Promise.resolve(new Response(body, init))
}

async function replyTo(fetch: typeof globalThis.fetch): Promise<Reply> {
  const answer = await ask({ fetch, clock: manualClock() }, request)
  if (!answer.came) throw answer.cause
  return answer
}

/** The request that goes out. */
async function sentFor(data: RequestData): Promise<{ init: RequestInit; request: Request }> {
  let sent: { init: RequestInit; request: Request } | undefined
  await ask(
    {
      clock: manualClock(),
      fetch: (input, init) => {
        sent = { init: init!, request: new Request(input, init) }
        return Promise.resolve(new Response())
      },
    },
    data,
  )
  return sent!
}

describe("what goes out to a provider", () => {
  test("S18: redirects are refused, caches are passed by", async () => {
    const { init } = await sentFor(request)
    expect(init).toMatchObject({ redirect: "error", cache: "no-store", credentials: "same-origin" })
  })

  test("JSON says what it is, unless the provider says it otherwise", async () => {
    const { request: sent } = await sentFor(request)
    expect(sent.headers.get("content-type")).toBe("application/json")
    expect(await sent.json()).toEqual({ refreshToken: "refresh-token-1" })
    const other = await sentFor({ ...request, headers: { "Content-Type": "application/vnd.a+json" } })
    expect(other.request.headers.get("content-type")).toBe("application/vnd.a+json")
  })

  test("a form is form-encoded, without the fields that are undefined", async () => {
    const { request: sent } = await sentFor({ method: "POST", url: request.url, form: { a: "1 &", b: undefined, c: "" } })
    expect(sent.headers.get("content-type")).toMatch(/^application\/x-www-form-urlencoded/)
    expect(await sent.text()).toBe("a=1+%26&c=")
  })

  test("a GET has no body, and no content type of ours", async () => {
    const { init, request: sent } = await sentFor({ method: "GET", url: request.url, headers: { a: "1", b: undefined } })
    expect(init.body).toBeNull()
    expect([...sent.headers]).toEqual([["a", "1"]])
  })

  test("in Node a cookie is a header, made of the values that are there", async () => {
    const { init } = await sentFor({ method: "GET", url: request.url, cookies: { one: "1", none: undefined, two: "2=2" } })
    expect((init.headers as Headers).get("cookie")).toBe("one=1; two=2=2")
    expect(init.credentials).toBe("include")
    const none = await sentFor({ method: "GET", url: request.url, cookies: { none: undefined } })
    expect((none.init.headers as Headers).has("cookie")).toBe(false)
  })
})

describe("how a body is read", () => {
  test.each([
    ["JSON labelled as a page", '{"a":1}', "text/html", { kind: "json", body: { a: 1 } }],
    ["JSON without a label", '{"a":1}', undefined, { kind: "json", body: { a: 1 } }],
    ["JSON behind blanks and a byte order mark", "\ufeff \r\n [1]", "application/json", { kind: "json", body: [1] }],
    ["a JSON word", "null", "application/json", { kind: "json", body: null }],
    ["a page labelled as JSON", "<!doctype html><p>{}", "application/json", { kind: "html", body: undefined }],
    ["a page behind blanks", "\n\n  <HTML><body>blocked</body></HTML>", "application/json", { kind: "html", body: undefined }],
    ["a page behind a byte order mark", "\ufeff<html></html>", "text/plain", { kind: "html", body: undefined }],
    ["a page that begins with a comment", "<!-- cache --><html></html>", undefined, { kind: "html", body: undefined }],
    ["a text", "no healthy upstream", "text/plain", { kind: "other", body: undefined }],
    ["a text labelled as JSON", "]} no JSON", "application/json", { kind: "other", body: undefined }],
    ["half a JSON", '{"access_token":"abc', "application/json", { kind: "other", body: undefined }],
    ["nothing", null, "application/json", { kind: "empty", body: undefined }],
    ["blanks", " \r\n ", "text/html", { kind: "empty", body: undefined }],
  ])("%s", async (_, body, type, wanted) => {
    expect(await replyTo(replying(body, { status: 200, ...(type && { headers: { "content-type": type } }) }))).toMatchObject(wanted)
  })

  test("the moments of asking and receiving are the clock's", async () => {
    const clock = manualClock()
    const start = clock.now()
    const slow = () => new Promise<Response>((resolve) => void clock.setTimeout(() => resolve(new Response("{}")), 1_500))
    const asked = ask({ clock, fetch: slow }, request)
    await clock.advance(1_500)
    expect(await asked).toMatchObject({ came: true, status: 200, sentAt: start, receivedAt: start + 1_500 })
    expect(clock.pending).toBe(0)
  })
})

describe("the cookies that a reply sets", () => {
  const cookies = (...lines: string[]) => {
    const headers = new Headers()
    for (const line of lines) headers.append("set-cookie", line)
    return replyOf(new Response(null, { headers }), "", 0, Date.UTC(2026, 0, 1)).cookies
  }

  test.each<[string, string[], Record<string, string>]>([
    ["plain, with attributes", ["rt=abc; Path=/; HttpOnly; Secure; SameSite=None"], { rt: "abc" }],
    ["two of them", ["a=1; Path=/", "b=2"], { a: "1", b: "2" }],
    ["a value with signs of its own", ["rt=a=b==; Path=/"], { rt: "a=b==" }],
    ["a prefix in the name", ["__Secure-unisouk.7.refresh-token=abc; Secure"], { "__Secure-unisouk.7.refresh-token": "abc" }],
    ["blanks around", ["  rt = abc ;Path=/"], { rt: "abc" }],
    ["an Expires with its comma", ["rt=abc; Expires=Thu, 01 Jan 2099 00:00:00 GMT; Path=/", "b=2"], { rt: "abc", b: "2" }],
    ["a Max-Age", ["rt=abc; Max-Age=60"], { rt: "abc" }],
    ["Max-Age comes before Expires", ["rt=abc; Expires=Thu, 01 Jan 1970 00:00:00 GMT; max-age=60"], { rt: "abc" }],
    ["of an attribute, too, the last counts", ["rt=abc; Max-Age=60; Max-Age=0", "b=2; Max-Age=0; Max-Age=60"], { b: "2" }],
    ["of one name, the last", ["rt=1", "rt=2"], { rt: "2" }],
    ["cleared by an empty value", ["rt=; Path=/", "b=2"], { b: "2" }],
    ["cleared by Max-Age=0", ["rt=deleted; Max-Age=0; Path=/"], {}],
    ["cleared by a negative Max-Age", ["rt=abc; MAX-AGE=-1"], {}],
    ["cleared by an Expires long ago", ["rt=deleted; expires=Thu, 01-Jan-1970 00:00:01 GMT; Path=/"], {}],
    ["cleared for an old path, and set for the new one", ["rt=new; Path=/", "rt=gone; Path=/old; Max-Age=0"], { rt: "new" }],
    ["the same in the other order", ["rt=gone; Path=/old; Max-Age=0", "rt=new; Path=/"], { rt: "new" }],
    ["an Expires that is no date", ["rt=abc; Expires=soon"], { rt: "abc" }],
    ["a Max-Age that is no number", ["rt=abc; Max-Age=soon"], { rt: "abc" }],
    ["no pair", ["garbage", "=nameless", ""], {}],
    ["none", [], {}],
  ])("%s", (_, lines, wanted) => {
    expect(cookies(...lines)).toEqual(wanted)
  })

  test("a name that objects have anyway is only a name", () => {
    expect(Object.entries(cookies("__proto__=a", "constructor=b"))).toEqual([
      ["__proto__", "a"],
      ["constructor", "b"],
    ])
  })
})

describe("no answer", () => {
  const failing = (error: unknown) => ask({ clock: manualClock(), fetch: () => Promise.reject(error as Error) }, request)

  test.each(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "UND_ERR_CONNECT_TIMEOUT"])(
    "%s: it was never sent",
    async (code) => {
      const error = new TypeError("fetch failed", { cause: Object.assign(new Error("x"), { code }) })
      expect(await failing(error)).toMatchObject({ came: false, how: "notSent", cause: { cause: { code } } })
    },
  )

  test.each([
    ["a reset", new TypeError("fetch failed", { cause: Object.assign(new Error("x"), { code: "ECONNRESET" }) })],
    ["a refused redirect", new TypeError("fetch failed", { cause: new Error("unexpected redirect") })],
    ["nothing that could be read", undefined],
    [
      "an error that is its own cause",
      (() => {
        const error = new Error("round")
        return Object.assign(error, { cause: error })
      })(),
    ],
  ])("%s: nobody knows", async (_, error) => {
    expect(await failing(error)).toMatchObject({ came: false, how: "lost" })
  })

  test("a fetch that throws rather than rejects is a failure like any other", async () => {
    const answer = await ask(
      {
        clock: manualClock(),
        fetch: () => {
          throw new Error("no")
        },
      },
      request,
    )
    expect(answer).toMatchObject({ came: false, how: "lost", cause: { message: "no" } })
  })

  test("S19: the cause shows nothing of the request", async () => {
    const telling = new Error('could not send {"refreshToken":"refresh-token-1"} with key-of-the-app')
    const answer = await failing(Object.assign(telling, { request, config: { data: request.json } }))
    expect(inspect(answer, { depth: Infinity, showHidden: true })).not.toMatch(/refresh-token-1|key-of-the-app/)
    expect(answer).toMatchObject({ cause: { message: 'could not send {"refreshToken":"[redacted]"} with [redacted]' } })
  })

  test("a body that breaks off is no answer", async () => {
    const error = Object.assign(new Error("terminated"), { code: "UND_ERR_SOCKET" })
    const body = new ReadableStream({ pull: (controller) => controller.error(error) })
    expect(await ask({ clock: manualClock(), fetch: replying(body) }, request)).toMatchObject({ came: false, how: "lost" })
  })
})

describe("the time limit", () => {
  const deaf = () => new Promise<Response>(() => {})

  test("30 s for the headers, even of a fetch that does not heed its signal", async () => {
    const clock = manualClock()
    const asked = watched(ask({ clock, fetch: deaf }, request))
    await clock.advance(29_999)
    expect(asked.is).toBe("pending")
    await clock.advance(1)
    expect(asked).toMatchObject({ is: "done", value: { came: false, how: "lost", cause: { message: "no answer within 30 s" } } })
    expect(clock.pending).toBe(0)
  })

  test("and it covers the body", async () => {
    const clock = manualClock()
    let signal: AbortSignal | null | undefined
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{"access_token":'))
      },
    })
    const asked = watched(
      ask(
        {
          clock,
          fetch: async (_, init) => {
            signal = init?.signal
            return new Response(body)
          },
        },
        request,
      ),
    )
    await clock.advance(29_999)
    expect(asked.is).toBe("pending")
    expect(signal?.aborted).toBe(false)
    await clock.advance(1)
    expect(asked).toMatchObject({ is: "done", value: { came: false, how: "lost" } })
    expect(signal?.aborted).toBe(true) // so that the platform closes the connection
  })

  test("an answer in time leaves no timer behind", async () => {
    const clock = manualClock()
    await ask({ clock, fetch: replying("{}") }, request)
    expect(clock.pending).toBe(0)
  })

  test("a caller's signal rejects with its reason, before and while it is sent", async () => {
    const clock = manualClock()
    const reason = new Error("the caller has left")
    let calls = 0
    const fetch = () => {
      calls++
      return deaf()
    }
    await expect(ask({ clock, fetch }, request, AbortSignal.abort(reason))).rejects.toBe(reason)
    expect(calls).toBe(0)
    const abort = new AbortController()
    const asked = ask({ clock, fetch }, request, abort.signal)
    abort.abort(reason)
    await expect(asked).rejects.toBe(reason)
    expect(calls).toBe(1)
    expect(clock.pending).toBe(0)
  })
})
