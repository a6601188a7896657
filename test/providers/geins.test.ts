import { afterEach, describe, expect, test, vi } from "vitest"
import { geins, type GeinsOptions } from "../../src/providers/geins.ts"
import { complaintOf, DAY, held, inS, jwt, MINUTE, NOW, PAGE, recordAfter, reply, SECOND, verdictOn } from "./provider-at-work.ts"

const options = { account: "acme", merchantApiKey: "key" }
const provider = geins(options)
const ada = { username: "ada@example.com", password: "difference-engine" }
const loginUrl = "https://auth-service.geins.io/api/acme_prod/login"

afterEach(() => {
  vi.unstubAllGlobals()
})

describe("requests", () => {
  test("a refresh is a GET with the refresh token in its header", () => {
    expect(provider.refresh(held)).toEqual({
      method: "GET",
      url: loginUrl,
      headers: { "Content-Type": "application/json", "x-auth-refresh-token": "old-refresh" },
    })
  })

  test("a login asks what is to be signed, has it signed, and sends both back", () => {
    const [challenge, sign] = provider.login!.steps!
    const signed = { identity: "a+b/c=", timestamp: "today", signature: "signed" }
    expect(challenge!.request(ada, [])).toEqual({ method: "POST", url: loginUrl, json: { username: "ada@example.com" } })
    expect(sign!.request(ada, [{ sign: "a+b/c=" }])).toEqual({
      method: "GET",
      url: "https://merchantapi.geins.io/auth/sign/key?identity=a%2Bb%2Fc%3D",
    })
    expect(provider.login!.request(ada, [{ sign: "a+b/c=" }, signed])).toEqual({
      method: "POST",
      url: loginUrl,
      json: { ...ada, signature: signed },
    })
  })

  test("the signature goes back whole, whatever else is in it", async () => {
    const signature = { identity: "i", timestamp: 1747838047, signature: "s", extra: true }
    expect(await provider.login!.steps![1]!.reply["~standard"].validate(signature)).toEqual({ value: signature })
    expect(await provider.login!.steps![1]!.reply["~standard"].validate({ identity: "i" })).toHaveProperty("issues")
    expect(await provider.login!.steps![0]!.reply["~standard"].validate({})).toHaveProperty("issues")
  })

  test.each([
    [undefined, undefined],
    [true, undefined],
    [false, 30],
  ])("a user whose remember is %s asks for a sessionLifetime of %s", (remember, sessionLifetime) => {
    expect(provider.login!.request({ ...ada, remember }, [{}, {}]).json).toMatchObject({ sessionLifetime })
  })

  test("the password is transformed once, before the first call, at once or later", async () => {
    const transforms = [(password: string) => `hash of ${password}`, (password: string) => Promise.resolve(`hash of ${password}`)]
    for (const transformPassword of transforms) {
      const hashing = geins({ ...options, transformPassword })
      expect(await hashing.login!.prepare!({ ...ada, remember: false })).toEqual({
        username: "ada@example.com",
        password: "hash of difference-engine",
        remember: false,
      })
    }
    expect(await provider.login!.prepare!(ada)).toEqual(ada)
  })

  test("a logout is a GET with the refresh token in its header", () => {
    expect(provider.logout!.request(held)).toEqual({
      method: "GET",
      url: "https://auth-service.geins.io/api/acme_prod/logout",
      headers: { "Content-Type": "application/json", "x-auth-refresh-token": "old-refresh" },
    })
  })

  test("environment and both URLs are options, with or without a slash at the end", () => {
    const staging = geins({ ...options, environment: "qa", authUrl: "https://auth.example/", merchantApiUrl: "https://api.example/" })
    expect(staging.refresh(held).url).toBe("https://auth.example/api/acme_qa/login")
    expect(staging.login!.steps![1]!.request(ada, [{ sign: "s" }]).url).toBe("https://api.example/auth/sign/key?identity=s")
    expect(staging.origins).toEqual(["https://api.example"])
  })
})

