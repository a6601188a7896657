import fc from "fast-check"
import { afterEach, beforeEach, describe, expect, test, vi, type MockInstance } from "vitest"
import { ConfigurationError, createSession } from "../../src/index.ts"
import { vault } from "../../src/providers/vault.ts"
import { Scope } from "../../src/scope.ts"
import { sentBy, stopped, TOKEN } from "./signed-in.ts"

let warn: MockInstance<typeof console.warn>
beforeEach(() => {
  warn = vi.spyOn(console, "warn").mockImplementation(() => {})
})
afterEach(() => warn.mockRestore())

const baseURL = "https://api.example.com/v1"
const provider = vault({ partnerId: 7, baseUrl: "https://api.example.com" })

describe("S18: where the credential goes", () => {
  test.each([
    ["/orders", "https://api.example.com/v1/orders"],
    ["orders", "https://api.example.com/v1/orders"],
    ["", "https://api.example.com/v1/"],
    ["?page=2", "https://api.example.com/v1?page=2"],
    ["#top", "https://api.example.com/v1"],
    ["/orders?to=https://evil.test/", "https://api.example.com/v1/orders?to=https://evil.test/"],
    ["/https://evil.test/", "https://api.example.com/v1/https://evil.test/"],
    ["../admin", "https://api.example.com/admin"],
    ["/../../..//evil.test", "https://api.example.com//evil.test"],
    ["https://api.example.com%40evil.test/", "https://api.example.com/v1/https://api.example.com%40evil.test/"], // no URL, hence a path
    ["@evil.test/", "https://api.example.com/v1/@evil.test/"],
    [".evil.test/", "https://api.example.com/v1/.evil.test/"],
    [":8443/", "https://api.example.com/v1/:8443/"],
    ["/\\evil.test/", "https://api.example.com/v1//evil.test/"],
    ["\\\\evil.test/", "https://api.example.com/v1///evil.test/"],
    ["/\t/evil.test/", "https://api.example.com/v1//evil.test/"],
    [" //evil.test/", "https://api.example.com/v1/%20//evil.test/"],
    ["\n//evil.test/", "https://api.example.com/v1///evil.test/"],
    ["https://api.example.com/orders", "https://api.example.com/orders"],
    ["https://api.example.com", "https://api.example.com/"],
    ["https://api.example.com?a=1", "https://api.example.com/?a=1"],
    ["https://api.example.com/@evil.test/", "https://api.example.com/@evil.test/"],
    ["HTTPS://API.EXAMPLE.COM/orders", "https://api.example.com/orders"],
    ["https://api.example.com:443/orders", "https://api.example.com/orders"],
    ["https:\\\\api.example.com\\orders", "https://api.example.com/orders"],
    ["  https://api.example.com/orders", "https://api.example.com/orders"],
    ["ht\ntps://api.exam\tple.com/orders", "https://api.example.com/orders"],
    ["//api.example.com/orders", "https://api.example.com/orders"],
  ])("S18: %j goes to %s, with it", async (input, url) => {
    const { sent, session, authorizations } = await sentBy({ baseURL })
    await session.fetch(input)
    const { href, hash } = new URL(new Request(sent[0]!.input, sent[0]!.init).url)
    expect(href.slice(0, href.length - hash.length)).toBe(url)
    expect(authorizations()).toEqual([`Bearer ${TOKEN}`])
    expect(warn).not.toHaveBeenCalled()
  })

  test.each([
    "https://evil.test/orders",
    "//evil.test/orders",
    "///evil.test/orders",
    "//evil.test\\@api.example.com/",
    "https:\\\\evil.test\\orders",
    "https:/evil.test/orders",
    "https:evil.test/orders",
    "https://api.example.com.evil.test/orders",
    "https://api.example.comevil.test/",
    "https://evil.test/https://api.example.com/",
    "https://evil.test#https://api.example.com/",
    "https://evil.test?https://api.example.com/",
    "https://api.example.com:8443/orders",
    "http://api.example.com/orders",
    "http://api.example.com:443/orders",
    "https://www.example.com/",
    "https://example.com/",
    "https://sub.api.example.com/",
    "https://api.example.com./orders",
    "https://аpi.example.com/orders", // a Cyrillic а
    "https://127.0.0.1/",
    "data:text/plain,hello",
  ])("S18: %j goes out without it", async (input) => {
    const { authorizations, session } = await sentBy({ baseURL })
    const outcome = await session.fetch(input).catch((thrown: unknown) => thrown)
    if (outcome instanceof Response) expect(authorizations()).toEqual([null])
    else expect(outcome).toBeInstanceOf(TypeError) // no URL at all
  })

  test.each(["https://user:secret@evil.test/", "https://api.example.com@evil.test/", "https://api.example.com:443@evil.test/"])(
    "S18: %j, with credentials in the URL, is refused by fetch, and nothing of ours was added",
    async (input) => {
      const { sent, session } = await sentBy({ baseURL })
      await session.fetch(input)
      expect(sent[0]?.init?.headers).toBeUndefined()
      expect(() => new Request(sent[0]!.input, sent[0]!.init)).toThrow(TypeError)
    },
  )

  test("S18: URL objects and Requests are judged by where they lead", async () => {
    const { authorizations, session } = await sentBy({ baseURL })
    await session.fetch(new URL("https://api.example.com/a"))
    await session.fetch(new URL("https://evil.test/a"))
    await session.fetch(new Request("https://api.example.com/a"))
    await session.fetch(new Request("https://evil.test/a"))
    expect(authorizations()).toEqual([`Bearer ${TOKEN}`, null, `Bearer ${TOKEN}`, null])
  })

  test("S18: whatever the input, what carries the credential goes to an allowed origin", async () => {
    const { sent, session } = await sentBy({ baseURL, allowedOrigins: ["https://files.example.com:8443"] })
    const parts = fc.constantFrom(
      "https:",
      "http:",
      "HTTPS:",
      "//",
      "/",
      "\\",
      "\\\\",
      "@",
      ":",
      ".",
      "?",
      "#",
      "\t",
      "\n",
      " ",
      "\u0000",
      "%2f",
      "[",
      "]",
      "user",
      "443",
      "8443",
      "api.example.com",
      "files.example.com",
      "evil.test",
      "ａpi.example.com",
      "api.example.com.evil.test",
      "https://api.example.com",
      "javascript:",
      "blob:",
    )
    const inputs = fc.oneof(
      fc.array(parts, { maxLength: 8 }).map((some) => some.join("")),
      fc.webUrl(),
      fc.string(),
    )
    await fc.assert(
      fc.asyncProperty(inputs, async (input) => {
        sent.length = 0
        await session.fetch(input).catch(() => {})
        for (const { input: to, init } of sent) {
          if (new Headers(init?.headers).get("authorization") === null) continue
          expect(["https://api.example.com", "https://files.example.com:8443"]).toContain(
            new URL(to instanceof Request ? to.url : to).origin,
          )
        }
      }),
      { numRuns: 2_000 },
    )
  })

  test("S18: one warning for each origin, that names the way out", async () => {
    const { session } = await sentBy({ baseURL })
    for (const path of ["a", "b", "c"]) {
      await session.fetch(`https://one.test/${path}`)
      await session.fetch(new URL(`https://two.test/${path}`))
    }
    expect(warn.mock.calls.map(([message]) => message as string)).toEqual([
      expect.stringMatching(/https:\/\/one\.test .*allowedOrigins/),
      expect.stringMatching(/https:\/\/two\.test .*allowedOrigins/),
    ])
  })

  test("S18: a 401 from elsewhere does not touch the session", async () => {
    const { sent, session } = await sentBy({ baseURL }, () => new Response(null, { status: 401 }))
    expect((await session.fetch("https://elsewhere.test/")).status).toBe(401)
    expect(sent).toHaveLength(1)
    expect(session.getSnapshot()).toMatchObject({ status: "active", generation: 1 })
  })

  test("S18: a request to elsewhere goes out even when nobody is signed in", async () => {
    const { session } = await sentBy({ baseURL })
    await session.logout()
    expect((await session.fetch("https://elsewhere.test/")).status).toBe(200)
  })
})

