import { describe, expect, it } from "vitest"
import type { Reply } from "../../src/core/answer.ts"
import { isTooEarly, LONGEST_RETRY_AFTER_MS, retryAfter } from "../../src/core/retry-after.ts"

const NOON = Date.parse("2026-01-01T12:00:00Z")
const HOUR_MS = 3_600_000

function named(headers: Record<string, string>): number | null {
  const reply: Reply = {
    came: true,
    status: 503,
    headers: new Headers(headers),
    cookies: {},
    body: undefined,
    kind: "empty",
    sentAt: NOON,
    receivedAt: NOON,
  }
  return retryAfter(reply)
}

describe("Retry-After", () => {
  it.each([
    ["2", 2_000],
    ["0", 0],
    ["  7  ", 7_000],
    ["3600", HOUR_MS],
    ["3601", HOUR_MS],
    ["86400", HOUR_MS],
  ])("%j means a moment counted from the reply", (value, ms) => {
    expect(named({ "retry-after": value })).toBe(NOON + ms)
  })

  it.each(["", " ", "soon", "-", "1 s", "s1"])("%j is no moment", (value) => {
    expect(named({ "retry-after": value })).toBeNull()
  })

  it("that is missing is none", () => expect(named({})).toBeNull())

  it("a date counts from the reply's own Date, whatever our clock says", () => {
    expect(named({ "retry-after": "Thu, 01 Jan 2026 09:00:30 GMT", date: "Thu, 01 Jan 2026 09:00:00 GMT" })).toBe(NOON + 30_000)
  })

  it.each([
    ["Thu Jan  1 09:00:30 2026", "Thu Jan  1 09:00:00 2026"],
    ["2026-01-01T09:00:30Z", "2026-01-01T09:00:00Z"],
  ])("a date may be written %j, too", (value, date) => {
    expect(named({ "retry-after": value, date })).toBe(NOON + 30_000)
  })

  it.each([{}, { date: "yesterday" }])("a date counts from our clock where the reply's Date is %j", (headers) => {
    expect(named({ "retry-after": "Thu, 01 Jan 2026 12:00:30 GMT", ...headers })).toBe(NOON + 30_000)
  })

  it("a date that is past means now", () => expect(named({ "retry-after": "Thu, 01 Jan 2026 11:00:00 GMT" })).toBe(NOON))

  it("nothing is waited for longer than an hour", () => {
    expect(LONGEST_RETRY_AFTER_MS).toBe(HOUR_MS)
    expect(named({ "retry-after": "Fri, 02 Jan 2026 12:00:00 GMT" })).toBe(NOON + HOUR_MS)
  })
})

it.each([
  ["no moment", null, false],
  ["one that is past", NOON - 1, false],
  ["now", NOON, false],
  ["one to come", NOON + 1, true],
  ["one in an hour", NOON + HOUR_MS, true],
  ["one that nobody can have named, because the clock was set back", NOON + HOUR_MS + 1, false],
])("%s: whether it is too early to ask", (_, notBefore, expected) => {
  expect(isTooEarly(NOON, notBefore)).toBe(expected)
})
