import { describe, expect, test } from "vitest"
import { commerceEngine, type CommerceEngineOptions } from "../../src/providers/commerce-engine.ts"
import { complaintOf, DAY, held, HOUR, inS, jwt, NOW, PAGE, recordAfter, reply, verdictOn } from "./provider-at-work.ts"

const options = { baseUrl: "https://store.example/api", apiKey: "key" }
const provider = commerceEngine(options)

const access_token = jwt({ iat: inS(NOW), exp: inS(NOW + HOUR) })
const refresh_token = jwt({ iat: inS(NOW), exp: inS(NOW + 30 * DAY) })
const succeeded = (content: object) => ({ message: "done", success: true, content })
const failed = { message: "no", success: false, code: "BAD_REQUEST" }
const user = { id: "01H9", email: "ada@example.com", first_name: "Ada", last_name: null, is_anonymous: false }

describe("requests", () => {
  test("a refresh posts the refresh token as JSON, with the access token beside it", () => {
    expect(provider.refresh(held)).toEqual({
      method: "POST",
      url: "https://store.example/api/auth/refresh-token",
      headers: { Authorization: "Bearer old-access" },
      json: { refresh_token: "old-refresh" },
    })
  })

  test("a login by password posts e-mail and password, and nothing else that it was given", () => {
    const credentials = { email: "ada@example.com", password: "engine", remember: true }
    expect(provider.login!.request(credentials, [])).toEqual({
      method: "POST",
      url: "https://store.example/api/auth/login/password",
      json: { email: "ada@example.com", password: "engine" },
    })
  })

  test("an anonymous start wants the store's key", () => {
    expect(provider.login!.request({ anonymous: true }, [])).toEqual({
      method: "POST",
      url: "https://store.example/api/auth/anonymous",
      headers: { "X-Api-Key": "key" },
    })
  })

  test("a logout wants a usable bearer", () => {
    expect(provider.logout!.needsUsableToken).toBe(true)
    expect(provider.logout!.request(held)).toEqual({
      method: "POST",
      url: "https://store.example/api/auth/logout",
      headers: { Authorization: "Bearer old-access" },
    })
  })

  test("whether the anonymous pair of a logout is kept is the user's choice", () => {
    expect(provider.logout!.yieldsTokens).toBe(false)
    expect(commerceEngine({ ...options, afterLogout: "nothing" }).logout!.yieldsTokens).toBe(false)
    expect(commerceEngine({ ...options, afterLogout: "anonymous" }).logout!.yieldsTokens).toBe(true)
  })

  test("a base with a slash at its end will do", () => {
    expect(commerceEngine({ ...options, baseUrl: "https://store.example/api/" }).refresh(held).url).toBe(provider.refresh(held).url)
  })
})

describe("replies", () => {
  test("both expiries are read from the tokens", async () => {
    expect(await recordAfter(provider, reply(200, succeeded({ access_token, refresh_token })))).toMatchObject({
      accessToken: access_token,
      refreshToken: refresh_token,
      expiresAt: NOW + HOUR,
      windowEndsAt: NOW + 30 * DAY,
      user: null,
    })
  })

  test("opaque tokens work: then only the server knows", async () => {
    expect(await recordAfter(provider, reply(200, succeeded({ access_token: "a", refresh_token: "r" })))).toMatchObject({
      refreshToken: "r",
      refreshable: true,
      expiresAt: null,
      windowEndsAt: null,
    })
  })

  test("a refresh replaces both tokens, moves the window and keeps the user", async () => {
    const before = await recordAfter(provider, reply(200, succeeded({ user, access_token, refresh_token })))
    expect(before?.user).toEqual(user)
    const newer = jwt({ exp: inS(NOW + 31 * DAY) })
    const after = await recordAfter(provider, reply(200, succeeded({ access_token: "new", refresh_token: newer })), before!)
    expect(after).toMatchObject({ accessToken: "new", refreshToken: newer, windowEndsAt: NOW + 31 * DAY })
    expect(after?.user).toBe(before?.user)
  })

  test("an anonymous user has little but an id", async () => {
    const anonymous = { id: "anonymous-1", is_anonymous: true }
    expect((await recordAfter(provider, reply(200, succeeded({ user: anonymous, access_token, refresh_token }))))?.user).toEqual(anonymous)
  })

  test("a user that cannot be read costs no token", async () => {
    for (const unreadable of [null, "Ada", { id: 1 }]) {
      const record = await recordAfter(provider, reply(200, succeeded({ user: unreadable, access_token, refresh_token })))
      expect(record).toMatchObject({ accessToken: access_token, user: null })
    }
  })

  test("a missing token is a failed refresh, in doubt", async () => {
    for (const content of [{ access_token }, { refresh_token }, {}]) {
      expect(await verdictOn(provider, reply(200, succeeded(content)))).toMatchObject({ is: "inDoubt" })
    }
  })
})

describe("answers", () => {
  test.each([
    [400, "refreshTokenExpired"],
    [404, "sessionNotFound"],
    [401, "accessDenied"],
    [403, "accessDenied"],
    [200, "refreshFailed"],
  ])("a %d in the error envelope refuses: %s", async (status, answer) => {
    expect(await verdictOn(provider, reply(status, failed))).toEqual({ is: "refused", answer })
    expect(await verdictOn(provider, reply(status, { ...failed, errors: [] }))).toEqual({ is: "refused", answer })
  })

  test.each([
    ["nothing", undefined],
    ["a gateway's JSON", { message: "Forbidden" }],
    ["success: true", { ...failed, success: true }],
    ["no code", { message: "no", success: false }],
    ["a web page", PAGE],
  ])("a 400, 403 or 404 with %s refuses nothing", async (_, body) => {
    for (const status of [400, 403, 404]) {
      expect(await verdictOn(provider, reply(status, body))).toEqual({ is: "misconfigured", answer: "notTheProvider" })
    }
  })

  test("a 200 that says success: false outside the envelope is in doubt", async () => {
    expect(await verdictOn(provider, reply(200, { success: false }))).toMatchObject({ is: "inDoubt" })
    const withTokens = { message: "no", success: false, content: { access_token: "a", refresh_token: "r" } }
    expect(await verdictOn(provider, reply(200, withTokens))).toMatchObject({ is: "inDoubt" })
  })

  test("a 500 in the error envelope is in doubt", async () => {
    expect(await verdictOn(provider, reply(500, failed))).toMatchObject({ is: "inDoubt" })
  })
})

test.each<[unknown, string]>([
  [{ apiKey: "key" }, 'commerce-engine: option "baseUrl" must be an absolute https URL (http only on loopback)'],
  [{ ...options, apiKey: "" }, 'commerce-engine: option "apiKey" must be a non-empty string'],
  [{ ...options, afterLogout: "stay" }, 'commerce-engine: option "afterLogout" must be "nothing" or "anonymous"'],
  [{ ...options, storeId: "1" }, 'commerce-engine: there is no option "storeId"; there are baseUrl, apiKey, afterLogout'],
])("options %j are refused with a sentence", (wrong, sentence) => {
  expect(complaintOf(() => commerceEngine(wrong as CommerceEngineOptions))).toBe(sentence)
})