describe("S18: which origins are allowed", () => {
  test("by default the provider's own", async () => {
    const { authorizations, session } = await sentBy()
    await session.fetch("https://api.example.com/a")
    await session.fetch("https://shop.example.com/a")
    expect(authorizations()).toEqual([`Bearer ${TOKEN}`, null])
  })

  test("with a baseURL, its origin as well", async () => {
    const { authorizations, session } = await sentBy({ baseURL: "https://shop.example.com/api/" })
    await session.fetch("a")
    await session.fetch("https://api.example.com/a")
    expect(authorizations()).toEqual([`Bearer ${TOKEN}`, `Bearer ${TOKEN}`])
  })

  test("allowedOrigins take the place of the provider's own", async () => {
    const { authorizations, session } = await sentBy({ allowedOrigins: ["https://shop.example.com/some/path"] })
    await session.fetch("https://shop.example.com/a")
    await session.fetch("https://api.example.com/a")
    expect(authorizations()).toEqual([`Bearer ${TOKEN}`, null])
  })

  test.each([
    "http://api.example.com",
    "http://127.0.0.1.evil.test",
    "http://localhost.evil.test",
    "ftp://api.example.com",
    "api.example.com",
    "",
    "*",
  ])("%j is refused when the session is made", (origin) => {
    expect(() => createSession({ provider, allowedOrigins: [origin] })).toThrow(ConfigurationError)
    expect(() => createSession({ provider, baseURL: origin })).toThrow(ConfigurationError)
  })

  test.each(["http://localhost:3000", "http://api.localhost", "http://127.0.0.1:8080", "http://127.1.2.3", "http://[::1]:3000"])(
    "%j is this machine's loopback, and may be http",
    async (origin) => {
      const { authorizations, session } = await sentBy({ baseURL: origin })
      await session.fetch("/a")
      expect(authorizations()).toEqual([`Bearer ${TOKEN}`])
    },
  )
})

