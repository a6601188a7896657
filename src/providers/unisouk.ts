import * as z from "zod/mini"
import { lenient } from "../core/lenient.ts"
import { base, oneOf, parseOptions, text } from "../core/options.ts"
import { defineProvider, type Provider } from "../core/provider.ts"
import type { Rules } from "../core/rules.ts"

/**
 * Signs customers in at a Unisouk store and keeps their sessions alive. The refresh credential is a cookie that script never sees: in a
 * browser the browser keeps it (for a shop on another site than the API, some do not), in Node it is part of the session's record.
 *
 * @throws {ConfigurationError} where an option is wrong; the message names it.
 * @example
 * const baseUrl = "https://api.shop.example"
 * const session = createSession({ provider: unisouk({ storeId: "2342341293912313", baseUrl }), baseURL: baseUrl })
 * await session.login({ email: "ada@example.com", password })
 * @see https://docs.unisouk.com/docs/api/auth/refresh-token
 */
export function unisouk(options: UnisoukOptions): Provider<UnisoukCustomer, UnisoukCredentials> {
  const { storeId, baseUrl, refreshMethod = "GET" } = parseOptions("unisouk", unisoukOptions, options)
  const cookieName = `__Secure-unisouk.${storeId}.refresh-token`
  const headers = { "x-store-id": storeId }
  return defineProvider({
    id: "unisouk",
    rules,
    origins: [baseUrl],
    reply,
    read: ({ body: { data }, cookies }) => ({ accessToken: data.accessToken, refreshToken: cookies[cookieName], user: data.customer }),
    refresh: ({ refreshToken }) => ({
      method: refreshMethod,
      url: `${baseUrl}/auth/refresh/${storeId}`,
      headers,
      json: REFRESH_BODY[refreshMethod],
      cookies: { [cookieName]: refreshToken || undefined },
    }),
    login: {
      request: ({ email, password }) => ({
        method: "POST",
        url: `${baseUrl}/auth/login`,
        headers,
        json: { email, password, storeId },
        // None to send, but a browser keeps the one that comes back only when asked to.
        cookies: {},
      }),
    },
    logout: {
      // With a lapsed bearer the cookie would outlive the logout, and the next visit would be signed in again.
      needsUsableToken: true,
      request: ({ accessToken, refreshToken }) => ({
        method: "GET",
        url: `${baseUrl}/auth/logout`,
        headers: { ...headers, Authorization: `Bearer ${accessToken}` },
        cookies: { [cookieName]: refreshToken || undefined },
      }),
    },
  })
}

/** What {@link unisouk} takes. */
export interface UnisoukOptions {
  /** The store's id: digits, kept as text because they outgrow a number. */
  readonly storeId: string
  readonly baseUrl: string
  /** The documents say GET in one place and POST in another. Default: `GET`. */
  readonly refreshMethod?: "GET" | "POST"
}

/** What a customer logs in with. */
export interface UnisoukCredentials {
  readonly email: string
  readonly password: string
}

/** A customer, as Unisouk's replies describe one. Moments are ISO 8601 in UTC. */
export type UnisoukCustomer = z.infer<typeof customer>

const unisoukOptions = z.strictObject({
  storeId: text,
  baseUrl: base,
  refreshMethod: z.optional(oneOf(["GET", "POST"], 'must be "GET" or "POST"')),
})

/** The examples that POST send an empty JSON body; a GET has none. */
const REFRESH_BODY = { GET: undefined, POST: {} }

const page = { document: "Refresh Access Token, v1", url: "https://docs.unisouk.com/docs/api/auth/refresh-token" }

/** Fields of every error that is Unisouk's own (Refresh Access Token, Sample Error Response); proxies do not have them. */
const envelope = ["requestId", "error", "statusCode"]

const rules: Rules = {
  /** An HTTP-only cookie named after the store, set by the login (Refresh Access Token, Important Notes). */
  credential: "cookie",
  /** No field states it: the JWT does, and 15 minutes are usual (Refresh Access Token, Important Notes). */
  expiry: { from: ["jwt", "reply"], take: "first", otherwiseS: 15 * 60 },
  /** Not stated: the token's `iat`, else the reply's `Date` (RFC 7519, 4.1.6; RFC 9110, 6.6.1). */
  issuedAt: ["iat", "date"],
  /** Not stated: a cookie that a refresh sets replaces the old one, as cookies do (RFC 6265, 5.3). */
  rotation: "if-sent",
  /** Not stated in numbers: only the server, and the browser's cookie, know (Refresh Access Token, Important Notes). */
  window: null,
  /** Not stated: access tokens are JWTs that end by their own short expiry (Refresh Access Token, Important Notes). */
  oldToken: "lives",
  answers: {
    customerInactive: {
      verdict: "refused",
      when: { status: [200], body: { data: { customer: { status: "INACTIVE" } } } },
      says: "The refresh went through, but the account it is for has been closed: that ends the session as a 403 would.",
      source: { ...page, section: "Customer Properties" },
    },
    refreshTokenExpired: {
      verdict: "refused",
      when: { status: [401] },
      says: "The cookie holds a refresh token that has run out or is not known, so the customer has to log in again.",
      source: { ...page, section: "Error Responses" },
    },
    accountSuspended: {
      verdict: "refused",
      when: { status: [403], has: envelope },
      says: "The customer's account is closed or suspended.",
      source: { ...page, section: "Error Responses" },
    },
    customerNotFound: {
      verdict: "refused",
      when: { status: [404], has: envelope },
      says: "There is no such customer any more.",
      source: { ...page, section: "Error Responses" },
    },
    requestIncomplete: {
      verdict: "misconfigured",
      when: { status: [400], has: envelope },
      says: "The store's id is missing or fits no customer: a fault of the request, and no word on the session.",
      source: { ...page, section: "Error Responses" },
    },
    anotherCustomer: {
      verdict: "refused",
      when: { isAnothers: true },
      says: "A browser has one cookie for the store, and whoever's answer came last has set it: the refresh went through for somebody else.",
      source: { document: "RFC 6265", section: "5.3 Storage Model", url: "https://www.rfc-editor.org/rfc/rfc6265#section-5.3" },
    },
  },
  /** Nothing is said of reuse: asking again costs no more than giving up (Refresh Access Token, Error Responses). */
  onDoubt: "replay",
  /** Made for browsers, whose cookie jar keeps the credential (Refresh Access Token, Examples). */
  runsOn: "anywhere",
}

const orNull = z.prefault(z.nullable(z.string()), null)

const customer = z.object({
  id: z.string(),
  storeId: z.string(),
  email: z.string(),
  emailVerified: orNull,
  mobileNumber: orNull,
  mobileVerified: orNull,
  status: oneOf(["ACTIVE", "INACTIVE"]),
  createdAt: z.string(),
  updatedAt: z.string(),
})

const reply = z.object({
  data: z.object({
    accessToken: z.string(),
    // One that cannot be read is left out, and the old one stays: no new token is thrown away for a profile.
    customer: lenient(customer),
  }),
})
