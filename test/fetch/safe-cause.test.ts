import { inspect } from "node:util"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { safeCause, secretsIn } from "../../src/safe-cause.ts"

const secret = "s3cr3t/of+ada=="

/** Everything that an error shows. */
function seen(error: Error): string {
  const inspected = inspect(error, { depth: Infinity, showHidden: true, getters: true })
  return [inspected, error.stack, String(error), JSON.stringify(error)].join("\n")
}

function base64(text: string): string {
  return Buffer.from(text, "utf8").toString("base64")
}

describe("S19: an error that foreign code threw, rewritten", () => {
  test("name, message, code and causes stay", () => {
    const cause = Object.assign(new Error("socket hang up"), { code: "ECONNRESET" })
    const safe = safeCause(Object.assign(new TypeError("fetch failed", { cause }), { code: "E_OUTER" }), [])
    expect(safe).toMatchObject({
      name: "TypeError",
      message: "fetch failed",
      code: "E_OUTER",
      cause: { name: "Error", message: "socket hang up", code: "ECONNRESET" },
    })
    expect(safe).toBeInstanceOf(Error)
  })

  test.each([
    ["raw", secret],
    ["URL-encoded", encodeURIComponent(secret)],
    ["form-encoded", new URLSearchParams([["", secret]]).toString().slice(1)],
    ["base64", base64(secret)],
    ["base64url", Buffer.from(secret).toString("base64url")],
    ["in JSON", JSON.stringify({ secret })],
    ["twice", `${secret}${secret}`],
  ])("S19: a secret is blotted out: %s", (_, shown) => {
    const safe = safeCause(new Error(`before ${shown} after`), [secret])
    expect(safe.message).toMatch(/^before .*\[redacted\].* after$/)
    expect(seen(safe)).not.toContain(shown.replace(/^\{"secret":|\}$/g, ""))
  })

  test.each([
    ["with blanks, in a form", "correct horse battery", "correct+horse+battery"],
    ["with quotes and line ends, in JSON", 'qu"ote\\back\nline', JSON.stringify('qu"ote\\back\nline').slice(1, -1)],
    ["beyond ASCII, in a URL", "pässwörd", encodeURIComponent("pässwörd")],
    ["beyond ASCII, in base64", "pässwörd", base64("pässwörd")],
  ])("S19: %s", (_, value, shown) => {
    expect(safeCause(new Error(`<${shown}>`), [value]).message).toBe("<[redacted]>")
  })

  test("S19: a secret that is the beginning of another one leaves nothing of that", () => {
    expect(safeCause(new Error("it was secret-and-more"), ["secret", "secret-and-more"]).message).toBe("it was [redacted]")
  })

  test("S19: in nested causes, in names, codes, and the errors of an AggregateError", () => {
    const inner = Object.assign(new Error(`inner ${secret}`), { name: `Named ${secret}`, code: `E_${secret}` })
    const aggregate = new AggregateError([new Error(`one ${secret}`)], `all of ${secret}`, { cause: inner })
    const safe = safeCause(new Error("outer", { cause: aggregate }), [secret])
    expect(seen(safe)).not.toContain(secret)
    expect(safe).toMatchObject({ cause: { name: "AggregateError", message: "all of [redacted]", cause: { message: "inner [redacted]" } } })
  })

  test("S19: what else hangs on an error is left behind: requests, options, configs with headers", () => {
    const request = { headers: { authorization: `Bearer ${secret}` } }
    const error = Object.assign(new Error("fetch failed"), { request, options: request, config: request, response: { data: secret } })
    const safe = safeCause(Object.assign(error, { cause: Object.assign(new Error("inner"), { request }) }), [])
    expect(seen(safe)).not.toContain(secret)
    expect(Object.keys(safe)).not.toContain("request")
  })

  test("S19: an error's stack is its rewriting's own", () => {
    const error = new Error(`message with ${secret}`)
    expect(error.stack).toContain(secret)
    expect(safeCause(error, [secret]).stack).not.toContain(secret)
  })

  test.each([
    ["a string", "network is down", "network is down"],
    ["nothing", undefined, "undefined"],
    ["null", null, "null"],
    ["a number", 7, "7"],
    ["an object", { message: "of an object" }, "of an object"],
    ["a DOMException", new DOMException("aborted", "AbortError"), "aborted"],
  ])("%s was thrown", (_, thrown, message) => {
    expect(safeCause(thrown, [])).toMatchObject({ message })
  })

  test.each([
    [
      "an error that is its own cause",
      () => {
        const error = new Error("round")
        return Object.assign(error, { cause: error })
      },
    ],
    ["an object that cannot be made a string", () => Object.create(null) as object],
    [
      "one whose fields throw",
      () =>
        Object.defineProperty({}, "message", {
          get() {
            throw new Error("no")
          },
        }),
    ],
  ])("%s does not break it", (_, made) => {
    expect(safeCause(made(), [secret])).toBeInstanceOf(Error)
  })

  test("short values are no secrets: the message stays readable", () => {
    expect(safeCause(new Error("a of 7 is 200"), ["a", "7", "200", ""]).message).toBe("a of 7 is 200")
  })

  test("a value that is no well-formed text does not break it", () => {
    expect(safeCause(new Error("x"), ["lone \ud800 surrogate"]).message).toBe("x")
  })

  test("S19: any secret, anywhere in a message, in any of these writings", () => {
    const writings = [
      (value: string) => value,
      encodeURIComponent,
      base64,
      (value: string) => new URLSearchParams([["", value]]).toString().slice(1),
      (value: string) => JSON.stringify(value).slice(1, -1),
    ]
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", minLength: 6 }),
        fc.constantFrom(...writings),
        fc.string(),
        fc.string(),
        (value, write, before, after) => {
          expect(safeCause(new Error(before + write(value) + after), [value]).message).toContain("[redacted]")
        },
      ),
    )
  })
})

describe("the secrets in a request", () => {
  test("every value that it carries, and what follows a scheme", () => {
    expect(
      secretsIn({
        method: "POST",
        url: "https://a.test/",
        headers: { authorization: "Bearer token-1", none: undefined },
        json: { a: { b: ["deep"] }, n: 1 },
        form: { c: "form" },
        cookies: { d: "cookie" },
      }),
    ).toEqual(expect.arrayContaining(["Bearer token-1", "token-1", "deep", "form", "cookie"]))
  })

  test("client_secret_basic: the pair, as it is sent", () => {
    const headers = { Authorization: `Basic ${base64("shop:client-secret")}` }
    const secrets = secretsIn({ method: "POST", url: "https://a.test/", headers })
    expect(safeCause(new Error(`refused ${base64("shop:client-secret")}`), secrets).message).toBe("refused [redacted]")
  })
})
