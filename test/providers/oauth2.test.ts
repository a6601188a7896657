import { describe, expect, test } from "vitest"
import { oauth2, type OAuth2Options } from "../../src/providers/oauth2.ts"
import { complaintOf, held, HOUR, inS, jwt, MINUTE, NOW, PAGE, recordAfter, reply, verdictOn } from "./provider-at-work.ts"

const options = { tokenUrl: "https://login.example/oauth/token/", clientId: "a client" }
const provider = oauth2(options)
const secret = { clientSecret: "no secret: 100% a+b/ü" }
const revocationUrl = "https://login.example/oauth/revoke"

describe("requests", () => {
  test("a public client sends its id in the form, and the token URL stays as it is", () => {
    expect(provider.refresh(held)).toEqual({
      method: "POST",
      url: "https://login.example/oauth/token/",
      headers: { Accept: "application/json" },
      form: { grant_type: "refresh_token", refresh_token: "old-refresh", client_id: "a client" },
    })
  })

  test("client_secret_post sends id and secret in the form", () => {
    const { form, headers } = oauth2({ ...options, ...secret, clientAuthentication: "client_secret_post" }).refresh(held)
    const client = { client_id: "a client", client_secret: secret.clientSecret }
    expect(form).toEqual({ grant_type: "refresh_token", refresh_token: "old-refresh", ...client })
    expect(headers).toEqual({ Accept: "application/json" })
  })

  test("client_secret_basic form-encodes id and secret before it encodes them together", () => {
    const { form, headers } = oauth2({ ...options, ...secret, clientAuthentication: "client_secret_basic" }).refresh(held)
    expect(form).toEqual({ grant_type: "refresh_token", refresh_token: "old-refresh" })
    expect(atob(headers!["Authorization"]!.replace("Basic ", ""))).toBe("a+client:no+secret%3A+100%25+a%2Bb%2F%C3%BC")
  })

  test("a scope is sent where one is asked for", () => {
    expect(provider.refresh(held).form?.["scope"]).toBeUndefined()
    expect(oauth2({ ...options, scope: "read write" }).refresh(held).form).toMatchObject({ scope: "read write" })
  })

  test("a logout revokes the refresh token, else the access token, where there is a URL for it", () => {
    expect(provider.logout).toBeNull()
    const revoking = oauth2({ ...options, ...secret, clientAuthentication: "client_secret_post", revocationUrl })
    expect(revoking.logout!.request(held)).toEqual({
      method: "POST",
      url: revocationUrl,
      headers: { Accept: "application/json" },
      form: { token: "old-refresh", client_id: "a client", client_secret: secret.clientSecret },
    })
    expect(revoking.logout!.request({ ...held, refreshToken: "" }).form).toMatchObject({ token: "old-access" })
  })

  test("the access token may go to the API that is named, else to the server's origin", () => {
    expect(provider.origins).toEqual(["https://login.example/oauth/token/"])
    expect(oauth2({ ...options, apiUrl: "https://api.example" }).origins).toEqual(["https://api.example"])
  })

  test("there is no login", () => {
    expect(provider.login).toBeNull()
  })
})

