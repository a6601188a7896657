import { afterEach, describe, expect, it, vi } from "vitest"
import { factsOf, recordOf, type Arrival, type Predecessor } from "../../src/core/grant.ts"
import type { Tokens } from "../../src/core/provider.ts"
import type { SessionRecord } from "../../src/core/record.ts"
import type { Rules } from "../../src/core/rules.ts"

/** Half past a second, on our clock: what is stated in whole seconds lies beside it. */
const NOW = Date.parse("2026-01-01T12:00:00.500Z")
const NOW_S = Math.floor(NOW / 1_000)

const rules: Rules = {
  credential: "body",
  expiry: { from: ["jwt", "reply"], take: "first", otherwiseS: null },
  issuedAt: ["iat", "nbf", "date"],
  rotation: "always",
  window: null,
  oldToken: "lives",
  answers: {},
  onDoubt: "replay",
  runsOn: "anywhere",
}
const reply: Rules["expiry"] = { from: ["reply"], take: "first", otherwiseS: null }
const arrival: Arrival = { sentAt: NOW, receivedAt: NOW }
const first: Predecessor = { sid: "s", generation: 0 }

function jwt(claims: object): string {
  return `e30.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.sig`
}

function grant(
  tokens: Partial<Tokens>,
  { by = {}, at = arrival, after = first }: { by?: Partial<Rules>; at?: Arrival; after?: Predecessor } = {},
): SessionRecord | null {
  return recordOf({ accessToken: "opaque", ...tokens }, at, { ...rules, ...by }, after)
}

const claiming = (claims: object, options?: Parameters<typeof grant>[1]) => grant({ accessToken: jwt(claims) }, options)

afterEach(() => vi.unstubAllGlobals())

describe("a first grant", () => {
  it("is a new record, with nothing noted on it", () => {
    expect(grant({ refreshToken: "r", user: { id: 1 } })).toEqual({
      v: 1,
      sid: "s",
      generation: 1,
      accessToken: "opaque",
      refreshToken: "r",
      refreshable: true,
      issuedAt: NOW,
      expiresAt: null,
      windowEndsAt: null,
      skewMs: 0,
      user: { id: 1 },
      startedAt: NOW,
      usedAt: NOW,
      notBefore: null,
      sentAt: null,
      lease: null,
    })
  })

  it("without a user or a refresh token has none", () => {
    expect(grant({})).toMatchObject({ user: null, refreshToken: null, refreshable: false })
    expect(grant({ refreshToken: "" })).toMatchObject({ refreshToken: null, refreshable: false })
  })
})

describe("a later grant", () => {
  const old = { ...grant({ refreshToken: "r", user: { id: 1 } })!, windowEndsAt: 5, startedAt: 7, usedAt: 10, notBefore: 8, sentAt: 9 }

  it("keeps what it does not mention, and clears what was noted about the refresh", () => {
    expect(grant({ accessToken: "b" }, { after: old })).toEqual({ ...old, generation: 2, accessToken: "b", notBefore: null, sentAt: null })
  })

  it.each([null, undefined, ""])("keeps the old refresh token where the new one is %j", (refreshToken) => {
    expect(grant({ refreshToken }, { after: old })?.refreshToken).toBe("r")
  })

  it("takes what is new", () => {
    const by = { window: { from: "credential", afterS: 60 } } as const
    const expected = { refreshToken: "q", user: { id: 2 }, windowEndsAt: NOW + 60_000, startedAt: 7, usedAt: 10 }
    expect(grant({ refreshToken: "q", user: { id: 2 } }, { after: old, by })).toMatchObject(expected)
  })

  it("keeps the identity of an equal user", () => {
    expect(grant({ user: { id: 1 } }, { after: old })?.user).toBe(old.user)
  })
})

describe("whether there is something to refresh with", () => {
  const inBrowser = () => {
    vi.stubGlobal("window", {})
    vi.stubGlobal("document", {})
  }

  it.each<[Rules["credential"], boolean]>([
    ["body", false],
    ["header", false],
    ["bearer", true],
    ["cookie", false],
  ])("no refresh token, credential in %s, on a server: %j", (credential, expected) => {
    expect(grant({}, { by: { credential } })?.refreshable).toBe(expected)
  })

  it.each<[Rules["credential"], boolean]>([
    ["body", false],
    ["cookie", true],
  ])("no refresh token, credential in %s, in a browser: %j", (credential, expected) => {
    inBrowser()
    expect(grant({}, { by: { credential } })?.refreshable).toBe(expected)
  })

  it("there is where there was", () => {
    const old = grant({})!
    expect(grant({}, { after: { ...old, refreshable: true } })?.refreshable).toBe(true)
    expect(grant({}, { after: old })?.refreshable).toBe(false)
  })
})

