import { describe, expect, test } from "vitest"
import { vault, type VaultOptions } from "../../src/providers/vault.ts"
import { complaintOf, DAY, held, HOUR, inS, jwt, MINUTE, NOW, recordAfter, reply, verdictOn } from "./provider-at-work.ts"

const provider = vault({ partnerId: 4711 })

describe("requests", () => {
  test("a refresh posts the refresh token as JSON, under two headers", () => {
    expect(provider.refresh(held)).toEqual({
      method: "POST",
      url: "https://api.vault.ist/v1/auth/token",
      headers: { partnerId: "4711", grantType: "refresh_token" },
      json: { refreshToken: "old-refresh" },
    })
  })

  test("a partner's number is sent in decimal, whatever its size and sign", () => {
    expect(vault({ partnerId: 2_147_483_647 }).refresh(held).headers).toMatchObject({ partnerId: "2147483647" })
    expect(vault({ partnerId: -1 }).refresh(held).headers).toMatchObject({ partnerId: "-1" })
  })

  test.each(["https://vault.example/api", "https://vault.example/api/", "https://vault.example/api//"])("%s may be the base", (baseUrl) => {
    const elsewhere = vault({ partnerId: 1, baseUrl })
    expect(elsewhere.refresh(held).url).toBe("https://vault.example/api/v1/auth/token")
    expect(elsewhere.origins).toEqual(["https://vault.example/api"])
  })

  test("there is no login and no logout", () => {
    expect(provider).toMatchObject({ login: null, logout: null, origins: ["https://api.vault.ist"] })
  })
})

describe("replies", () => {
  const sample = { access_token: "opaque", refresh_token: "new-refresh", expires_in: 3600, token_type: "Bearer" }

  test("the documented reply yields both tokens and an hour", async () => {
    expect(await recordAfter(provider, reply(200, sample))).toMatchObject({
      accessToken: "opaque",
      refreshToken: "new-refresh",
      expiresAt: NOW + HOUR,
      refreshable: true,
      windowEndsAt: null,
      user: null,
    })
  })

  test.each([undefined, null])("a reply whose expires_in is %s gives a token 24 hours", async (expires_in) => {
    expect(await recordAfter(provider, reply(200, { ...sample, expires_in }))).toMatchObject({ expiresAt: NOW + DAY })
  })

  test("exp cuts expires_in short, and the 24 hours too", async () => {
    const access_token = jwt({ iat: inS(NOW), exp: inS(NOW + 10 * MINUTE) })
    expect(await recordAfter(provider, reply(200, { ...sample, access_token }))).toMatchObject({ expiresAt: NOW + 10 * MINUTE })
    expect(await recordAfter(provider, reply(200, { access_token }))).toMatchObject({ expiresAt: NOW + 10 * MINUTE })
  })

  test("expires_in cuts exp short", async () => {
    const access_token = jwt({ iat: inS(NOW), exp: inS(NOW + 2 * DAY) })
    expect(await recordAfter(provider, reply(200, { ...sample, access_token }))).toMatchObject({ expiresAt: NOW + HOUR })
  })

  test.each([undefined, null, ""])("a reply whose refresh_token is %j keeps the old one", async (refresh_token) => {
    const before = await recordAfter(provider, reply(200, sample))
    expect(await recordAfter(provider, reply(200, { ...sample, refresh_token }), before!)).toMatchObject({
      generation: 2,
      refreshToken: "new-refresh",
    })
  })

  test("the clock of the provider is known from iat, and from Date where there is none", async () => {
    const ahead = NOW + HOUR
    const access_token = jwt({ iat: inS(ahead), exp: inS(ahead + HOUR) })
    expect((await recordAfter(provider, reply(200, { ...sample, access_token })))?.skewMs).toBe(HOUR + 999)
    const headers = { date: new Date(ahead).toUTCString() }
    expect((await recordAfter(provider, reply(200, sample, { headers })))?.skewMs).toBe(HOUR + 999)
  })

  test.each([-1, 1e300])("an expires_in of %d is senseless, and puts the reply in doubt", async (expires_in) => {
    expect(await verdictOn(provider, reply(200, { ...sample, expires_in }))).toMatchObject({ is: "inDoubt" })
  })
})

describe("answers", () => {
  test.each([400, 401, 403, 200])("invalid_grant refuses, with status %d", async (status) => {
    expect(await verdictOn(provider, reply(status, { error: "invalid_grant", error_description: "" }))).toEqual({
      is: "refused",
      answer: "refreshTokenExpired",
    })
  })

  test.each([400, 401])("invalid_request is a fault of configuration, with status %d", async (status) => {
    expect(await verdictOn(provider, reply(status, { error: "invalid_request" }))).toEqual({
      is: "misconfigured",
      answer: "requestIncomplete",
    })
  })

  test("a 401 without a body refuses, a 400 or 403 without one does not", async () => {
    expect(await verdictOn(provider, reply(401))).toEqual({ is: "refused", answer: "refusedWithoutBody" })
    for (const status of [400, 403, 404]) expect(await verdictOn(provider, reply(status))).toMatchObject({ is: "misconfigured" })
  })

  test("a 401 with another error refuses too, but by no rule of VAULT's", async () => {
    expect(await verdictOn(provider, reply(401, { error: "something_else" }))).toEqual({ is: "refused", answer: "unauthorized" })
  })

  test("a 4xx with somebody else's body refuses nothing", async () => {
    expect(await verdictOn(provider, reply(403, { message: "Forbidden" }))).toMatchObject({ is: "misconfigured" })
    expect(await verdictOn(provider, reply(400, { error: { code: "invalid_grant" } }))).toMatchObject({ is: "misconfigured" })
  })
})

test.each<[unknown, string]>([
  [{ partnerId: "4711" }, 'vault: option "partnerId" must be a whole number of 32 bits'],
  [{ partnerId: 1.5 }, 'vault: option "partnerId" must be a whole number of 32 bits'],
  [{ partnerId: 2_147_483_648 }, 'vault: option "partnerId" must be a whole number of 32 bits'],
  [{}, 'vault: option "partnerId" must be a whole number of 32 bits'],
  [{ partnerId: 1, baseUrl: "http://vault.example" }, 'vault: option "baseUrl" must be an absolute https URL (http only on loopback)'],
  [{ partnerId: 1, baseUrl: "/api" }, 'vault: option "baseUrl" must be an absolute https URL (http only on loopback)'],
  [{ partnerId: 1, partnerID: 1 }, 'vault: there is no option "partnerID"; there are partnerId, baseUrl'],
  [undefined, "vault: its options must be an object with partnerId, baseUrl"],
])("options %j are refused with a sentence", (options, sentence) => {
  expect(complaintOf(() => vault(options as VaultOptions))).toBe(sentence)
})