describe("replies", () => {
  const token = jwt({ iat: inS(NOW), exp: inS(NOW + 10 * MINUTE) })

  test("expires_in counts first, exp where it is missing, and without either nobody knows", async () => {
    expect(await recordAfter(provider, reply(200, { access_token: token, expires_in: 3600 }))).toMatchObject({ expiresAt: NOW + HOUR })
    expect(await recordAfter(provider, reply(200, { access_token: token }))).toMatchObject({ expiresAt: NOW + 10 * MINUTE })
    expect(await recordAfter(provider, reply(200, { access_token: "opaque" }))).toMatchObject({ expiresAt: null })
  })

  test("an expires_in that was written as a string is a number all the same, anything else is unreadable", async () => {
    expect(await recordAfter(provider, reply(200, { access_token: "a", expires_in: "3600" }))).toMatchObject({ expiresAt: NOW + HOUR })
    for (const expires_in of ["", "soon", true]) {
      expect(await verdictOn(provider, reply(200, { access_token: "a", expires_in }))).toMatchObject({ is: "inDoubt" })
    }
  })

  test("a new refresh token replaces the old one, none keeps it", async () => {
    const before = await recordAfter(provider, reply(200, { access_token: "a", refresh_token: "first" }))
    const after = (refresh_token: unknown) => recordAfter(provider, reply(200, { access_token: "b", refresh_token }), before!)
    expect(await after("second")).toMatchObject({ accessToken: "b", refreshToken: "second" })
    for (const none of [undefined, null, ""]) expect(await after(none)).toMatchObject({ accessToken: "b", refreshToken: "first" })
  })
})

describe("answers", () => {
  test.each([
    ["invalid_grant", "refused", "refreshTokenExpired"],
    ["invalid_client", "misconfigured", "clientUnknown"],
    ["unauthorized_client", "misconfigured", "clientNotAllowed"],
    ["invalid_request", "misconfigured", "requestMalformed"],
    ["unsupported_grant_type", "misconfigured", "refreshNotSupported"],
    ["invalid_scope", "misconfigured", "scopeNotAllowed"],
  ])("%s: %s, %s, with a 400 or a 401", async (error, is, answer) => {
    for (const status of [400, 401]) expect(await verdictOn(provider, reply(status, { error }))).toEqual({ is, answer })
    expect(await verdictOn(provider, reply(500, { error }))).toMatchObject({ is: "inDoubt" })
  })

  test("a 4xx without an OAuth error refuses nothing, but for a 401", async () => {
    for (const body of [undefined, { message: "Forbidden" }, { error: "access_denied" }, PAGE]) {
      for (const status of [400, 403, 404]) expect(await verdictOn(provider, reply(status, body))).toMatchObject({ is: "misconfigured" })
    }
    expect(await verdictOn(provider, reply(401))).toEqual({ is: "refused", answer: "unauthorized" })
  })

  test("challenges for more scope or a stronger login are not refreshed for", () => {
    expect(provider.rules.notCuredByRefresh).toEqual(["insufficient_scope", "insufficient_user_authentication"])
  })
})

const pairing = 'must be given with clientAuthentication "client_secret_basic" or "client_secret_post", and with these only'
test.each<[unknown, string]>([
  [{ clientId: "a" }, 'oauth2: option "tokenUrl" must be an absolute https URL (http only on loopback)'],
  [{ tokenUrl: options.tokenUrl }, 'oauth2: option "clientId" must be a non-empty string'],
  [{ ...options, clientAuthentication: "client_secret_basic" }, `oauth2: option "clientSecret" ${pairing}`],
  [{ ...options, clientAuthentication: "client_secret_post" }, `oauth2: option "clientSecret" ${pairing}`],
  [{ ...options, clientSecret: "s" }, `oauth2: option "clientSecret" ${pairing}`],
  [
    { ...options, clientAuthentication: "private_key_jwt" },
    'oauth2: option "clientAuthentication" must be "none", "client_secret_basic" or "client_secret_post"',
  ],
  [{ ...options, revocationUrl: "revoke" }, 'oauth2: option "revocationUrl" must be an absolute https URL (http only on loopback)'],
  [{ ...options, apiUrl: "http://api.example" }, 'oauth2: option "apiUrl" must be an absolute https URL (http only on loopback)'],
  [
    { ...options, scopes: "read" },
    'oauth2: there is no option "scopes"; there are tokenUrl, clientId, clientSecret, clientAuthentication, revocationUrl, scope, apiUrl',
  ],
])("options %j are refused with a sentence that shows no secret", (wrong, sentence) => {
  expect(complaintOf(() => oauth2(wrong as OAuth2Options))).toBe(sentence)
})