describe("the end of an access token", () => {
  const both = { accessToken: jwt({ iat: NOW_S, exp: NOW_S + 600 }), expiresInS: 300 }

  it.each<[string, Rules["expiry"], number | null]>([
    ["the claim, where it is trusted first", { from: ["jwt", "reply"], take: "first", otherwiseS: null }, (NOW_S + 600) * 1_000],
    ["what the reply states, where that is", { from: ["reply", "jwt"], take: "first", otherwiseS: null }, NOW + 300_000],
    ["the earliest of both", { from: ["jwt", "reply"], take: "earliest", otherwiseS: null }, NOW + 300_000],
    ["no other than the one that is trusted", { from: [], take: "first", otherwiseS: 9 }, null],
  ])("is %s", (_, expiry, expected) => {
    expect(grant(both, { by: { expiry } })?.expiresAt).toBe(expected)
  })

  it("is the earliest also where the claim is", () => {
    expect(
      grant({ ...both, expiresInS: 900 }, { by: { expiry: { from: ["reply", "jwt"], take: "earliest", otherwiseS: null } } })?.expiresAt,
    ).toBe((NOW_S + 600) * 1_000)
  })

  it.each([
    [null, null],
    [60, NOW + 60_000],
  ])("is, where the reply states no lifetime and the rules say %j", (otherwiseS, expected) => {
    expect(grant({ expiresInS: null }, { by: { expiry: { ...reply, otherwiseS } } })?.expiresAt).toBe(expected)
  })

  it("is the stated one, whatever the rules say otherwise", () => {
    expect(grant({ expiresInS: 30 }, { by: { expiry: { ...reply, otherwiseS: 60 } } })?.expiresAt).toBe(NOW + 30_000)
  })

  it.each([-1, Number.NaN, Infinity, 8.64e12 + 1, "600" as never])("%j s is senseless, and the answer unreadable", (s) => {
    expect(grant({ expiresInS: s })).toBeNull()
    if (Number.isFinite(s)) expect(claiming({ exp: s })).toBeNull()
    expect(claiming({ exp: String(s) })).toBeNull()
  })

  it("before the token's own beginning is senseless, at it is not", () => {
    expect(claiming({ iat: NOW_S, exp: NOW_S - 1 })).toBeNull()
    expect(claiming({ iat: NOW_S, exp: NOW_S })).not.toBeNull()
  })

  it("may be as far away as a Date can be", () => {
    expect(claiming({ exp: 8.64e12 })?.expiresAt).toBe(8.64e15)
  })

  it("is trusted for a second at least, so that no refresh follows at once", () => {
    expect(grant({ expiresInS: 0 })?.expiresAt).toBe(NOW + 1_000)
    expect(grant({ expiresInS: 2 })?.expiresAt).toBe(NOW + 2_000)
    expect(claiming({ iat: NOW_S, exp: NOW_S })?.expiresAt).toBe(NOW + 1_000)
  })

  it("is unknown where the token looks expired and never says when it was issued", () => {
    expect(claiming({ exp: NOW_S - 60 })?.expiresAt).toBeNull()
    expect(claiming({ exp: NOW_S + 60 })?.expiresAt).toBe((NOW_S + 60) * 1_000)
    expect(grant({ expiresInS: 0 }, { by: { expiry: reply } })?.expiresAt).toBe(NOW + 1_000)
  })

  it("of a token that was handed over is what it says, also where it is past", () => {
    expect(claiming({ exp: NOW_S - 60 }, { at: { ...arrival, sentAt: null } })?.expiresAt).toBe((NOW_S - 60) * 1_000)
    expect(grant({}, { at: { ...arrival, sentAt: null } })?.expiresAt).toBeNull()
  })
})

