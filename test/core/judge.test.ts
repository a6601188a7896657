import { describe, expect, it } from "vitest"
import type { Answer, Reply } from "../../src/core/answer.ts"
import { judge, matches, type Verdict } from "../../src/core/judge.ts"
import type { AnswerPattern, NamedAnswer } from "../../src/core/rules.ts"

const source = { document: "a test", section: "1" }
const named = (verdict: NamedAnswer["verdict"], when: AnswerPattern): NamedAnswer => ({ verdict, when, says: "A rule.", source })
const answers = {
  dead: named("refused", { status: [400], body: { error: "dead" } }),
  badClient: named("misconfigured", { status: [400, 403] }),
  turnedAway: named("refused", { status: [408, 425, 429, 500, 503] }),
}

const AT = 1_000_000

function reply(
  status: number,
  body: unknown = {},
  { headers = {}, kind = "json" }: { headers?: HeadersInit; kind?: Reply["kind"] } = {},
): Reply {
  return { came: true, status, headers: new Headers(headers), cookies: {}, body, kind, sentAt: AT, receivedAt: AT }
}

const waits = { headers: { "retry-after": "3" } }

describe("the table of what an answer to a refresh means", () => {
  it.each<[string, Answer, Verdict]>([
    ["never sent", { came: false, how: "notSent", cause: new Error() }, { is: "notDone", retryAt: null }],
    ["lost", { came: false, how: "lost", cause: new Error() }, { is: "inDoubt", retryAt: null }],
    ...[408, 425, 429, 503].flatMap((status): [string, Answer, Verdict][] => [
      [`${status}, whatever a rule says`, reply(status), { is: "notDone", retryAt: null }],
      [`${status} with Retry-After`, reply(status, {}, waits), { is: "notDone", retryAt: AT + 3_000 }],
    ]),
    ...[500, 502, 504, 599].flatMap((status): [string, Answer, Verdict][] => [
      [`${status}, whatever a rule says`, reply(status), { is: "inDoubt", retryAt: null }],
      [`${status} with Retry-After`, reply(status, {}, waits), { is: "inDoubt", retryAt: AT + 3_000 }],
    ]),
    ["499", reply(499), { is: "misconfigured", answer: "notTheProvider" }],
    ["HTML where a rule names the status", reply(400, undefined, { kind: "html" }), { is: "misconfigured", answer: "notTheProvider" }],
    ["HTML with 200", reply(200, undefined, { kind: "html" }), { is: "misconfigured", answer: "notTheProvider" }],
    ["HTML with 500", reply(500, undefined, { kind: "html" }), { is: "inDoubt", retryAt: null }],
    ["what a rule refuses", reply(400, { error: "dead" }), { is: "refused", answer: "dead" }],
    ["what a later rule blocks", reply(400, { error: "?" }), { is: "misconfigured", answer: "badClient" }],
    ["400, where no rule names it", reply(401), { is: "misconfigured", answer: "notTheProvider" }],
    ["404, where no rule names it", reply(404, undefined, { kind: "empty" }), { is: "misconfigured", answer: "notTheProvider" }],
    ["a 2xx that cannot be read", reply(200), { is: "inDoubt", retryAt: null }],
    ["a redirection", reply(302), { is: "inDoubt", retryAt: null }],
    ["399", reply(399), { is: "inDoubt", retryAt: null }],
  ])("%s", (_, answer, verdict) => {
    expect(judge(answers, answer, false)).toEqual(verdict)
  })

  it("400 is the first status that is no provider's without a rule", () => {
    expect(judge({}, reply(400), false)).toEqual({ is: "misconfigured", answer: "notTheProvider" })
  })

  it("a grant that can be read is granted", () => expect(judge(answers, reply(200), true)).toEqual({ is: "granted" }))

  it("a rule comes before a grant that can be read", () => {
    expect(judge({ no: named("refused", { body: { ok: false } }) }, reply(200, { ok: false }), true)).toEqual({
      is: "refused",
      answer: "no",
    })
  })
})

describe("a rule's pattern", () => {
  const body = { error: "dead", code: 7, flag: false, nothing: null, inner: { reason: "old", more: 1 } }

  it.each<[string, AnswerPattern, boolean]>([
    ["nothing at all", {}, true],
    ["the status", { status: [400] }, true],
    ["one of some statuses", { status: [401, 400] }, true],
    ["no status", { status: [] }, false],
    ["another status", { status: [401] }, false],
    ["a value", { body: { error: "dead" } }, true],
    ["a number", { body: { code: 7 } }, true],
    ["a boolean", { body: { flag: false } }, true],
    ["null", { body: { nothing: null } }, true],
    ["another value", { body: { error: "alive" } }, false],
    ["a field that is missing", { body: { other: "dead" } }, false],
    ["a field that every object inherits", { body: { constructor: {} }, has: ["toString"] }, false],
    ["all of two values", { body: { error: "dead", code: 7 } }, true],
    ["one of two values", { body: { error: "dead", code: 8 } }, false],
    ["a value within", { body: { inner: { reason: "old" } } }, true],
    ["another value within", { body: { inner: { reason: "new" } } }, false],
    ["a value within what is none", { body: { error: { reason: "old" } } }, false],
    ["a value within null", { body: { nothing: { reason: "old" } } }, false],
    ["a field", { has: ["error"] }, true],
    ["a field that is null", { has: ["nothing"] }, true],
    ["all of two fields", { has: ["error", "code"] }, true],
    ["one of two fields", { has: ["error", "other"] }, false],
    ["no body", { empty: true }, false],
    ["any body", { empty: false }, true],
    ["the status and another value", { status: [400], body: { error: "alive" } }, false],
    ["another status and the value", { status: [401], body: { error: "dead" } }, false],
    ["the status, a field and no body", { status: [400], has: ["error"], empty: true }, false],
  ])("%s: whether it fits", (_, when, expected) => {
    expect(matches(when, reply(400, body))).toBe(expected)
  })

  it.each<[AnswerPattern, boolean | undefined, boolean]>([
    [{ isAnothers: true }, true, true],
    [{ isAnothers: true }, false, false],
    [{ isAnothers: true }, undefined, false],
    [{ isAnothers: false }, true, true],
    [{}, true, true],
    [{ isAnothers: true, status: [401] }, true, false],
  ])("%j fits a grant that is another user's (%s): %s", (when, isAnothers, expected) => {
    expect(matches(when, reply(200), isAnothers)).toBe(expected)
    expect(judge({ anothers: named("refused", when) }, reply(200), true, isAnothers)).toEqual(
      expected ? { is: "refused", answer: "anothers" } : { is: "granted" },
    )
  })

  it.each<[Reply["kind"], boolean]>([
    ["empty", true],
    ["other", false],
    ["json", false],
  ])("no body: an answer that is %s", (kind, expected) => {
    expect(matches({ empty: true }, reply(401, undefined, { kind }))).toBe(expected)
  })

  it.each([undefined, null, "text", 7])("a value or a field is not found in %j", (found) => {
    expect(matches({ body: { length: 4 } }, reply(400, found))).toBe(false)
    expect(matches({ has: ["length"] }, reply(400, found))).toBe(false)
  })
})