describe("replies", () => {
  const token = jwt({ iat: inS(NOW), exp: inS(NOW + 15 * MINUTE) })
  const withHeader = { headers: { "x-auth-refresh-token": "new-refresh" } }

  test("the documented reply yields 900 s, not 900 minutes or ms", async () => {
    expect(await recordAfter(provider, reply(200, { token: "opaque", maxAge: 900 }, withHeader))).toMatchObject({
      accessToken: "opaque",
      refreshToken: "new-refresh",
      expiresAt: NOW + 15 * MINUTE,
      windowEndsAt: NOW + 7 * DAY,
    })
  })

  test("the earlier of exp and maxAge counts", async () => {
    expect(await recordAfter(provider, reply(200, { token, maxAge: 60 }))).toMatchObject({ expiresAt: NOW + MINUTE })
    expect(await recordAfter(provider, reply(200, { token, maxAge: 86_400 }))).toMatchObject({ expiresAt: NOW + 15 * MINUTE })
  })

  test("a reply without maxAge gives a token its documented 15 minutes", async () => {
    expect(await recordAfter(provider, reply(200, { token: "opaque" }))).toMatchObject({ expiresAt: NOW + 15 * MINUTE })
  })

  test("a reply with a new refresh token replaces the old one, and its seven days begin anew", async () => {
    const before = await recordAfter(provider, reply(200, { token, maxAge: 900 }, withHeader))
    const later = { ...reply(200, { token: "opaque" }, { headers: { "x-auth-refresh-token": "newer" } }), receivedAt: NOW + DAY }
    expect(await recordAfter(provider, later, before!)).toMatchObject({ refreshToken: "newer", windowEndsAt: NOW + 8 * DAY })
  })

  test("a reply without one keeps the old one, and its seven days", async () => {
    const before = await recordAfter(provider, reply(200, { token, maxAge: 900 }, withHeader))
    const later = { ...reply(200, { token: "opaque" }), receivedAt: NOW + DAY }
    expect(await recordAfter(provider, later, before!)).toMatchObject({ refreshToken: "new-refresh", windowEndsAt: NOW + 7 * DAY })
  })

  test("a clock that is behind ours is known from iat", async () => {
    const behind = NOW - 5 * MINUTE
    const record = await recordAfter(provider, reply(200, { token: jwt({ iat: inS(behind), exp: inS(behind + 15 * MINUTE) }) }))
    expect(record?.skewMs).toBe(-5 * MINUTE + 999)
    expect(record!.expiresAt! - record!.skewMs).toBe(NOW + 15 * MINUTE - SECOND + 1)
  })

  test("a 200 without a token is a failed refresh, in doubt", async () => {
    expect(await verdictOn(provider, reply(200, { maxAge: 900 }))).toMatchObject({ is: "inDoubt" })
    expect(await verdictOn(provider, reply(200, { token: "", maxAge: 900 }))).toMatchObject({ is: "inDoubt" })
  })
})

describe("answers", () => {
  test("a 401 says that the refresh token is done with", async () => {
    for (const body of [undefined, { message: "Unauthorized" }]) {
      expect(await verdictOn(provider, reply(401, body))).toEqual({ is: "refused", answer: "refreshTokenExpired" })
    }
  })

  test.each([400, 403, 404])("a %d refuses too, unless it is a web page", async (status) => {
    expect(await verdictOn(provider, reply(status, { message: "no" }))).toEqual({ is: "refused", answer: "refreshRefused" })
    expect(await verdictOn(provider, reply(status, PAGE))).toMatchObject({ is: "misconfigured" })
  })
})

test("in a browser it throws, and names the way out", () => {
  vi.stubGlobal("window", {})
  vi.stubGlobal("document", {})
  expect(complaintOf(() => geins(options))).toMatch(/^geins: .*browser.*createSessionHandler/)
})

test.each<[unknown, string]>([
  [{ merchantApiKey: "key" }, 'geins: option "account" must be a non-empty string'],
  [{ account: "acme", merchantApiKey: "" }, 'geins: option "merchantApiKey" must be a non-empty string'],
  [{ ...options, environment: "" }, 'geins: option "environment" must be a non-empty string'],
  [{ ...options, authUrl: "http://auth.example" }, 'geins: option "authUrl" must be an absolute https URL (http only on loopback)'],
  [{ ...options, merchantApiUrl: "api.example" }, 'geins: option "merchantApiUrl" must be an absolute https URL (http only on loopback)'],
  [{ ...options, transformPassword: "sha384" }, 'geins: option "transformPassword" must be a function'],
  [
    { ...options, apiKey: "key" },
    'geins: there is no option "apiKey"; there are account, merchantApiKey, environment, authUrl, merchantApiUrl, transformPassword',
  ],
])("options %j are refused with a sentence", (wrong, sentence) => {
  expect(complaintOf(() => geins(wrong as GeinsOptions))).toBe(sentence)
})