describe("how far the provider's clock is ahead", () => {
  const skew = (iatMs: number, at: Arrival = arrival) => claiming({ iat: iatMs / 1_000 }, { at })?.skewMs

  it("is unknown, and counts as none, where it states no moment", () => {
    expect(grant({})).toMatchObject({ skewMs: 0, issuedAt: NOW })
  })

  it.each([
    ["ahead by 1 ms, the second may have just ended", NOW + 1, 1_000],
    ["ahead by a minute", NOW + 60_000, 60_999],
    ["equal", NOW, 0],
    ["in the same second", NOW - 999, 0],
    ["one second behind", NOW - 1_000, -1],
    ["a minute behind", NOW - 60_000, -59_001],
  ])("%s", (_, iatMs, expected) => {
    expect(skew(iatMs)).toBe(expected)
    expect(claiming({ iat: iatMs / 1_000 })?.issuedAt).toBe(NOW + expected)
  })

  it("is none as long as the moment can lie between asking and receiving", () => {
    expect(skew(NOW - 5_000, { sentAt: NOW - 5_000, receivedAt: NOW })).toBe(0)
    expect(skew(NOW - 5_999, { sentAt: NOW - 5_000, receivedAt: NOW })).toBe(0)
    expect(skew(NOW - 6_000, { sentAt: NOW - 5_000, receivedAt: NOW })).toBe(-1)
  })

  it("is none where our clock was set back in between, and the moment fits the answer", () => {
    expect(skew(NOW, { sentAt: NOW + 60_000, receivedAt: NOW })).toBe(0)
  })

  it("of tokens of unknown age is none unless they come from our future", () => {
    expect(skew(NOW - 60_000, { sentAt: null, receivedAt: NOW })).toBe(0)
    expect(skew(NOW + 60_000, { sentAt: null, receivedAt: NOW })).toBe(60_999)
  })

  it("is read where the rules say, in their order", () => {
    const headers = new Headers({ date: "Thu, 01 Jan 2026 12:03:00 GMT" })
    const accessToken = jwt({ iat: NOW_S + 60, nbf: NOW_S + 120 })
    const read = (issuedAt: Rules["issuedAt"], token = accessToken) =>
      grant({ accessToken: token }, { by: { issuedAt }, at: { ...arrival, headers } })?.skewMs
    expect(read(["iat", "nbf", "date"])).toBe(60_000 - 500 + 999)
    expect(read(["nbf", "iat"])).toBe(120_000 - 500 + 999)
    expect(read(["date", "iat"])).toBe(180_000 - 500 + 999)
    expect(read(["iat", "nbf", "date"], "opaque")).toBe(180_000 - 500 + 999)
    expect(read([])).toBe(0)
  })

  it("is none where the moment is senseless", () => {
    expect(claiming({ iat: "now" })?.skewMs).toBe(0)
    expect(claiming({ iat: -1 })?.skewMs).toBe(0)
    expect(grant({}, { at: { ...arrival, headers: new Headers({ date: "now" }) } })?.skewMs).toBe(0)
  })
})

describe("the end of the refresh window", () => {
  const window = (tokens: Partial<Tokens>, rule: Rules["window"]) => grant(tokens, { by: { window: rule } })?.windowEndsAt

  it("counts from the first issue", () => {
    expect(window({ accessToken: jwt({ iat: NOW_S }) }, { from: "iat", afterS: 60 })).toBe((NOW_S + 60) * 1_000)
    expect(window({}, { from: "iat", afterS: 60 })).toBeNull()
    expect(window({ accessToken: jwt({ iat: "now" }) }, { from: "iat", afterS: 60 })).toBeNull()
  })

  it("counts from a new credential", () => {
    expect(window({ refreshToken: "r" }, { from: "credential", afterS: 60 })).toBe(NOW + 60_000)
    expect(window({}, { from: "credential", afterS: 60 })).toBeNull()
  })

  it("is the end of the refresh JWT", () => {
    expect(window({ refreshToken: jwt({ exp: NOW_S + 60 }) }, { from: "refreshJwt" })).toBe((NOW_S + 60) * 1_000)
    expect(window({ refreshToken: "opaque" }, { from: "refreshJwt" })).toBeNull()
    expect(window({}, { from: "refreshJwt" })).toBeNull()
  })

  it("is unknown without a rule", () => expect(window({ accessToken: jwt({ iat: NOW_S }), refreshToken: "r" }, null)).toBeNull())
})

describe("what everyone may know of a record", () => {
  const record = { ...grant({ refreshToken: "r", user: { id: 1 } })!, expiresAt: NOW + 3_600_000, windowEndsAt: NOW + 7_200_000 }

  it("is no token", () => {
    expect(factsOf(record)).toEqual({
      sid: "s",
      generation: 1,
      startedAt: NOW,
      usedAt: NOW,
      issuedAt: NOW,
      expiringAt: NOW + 3_540_000,
      expiresAt: NOW + 3_600_000,
      windowEndsAt: NOW + 7_200_000,
      refreshable: true,
      user: { id: 1 },
    })
  })

  it("counts by our clock", () => {
    expect(factsOf({ ...record, skewMs: 5_000 })).toMatchObject({
      issuedAt: NOW - 5_000,
      expiringAt: NOW + 3_535_000,
      expiresAt: NOW + 3_595_000,
      windowEndsAt: NOW + 7_195_000,
    })
  })

  it.each([
    [600_000, 60_000],
    [599_000, 59_900],
    [10_000, 1_000],
    [0, 0],
    [-10_000, 0],
  ])("a token of %i ms has a lead time of %i ms", (lifetimeMs, leadMs) => {
    const { expiringAt, expiresAt } = factsOf({ ...record, expiresAt: NOW + lifetimeMs })
    expect(expiresAt! - expiringAt!).toBeCloseTo(leadMs, 6)
  })

  it("what has no end has no lead time", () => {
    expect(factsOf({ ...record, expiresAt: null, windowEndsAt: null })).toMatchObject({
      expiringAt: null,
      expiresAt: null,
      windowEndsAt: null,
    })
  })
})