describe("relative inputs", () => {
  test.each(["/orders", "orders", "?page=2", "//elsewhere.test/"])(
    "%j without a baseURL, where there is no page to be relative to, is a configuration error",
    async (input) => {
      const { sent, session } = await sentBy()
      await expect(session.fetch(input)).rejects.toBeInstanceOf(ConfigurationError)
      expect(sent).toEqual([])
    },
  )

  test("the error shows no query, which may hold a secret", async () => {
    const { session } = await sentBy()
    const error = await session.fetch("/orders?key=s3cret").catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ message: 'session.fetch("/orders") is relative; give createSession a baseURL' })
  })

  test("in a page without a baseURL they lead where the page's own would", async () => {
    vi.stubGlobal("location", { href: "https://shop.example.com/cart/view?x=1" })
    try {
      const scope = new Scope(undefined, ["https://shop.example.com"])
      expect(["/orders", "orders", "?page=2", "//evil.test/a", "\\\\evil.test/a"].map((input) => scope.resolve(input))).toEqual([
        "https://shop.example.com/orders",
        "https://shop.example.com/cart/orders",
        "https://shop.example.com/cart/view?page=2",
        "https://evil.test/a",
        "https://evil.test/a",
      ])
      expect(scope.allows(scope.resolve("\\\\evil.test/a"))).toBe(false)
    } finally {
      vi.unstubAllGlobals()
    }
  })

  test("a baseURL may end in slashes", async () => {
    const { sent, session } = await sentBy({ baseURL: "https://api.example.com/v1//" })
    await session.fetch("/orders")
    expect(sent[0]?.input).toBe("https://api.example.com/v1/orders")
  })

  test("a session that is not made for requests needs no baseURL", () => {
    expect(() => stopped(createSession({ provider }))).not.toThrow()
  })
})
