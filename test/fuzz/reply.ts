import fc from "fast-check"

/** An answer to a refresh, as it comes over the wire. */
export interface WireReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array<ArrayBuffer>
}

const bytes = (text: string) => new TextEncoder().encode(text)

/** Values that a field of a reply should never have. */
const odd = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    0,
    -1,
    1e308,
    -1e308,
    2 ** 53,
    0.1,
    "",
    " ",
    "NaN",
    "Infinity",
    "1e999",
    "\u0000",
    "💥",
    [],
    {},
    [[]],
  ),
  fc.jsonValue({ maxDepth: 2 }),
  fc.string({ maxLength: 30 }),
  fc.constantFrom(
    "a.b.c",
    "..",
    "e30.e30.e30",
    `x.${btoa(JSON.stringify({ exp: "soon" }))}.y`,
    `x.${btoa(JSON.stringify({ exp: -1, iat: 5 }))}.y`,
    `x.${btoa(JSON.stringify({ exp: 1e300 }))}.y`,
    `x.${btoa("null")}.y`,
  ),
)

/** A good body with one thing wrong. */
function spoiled(good: unknown): fc.Arbitrary<Uint8Array<ArrayBuffer>> {
  const paths = pathsIn(good)
  const text = JSON.stringify(good)
  return fc.oneof(
    {
      weight: 6,
      arbitrary: fc.tuple(fc.constantFrom(...paths), odd).map(([path, value]) => bytes(JSON.stringify(changed(good, path, value)))),
    },
    { weight: 2, arbitrary: fc.constantFrom(...paths).map((path) => bytes(JSON.stringify(changed(good, path, undefined)))) },
    { weight: 2, arbitrary: fc.nat({ max: text.length }).map((length) => bytes(text.slice(0, length))) },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom(
          `\uFEFF${text}`,
          `${text}${text}`,
          `)]}',\n${text}`,
          `<html>${text}</html>`,
          "null",
          "[]",
          "0",
          '""',
          " ",
          "<!doctype html><p>",
        )
        .map(bytes),
    },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom("__proto__", "constructor", "prototype", "toString")
        .map((key) => bytes(`{"${key}":{"polluted":1,"error":"invalid_grant"},${text.slice(1)}`)),
    },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }).map((noise) => new Uint8Array(noise)) },
    { weight: 1, arbitrary: fc.constant(new Uint8Array([...bytes(text.slice(0, 20)), 0xff, 0xfe, ...bytes(text.slice(20))])) },
    {
      weight: 2,
      arbitrary: fc
        .constantFrom(
          { error: "invalid_grant" },
          { error: "invalid_request" },
          { error: "server_error" },
          { success: false, message: "no", code: "x" },
          { statusCode: 401, error: "UnauthorizedException", requestId: "r", message: "m" },
          { message: "?" },
        )
        .map((body) => bytes(JSON.stringify(body))),
    },
    { weight: 1, arbitrary: fc.constant(bytes(text)) },
  )
}

const headers = fc
  .record(
    {
      "content-type": fc.constantFrom(
        "application/json",
        "text/html",
        "text/plain; charset=utf-16",
        "application/problem+json",
        "",
        "💥".codePointAt(0)!.toString(),
      ),
      "retry-after": fc.constantFrom(
        "1",
        "0",
        "-5",
        "1e9",
        "99999999999",
        "soon",
        "Wed, 21 Oct 2015 07:28:00 GMT",
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "",
      ),
      date: fc.constantFrom(
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "not a date",
        "Thu, 01 Jan 2026 00:00:00 GMT",
        "Fri, 31 Dec 9999 23:59:59 GMT",
      ),
      "x-auth-refresh-token": fc.constantFrom("", "new", "a b", "é"),
      "set-cookie": fc.constantFrom("", "=", "a", "a=b; Path=/", "__Secure-unisouk.1.refresh-token=; Max-Age=0", ";;;"),
    },
    { requiredKeys: [] },
  )
  .map((made) => Object.fromEntries(Object.entries(made).filter((entry): entry is [string, string] => typeof entry[1] === "string")))

/** Any answer: a good one with one thing wrong, under any status, with any headers. */
export function wireReply(good: unknown): fc.Arbitrary<WireReply> {
  const status = fc.oneof(
    { weight: 4, arbitrary: fc.constant(200) },
    {
      weight: 6,
      arbitrary: fc.constantFrom(
        201,
        202,
        204,
        206,
        400,
        401,
        403,
        404,
        405,
        406,
        408,
        409,
        410,
        415,
        418,
        422,
        425,
        429,
        451,
        500,
        501,
        502,
        503,
        504,
        520,
        599,
      ),
    },
  )
  return fc.record({ status, headers, body: spoiled(good) })
}

/** A change to a value at a path; undefined takes the field away. */
function changed(value: unknown, [key, ...rest]: readonly string[], to: unknown): unknown {
  if (key === undefined) return to
  const copy = { ...(value as Record<string, unknown>) }
  if (rest.length === 0 && to === undefined) delete copy[key]
  else copy[key] = changed(copy[key], rest, to)
  return copy
}

function pathsIn(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [[...path]]
  return [...(path.length > 0 ? [[...path]] : []), ...Object.entries(value).flatMap(([key, inner]) => pathsIn(inner, [...path, key]))]
}
