import { describe, expect, test } from "vitest"
import { unisouk, type UnisoukOptions } from "../../src/providers/unisouk.ts"
import { complaintOf, held, HOUR, inS, jwt, MINUTE, NOW, PAGE, recordAfter, reply, verdictOn } from "./provider-at-work.ts"

const options = { storeId: "9007199254741997", baseUrl: "https://api.shop.example" }
const provider = unisouk(options)
const cookieName = "__Secure-unisouk.9007199254741997.refresh-token"

const customer = {
  id: "9007199254740993",
  storeId: "9007199254741997",
  email: "ada@example.com",
  mobileNumber: null,
  emailVerified: "2025-11-03T09:15:00.120Z",
  mobileVerified: null,
  status: "ACTIVE",
  createdAt: "2025-11-03T09:12:41.007Z",
  updatedAt: "2025-11-03T09:15:00.121Z",
}

const refreshed = (data: object) => ({ message: "Refresh Success.", data, source: "db" })
const failed = (statusCode: number, error: string) => ({
  requestId: "c7d4e5f6",
  error,
  statusCode,
  message: "no",
  path: "/auth/refresh/9007199254741997",
  timestamp: NOW,
})

describe("requests", () => {
  test("a refresh is a GET with the store's header and the store's cookie, and no body", () => {
    expect(provider.refresh(held)).toEqual({
      method: "GET",
      url: "https://api.shop.example/auth/refresh/9007199254741997",
      headers: { "x-store-id": "9007199254741997" },
      cookies: { [cookieName]: "old-refresh" },
    })
  })

  test("a refresh that is to be posted has an empty JSON body", () => {
    expect(unisouk({ ...options, refreshMethod: "POST" }).refresh(held)).toEqual({
      method: "POST",
      url: "https://api.shop.example/auth/refresh/9007199254741997",
      headers: { "x-store-id": "9007199254741997" },
      json: {},
      cookies: { [cookieName]: "old-refresh" },
    })
  })

  test("where script cannot see the cookie, the browser is asked to send it", () => {
    expect(provider.refresh({ ...held, refreshToken: "" }).cookies).toStrictEqual({ [cookieName]: undefined })
  })

  test("a login names the store twice, and asks for the cookie to be kept", () => {
    expect(provider.login!.request({ email: "ada@example.com", password: "engine" }, [])).toEqual({
      method: "POST",
      url: "https://api.shop.example/auth/login",
      headers: { "x-store-id": "9007199254741997" },
      json: { email: "ada@example.com", password: "engine", storeId: "9007199254741997" },
      cookies: {},
    })
  })

  test("a logout wants a usable bearer", () => {
    expect(provider.logout!.needsUsableToken).toBe(true)
    expect(provider.logout!.request(held)).toEqual({
      method: "GET",
      url: "https://api.shop.example/auth/logout",
      headers: { "x-store-id": "9007199254741997", Authorization: "Bearer old-access" },
      cookies: { [cookieName]: "old-refresh" },
    })
  })

  test("a base with a slash at its end will do", () => {
    expect(unisouk({ ...options, baseUrl: "https://api.shop.example/" }).refresh(held).url).toBe(provider.refresh(held).url)
  })
})

