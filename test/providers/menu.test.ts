import { describe, expect, test } from "vitest"
import type { RequestData } from "../../src/core/provider.ts"
import { menu, type MenuOptions } from "../../src/providers/menu.ts"
import { complaintOf, DAY, held, HOUR, inS, jwt, MINUTE, NOW, PAGE, recordAfter, reply, SECOND, verdictOn } from "./provider-at-work.ts"

const options = { application: "app", apiVersion: "4.38.0", deviceUuid: "1287796", baseUrl: "https://menu.example" }
const provider = menu(options)
const ada = { email: "ada@example.com", password: "difference-engine" }

const headers = {
  Application: "app",
  "Api-Version": "4.38.0",
  "Device-UUID": "1287796",
  "Content-Type": "application/json",
  "X-Request-ID": expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/) as string,
}

const customer = {
  id: "8100bab1-267e-41ae-8592-c229253b0129",
  type_id: 1,
  reference_type: "CustomerAccount",
  first_name: "Ada",
  last_name: "Lovelace",
  email: "ada@example.com",
  phone_number: "+15555550100",
  locale: "en-US",
  state: 1,
  demographics: [],
  optin_status_email: 3,
  optin_status_pn: 3,
  has_pending_email_change: false,
  has_pending_phone_number_change: false,
  is_social: false,
  social_login: null,
  updated_at: "2025-11-03 09:15:00",
  created_at: "2025-11-03 09:12:41",
}

const refreshed = (token: object, customer_account: unknown = customer) => ({
  status: "OK",
  code: 200,
  data: { customer_account, token: { refresh_ttl: 2_628_000, issued_token_type: "access_token", token_type: "Bearer", ...token } },
})

/** A token as the samples show one: its first issue, and this one. */
const tokenOf = (firstIssue: number, issue: number) => jwt({ iat: inS(firstIssue), nbf: inS(issue), exp: inS(issue + HOUR) })

describe("requests", () => {
  test("a refresh is a GET whose bearer is the token to be refreshed", () => {
    expect(provider.refresh({ ...held, refreshToken: "" })).toEqual({
      method: "GET",
      url: "https://menu.example/api/customers/refresh",
      headers: { ...headers, Authorization: "Bearer old-access" },
    })
  })

  test("a login posts e-mail and password to the issuer of the sample token", () => {
    const url = "https://menu.example/api/customers/login"
    expect(provider.login!.request(ada, [])).toEqual({ method: "POST", url, headers, json: ada })
  })

  test("every request has an id of its own", () => {
    const requests: RequestData[] = [provider.refresh(held), provider.refresh(held), provider.login!.request(ada, [])]
    expect(new Set(requests.map(({ headers: sent }) => sent?.["X-Request-ID"])).size).toBe(3)
  })

  test("there is a logout only where its path is known", () => {
    expect(provider.logout).toBeNull()
    expect(menu({ ...options, logoutPath: "/api/customers/logout" }).logout!.request(held)).toEqual({
      method: "GET",
      url: "https://menu.example/api/customers/logout",
      headers: { ...headers, Authorization: "Bearer old-access" },
    })
  })

  test("base and login path are options", () => {
    const elsewhere = menu({ ...options, baseUrl: "https://menu.example/v2/", loginPath: "/sign-in" })
    expect(elsewhere.login!.request(ada, []).url).toBe("https://menu.example/v2/sign-in")
    expect(elsewhere.refresh(held).url).toBe("https://menu.example/v2/api/customers/refresh")
  })
})

