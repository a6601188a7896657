import { afterEach, describe, expect, it, vi } from "vitest"
import * as z from "zod/mini"
import { judge } from "../../src/core/judge.ts"
import { defineProvider, type ProviderDefinition } from "../../src/core/provider.ts"
import type { NamedAnswer, Rules } from "../../src/core/rules.ts"

const refused: NamedAnswer = { verdict: "refused", when: { status: [400] }, says: "No.", source: { document: "a test", section: "1" } }
const rules: Rules = {
  credential: "body",
  expiry: { from: ["reply"], take: "first", otherwiseS: null },
  issuedAt: [],
  rotation: "always",
  window: null,
  oldToken: "lives",
  answers: { refused },
  onDoubt: "replay",
  runsOn: "anywhere",
}

function make(parts: Partial<ProviderDefinition<unknown, unknown, unknown>> = {}) {
  return defineProvider({
    id: "acme",
    rules,
    origins: ["https://a.example"],
    reply: z.unknown(),
    read: () => ({ accessToken: "a" }),
    refresh: () => ({ method: "POST", url: "https://a.example" }),
    ...parts,
  })
}

afterEach(() => vi.unstubAllGlobals())

function inBrowser() {
  vi.stubGlobal("window", {})
  vi.stubGlobal("document", {})
}

describe("a provider's answers", () => {
  const unnamed = { came: true, headers: new Headers(), cookies: {}, body: {}, kind: "json", sentAt: 0, receivedAt: 0 } as const

  it("end with the 401 that no rule names, which refuses", () => {
    const { answers } = make().rules
    expect(Object.keys(answers)).toEqual(["refused", "unauthorized"])
    expect(judge(answers, { ...unnamed, status: 401 }, false)).toEqual({ is: "refused", answer: "unauthorized" })
    for (const status of [402, 403, 404]) {
      expect(judge(answers, { ...unnamed, status }, false)).toEqual({ is: "misconfigured", answer: "notTheProvider" })
    }
  })

  it("keep an answer of their own by that name", () => {
    const { answers } = make({ rules: { ...rules, answers: { unauthorized: refused } } }).rules
    expect(answers).toEqual({ unauthorized: refused })
  })

  it.each([{}, { status: [401] }, { status: [400, 401] }])("need none where a rule meets every 401: %j", (when) => {
    const own = { ...rules, answers: { own: { ...refused, when } } }
    expect(make({ rules: own }).rules).toBe(own)
  })

  it.each([{ status: [] }, { status: [403] }, { status: [401], empty: true }, { body: { error: "dead" } }])(
    "need it where %j is all",
    (when) => {
      const own = { ...rules, answers: { own: { ...refused, when } } }
      expect(Object.keys(make({ rules: own }).rules.answers)).toEqual(["own", "unauthorized"])
    },
  )

  it("name the paragraph that says so", () => {
    expect(make().rules.answers["unauthorized"]?.source).toEqual({
      document: "RFC 9110",
      section: "15.5.2 401 Unauthorized",
      url: "https://www.rfc-editor.org/rfc/rfc9110#section-15.5.2",
    })
  })

  it("are the same object for providers of the same rules, so that they share one chart", () => {
    expect(make().rules).toBe(make().rules)
    expect(make({ rules: { ...rules } }).rules).not.toBe(make().rules)
  })
})

it("what is left out of a definition is none", () => {
  expect(make()).toMatchObject({ login: null, logout: null })
  const logout = { request: () => ({ method: "POST", url: "https://a.example" }) as const }
  expect(make({ logout, login: logout })).toMatchObject({ login: logout, logout })
})

it("a provider for servers is made on a server only", () => {
  expect(make({ rules: { ...rules, runsOn: "server" } }).id).toBe("acme")
  inBrowser()
  expect(make().id).toBe("acme")
  expect(() => make({ rules: { ...rules, runsOn: "server" } })).toThrow("acme: this provider must not be called from a browser")
})

it("every origin must be secure", () => {
  expect(() => make({ origins: ["https://a.example", "http://b.example"] })).toThrow('acme: "http://b.example" is no absolute https URL')
})