describe("replies", () => {
  const accessToken = jwt({ iat: inS(NOW), exp: inS(NOW + HOUR) })

  test("the documented reply yields the token, the customer with ids as text, and the cookie's value", async () => {
    const cookies = { [cookieName]: "new-refresh", "__Secure-unisouk.1.refresh-token": "of another store" }
    expect(await recordAfter(provider, reply(200, refreshed({ customer, accessToken }), { cookies }))).toMatchObject({
      accessToken,
      refreshToken: "new-refresh",
      expiresAt: NOW + HOUR,
      windowEndsAt: null,
      user: customer,
    })
  })

  test("a token that cannot be read lives for 15 minutes", async () => {
    const record = await recordAfter(provider, reply(200, refreshed({ customer, accessToken: "opaque" })))
    expect(record).toMatchObject({ expiresAt: NOW + 15 * MINUTE })
  })

  test("a reply without a cookie keeps the old one, a reply with one replaces it", async () => {
    const cookies = { [cookieName]: "first" }
    const before = await recordAfter(provider, reply(200, refreshed({ customer, accessToken }), { cookies }))
    expect(await recordAfter(provider, reply(200, refreshed({ customer, accessToken })), before!)).toMatchObject({ refreshToken: "first" })
    const rotated = reply(200, refreshed({ customer, accessToken }), { cookies: { [cookieName]: "second" } })
    expect(await recordAfter(provider, rotated, before!)).toMatchObject({ refreshToken: "second" })
  })

  test("fields that the customer does not have are null", async () => {
    const { mobileNumber: _, mobileVerified: __, ...lean } = customer
    const record = await recordAfter(provider, reply(200, refreshed({ customer: { ...lean, emailVerified: null }, accessToken })))
    expect(record?.user).toEqual({ ...customer, emailVerified: null })
  })

  test.each([undefined, null, {}, { ...customer, id: 2342341293912113 }, { ...customer, status: "ASLEEP" }])(
    "a customer of %j costs no token: the old one stays",
    async (unreadable) => {
      const before = await recordAfter(provider, reply(200, refreshed({ customer, accessToken })))
      const after = await recordAfter(provider, reply(200, refreshed({ customer: unreadable, accessToken: "new" })), before!)
      expect(after).toMatchObject({ accessToken: "new" })
      expect(after?.user).toBe(before?.user)
    },
  )

  test("the reply to a login is read in the same way", async () => {
    const body = { message: "Login Success", data: { customer, accessToken, isVerified: true }, source: "db" }
    expect(await recordAfter(provider, reply(200, body))).toMatchObject({ accessToken, user: customer })
  })
})

describe("answers", () => {
  test.each([
    [401, "UnauthorizedException", "refused", "refreshTokenExpired"],
    [403, "ForbiddenException", "refused", "accountSuspended"],
    [404, "NotFoundException", "refused", "customerNotFound"],
    [400, "BadRequestException", "misconfigured", "requestIncomplete"],
  ])("%d %s: %s, %s", async (status, error, is, answer) => {
    expect(await verdictOn(provider, reply(status, failed(status, error)))).toEqual({ is, answer })
  })

  test("500 InternalServerError is in doubt", async () => {
    expect(await verdictOn(provider, reply(500, failed(500, "InternalServerError")))).toMatchObject({ is: "inDoubt" })
  })

  test("a 200 for an INACTIVE customer refuses, whatever the token", async () => {
    const body = refreshed({ customer: { ...customer, status: "INACTIVE" }, accessToken: "good" })
    expect(await verdictOn(provider, reply(200, body))).toEqual({ is: "refused", answer: "customerInactive" })
    expect(await verdictOn(provider, reply(200, refreshed({ customer, accessToken: "good" })))).toEqual({ is: "granted" })
  })

  test.each([
    ["nothing", undefined],
    ["a gateway's JSON", { message: "Forbidden" }],
    ["half an envelope", { statusCode: 403, message: "Forbidden" }],
    ["a web page", PAGE],
  ])("a 400, 403 or 404 with %s refuses nothing", async (_, body) => {
    for (const status of [400, 403, 404]) {
      expect(await verdictOn(provider, reply(status, body))).toEqual({ is: "misconfigured", answer: "notTheProvider" })
    }
  })

  test("a 401 outside the envelope refuses all the same", async () => {
    expect(await verdictOn(provider, reply(401, { message: "no" }))).toEqual({ is: "refused", answer: "refreshTokenExpired" })
  })
})

test.each<[unknown, string]>([
  [{ baseUrl: "https://api.shop.example" }, 'unisouk: option "storeId" must be a non-empty string'],
  [{ ...options, storeId: 2342341293912313 }, 'unisouk: option "storeId" must be a non-empty string'],
  [{ storeId: "1" }, 'unisouk: option "baseUrl" must be an absolute https URL (http only on loopback)'],
  [{ ...options, refreshMethod: "PUT" }, 'unisouk: option "refreshMethod" must be "GET" or "POST"'],
  [{ ...options, store: "1" }, 'unisouk: there is no option "store"; there are storeId, baseUrl, refreshMethod'],
])("options %j are refused with a sentence", (wrong, sentence) => {
  expect(complaintOf(() => unisouk(wrong as UnisoukOptions))).toBe(sentence)
})