describe("replies", () => {
  test("exp counts, whether the ttl beside it is in minutes or in s", async () => {
    for (const ttl of [60, 3600, 1440, undefined]) {
      const record = await recordAfter(provider, reply(200, refreshed({ value: tokenOf(NOW, NOW), ttl })))
      expect(record).toMatchObject({ expiresAt: NOW + HOUR, skewMs: 0 })
    }
  })

  test("a token that cannot be read lives for ttl minutes, and without a ttl nobody knows how long", async () => {
    expect(await recordAfter(provider, reply(200, refreshed({ value: "opaque", ttl: 60 })))).toMatchObject({ expiresAt: NOW + HOUR })
    expect(await recordAfter(provider, reply(200, refreshed({ value: "opaque", ttl: 0.5 })))).toMatchObject({ expiresAt: NOW + MINUTE / 2 })
    expect(await recordAfter(provider, reply(200, refreshed({ value: "opaque" })))).toMatchObject({ expiresAt: null })
  })

  test("a refreshed token keeps its first iat: that is no clock running behind", async () => {
    const record = await recordAfter(provider, reply(200, refreshed({ value: tokenOf(NOW - 10 * DAY, NOW), ttl: 60 })))
    expect(record).toMatchObject({ skewMs: 0, issuedAt: NOW, expiresAt: NOW + HOUR })
  })

  test("an nbf in our future is a clock that runs ahead", async () => {
    const ahead = NOW + 5 * MINUTE
    const record = await recordAfter(provider, reply(200, refreshed({ value: tokenOf(ahead, ahead), ttl: 60 })))
    expect(record).toMatchObject({ skewMs: 5 * MINUTE + SECOND - 1, expiresAt: ahead + HOUR })
  })

  test("the window is 30 days from the first login, and no refresh moves it", async () => {
    const first = await recordAfter(provider, reply(200, refreshed({ value: tokenOf(NOW, NOW), ttl: 60 })))
    expect(first).toMatchObject({ windowEndsAt: NOW + 30 * DAY })
    const later = { ...reply(200, refreshed({ value: tokenOf(NOW, NOW + DAY), ttl: 60 })), sentAt: NOW + DAY, receivedAt: NOW + DAY }
    expect(await recordAfter(provider, later, first!)).toMatchObject({ windowEndsAt: NOW + 30 * DAY })
    const opaque = { ...reply(200, refreshed({ value: "opaque", ttl: 60 })), receivedAt: NOW + DAY }
    expect(await recordAfter(provider, opaque, first!)).toMatchObject({ windowEndsAt: NOW + 30 * DAY })
  })

  test("the token is all there is to refresh with", async () => {
    const record = await recordAfter(provider, reply(200, refreshed({ value: "opaque", ttl: 60 })))
    expect(record).toMatchObject({ refreshToken: null, refreshable: true })
  })

  test("the customer's account is the user, as far as it is there", async () => {
    const { user } = (await recordAfter(provider, reply(200, refreshed({ value: "opaque" }))))!
    expect(user).toEqual(customer)
    expect((await recordAfter(provider, reply(200, refreshed({ value: "opaque" }, { id: "1" }))))?.user).toEqual({ id: "1" })
  })

  test.each([null, {}, "Ada", { id: 7 }])("an account of %j costs no token: the old one stays", async (unreadable) => {
    const before = await recordAfter(provider, reply(200, refreshed({ value: "old" })))
    const after = await recordAfter(provider, reply(200, refreshed({ value: "new" }, unreadable)), before!)
    expect(after).toMatchObject({ accessToken: "new" })
    expect(after?.user).toBe(before?.user)
  })
})

describe("answers", () => {
  test("a 401 ends what cannot be refreshed", async () => {
    expect(await verdictOn(provider, reply(401, { status: "ERROR", code: 401 }))).toEqual({ is: "refused", answer: "tokenRefused" })
    expect(await verdictOn(provider, reply(401))).toEqual({ is: "refused", answer: "tokenRefused" })
  })

  test.each([400, 403, 404])("a %d refuses too, unless it is a web page", async (status) => {
    expect(await verdictOn(provider, reply(status, { status: "ERROR" }))).toEqual({ is: "refused", answer: "refreshRefused" })
    expect(await verdictOn(provider, reply(status, PAGE))).toMatchObject({ is: "misconfigured" })
  })

  test("a 200 without a token is in doubt", async () => {
    const body = { status: "OK", code: 200, data: { customer_account: customer } }
    expect(await verdictOn(provider, reply(200, body))).toMatchObject({ is: "inDoubt" })
  })

  test("a refresh kills the old token, always", () => {
    expect(provider.rules).toMatchObject({ oldToken: "dies", rotation: "always", credential: "bearer" })
  })
})

test.each<[unknown, string]>([
  [{ ...options, application: undefined }, 'menu: option "application" must be a non-empty string'],
  [{ ...options, apiVersion: 4.38 }, 'menu: option "apiVersion" must be a non-empty string'],
  [{ ...options, deviceUuid: "" }, 'menu: option "deviceUuid" must be a non-empty string'],
  [{ ...options, baseUrl: "menu.example" }, 'menu: option "baseUrl" must be an absolute https URL (http only on loopback)'],
  [{ ...options, loginPath: "login" }, 'menu: option "loginPath" must be a path that begins with "/"'],
  [{ ...options, logoutPath: "https://menu.example/logout" }, 'menu: option "logoutPath" must be a path that begins with "/"'],
  [
    { ...options, device: "1" },
    'menu: there is no option "device"; there are application, apiVersion, deviceUuid, baseUrl, loginPath, logoutPath',
  ],
])("options %j are refused with a sentence", (wrong, sentence) => {
  expect(complaintOf(() => menu(wrong as MenuOptions))).toBe(sentence)
})
