import * as z from "zod/mini"
import { lenient } from "../core/lenient.ts"
import { base, oneOf, parseOptions, text } from "../core/options.ts"
import { defineProvider, type Provider, type RequestData } from "../core/provider.ts"
import type { Rules } from "../core/rules.ts"

/**
 * Signs users, and visitors who stay anonymous, in at a Commerce Engine store and keeps their sessions alive. Everybody has a pair of
 * JWTs; `user.is_anonymous` tells whose.
 *
 * @throws {ConfigurationError} where an option is wrong; the message names it.
 * @example
 * const baseUrl = `https://staging.api.commercengine.io/api/v1/${storeId}/storefront`
 * const session = createSession({ provider: commerceEngine({ baseUrl, apiKey, afterLogout: "anonymous" }), baseURL: baseUrl })
 * await session.login({ anonymous: true })
 * await session.login({ email: "ada@example.com", password })
 * @see https://llm-docs.commercengine.io/storefront/operations/refresh-token
 */
export function commerceEngine(options: CommerceEngineOptions): Provider<CommerceEngineUser, CommerceEngineCredentials> {
  const { baseUrl, apiKey, afterLogout = "nothing" } = parseOptions("commerce-engine", commerceEngineOptions, options)
  const anonymousStart: RequestData = { method: "POST", url: `${baseUrl}/auth/anonymous`, headers: { "X-Api-Key": apiKey } }
  return defineProvider({
    id: "commerce-engine",
    rules,
    origins: [baseUrl],
    reply,
    read: ({ body: { content } }) => ({ accessToken: content.access_token, refreshToken: content.refresh_token, user: content.user }),
    refresh: ({ accessToken, refreshToken }) => ({
      method: "POST",
      url: `${baseUrl}/auth/refresh-token`,
      // The specification lists it under `security`, where the expired one is all there is; the service works without it, too.
      headers: { Authorization: `Bearer ${accessToken}` },
      json: { refresh_token: refreshToken },
    }),
    login: {
      request: (credentials) =>
        "anonymous" in credentials
          ? anonymousStart
          : { method: "POST", url: `${baseUrl}/auth/login/password`, json: { email: credentials.email, password: credentials.password } },
    },
    logout: {
      needsUsableToken: true,
      // The reply is a new pair, for an anonymous user.
      yieldsTokens: afterLogout === "anonymous",
      request: ({ accessToken }) => ({
        method: "POST",
        url: `${baseUrl}/auth/logout`,
        headers: { Authorization: `Bearer ${accessToken}` },
      }),
    },
  })
}

/** What {@link commerceEngine} takes. */
export interface CommerceEngineOptions {
  /** The storefront API of your store. */
  readonly baseUrl: string
  /** The store's key; anonymous starts want it. */
  readonly apiKey: string
  /** A logout yields the tokens of an anonymous user: `anonymous` goes on with them, `nothing` forgets them. Default: `nothing`. */
  readonly afterLogout?: "nothing" | "anonymous"
}

/** What a session begins with: a user's password, or nothing at all. */
export type CommerceEngineCredentials = { readonly email: string; readonly password: string } | { readonly anonymous: true }

/** A user, anonymous or not, as far as both have the same fields. */
export type CommerceEngineUser = z.infer<typeof user>

const commerceEngineOptions = z.strictObject({
  baseUrl: base,
  apiKey: text,
  afterLogout: z.optional(oneOf(["nothing", "anonymous"], 'must be "nothing" or "anonymous"')),
})

const page = { document: "refresh-token operation", url: "https://llm-docs.commercengine.io/storefront/operations/refresh-token" }

/** What every error of Commerce Engine's own looks like (refresh-token operation, Component References); a proxy's does not. */
const envelope = { body: { success: false }, has: ["message", "code"] }

const rules: Rules = {
  /** The refresh token is a field of the JSON body (refresh-token operation, Request Body). */
  credential: "body",
  /** No reply states a lifetime: the JWT's `exp` does (refresh-token operation, Responses). */
  expiry: { from: ["jwt"], take: "first", otherwiseS: null },
  /** Not stated: a claim of the token, else the reply's `Date` (RFC 7519, 4.1.5 and 4.1.6; RFC 9110, 6.6.1). */
  issuedAt: ["iat", "nbf", "date"],
  /** Every refresh yields a new pair: both fields are required (refresh-token operation, Responses). */
  rotation: "always",
  /** The example's refresh token is a JWT, hence with an `exp`; an opaque one tells nothing (refresh-token operation, Example). */
  window: { from: "refreshJwt" },
  /** Not stated: access tokens are JWTs that end by their own expiry (refresh-token operation, Responses). */
  oldToken: "lives",
  answers: {
    refreshTokenExpired: {
      verdict: "refused",
      when: { ...envelope, status: [400] },
      says: "The service does not take this refresh token: it has run out, was used, or was never good.",
      source: { ...page, section: "400 Bad request" },
    },
    sessionNotFound: {
      verdict: "refused",
      when: { ...envelope, status: [404] },
      says: "The service knows no session, or no user, for this refresh token.",
      source: { ...page, section: "404 Requested resource not found" },
    },
    accessDenied: {
      verdict: "refused",
      when: { ...envelope, status: [401, 403] },
      says: "The service turns this user away. The page lists neither status; its error envelope makes it the service's own word.",
      source: { ...page, section: "Responses" },
    },
    // A fault of the service has a 5xx and never ends a session. This is its documented way to say that it has looked, and that the answer
    // is no: held for a doubt, a dead refresh token would be presented for ever, to a user who never gets a token nor a login.
    refreshFailed: {
      verdict: "refused",
      when: { ...envelope, status: [200] },
      says: "A 200 may itself say that the operation failed. Then there is no new token, and the old one is not taken.",
      source: { ...page, section: "Responses, success" },
    },
  },
  /** Nothing is said of reuse: asking again costs no more than giving up (refresh-token operation, Responses). */
  onDoubt: "replay",
  /** Made for storefronts, in browsers and on servers (refresh-token operation, Storefront SDK Usage). */
  runsOn: "anywhere",
}

const nullishText = z.nullish(z.string())
const nullishTruth = z.nullish(z.boolean())

/** Fields that the schemas `User` and `AnonymousUser` share, https://llm-docs.commercengine.io/storefront/schemas/User. */
const user = z.object({
  id: z.string(),
  is_anonymous: nullishTruth,
  is_logged_in: nullishTruth,
  first_name: nullishText,
  last_name: nullishText,
  email: nullishText,
  is_email_verified: nullishTruth,
  phone: nullishText,
  is_phone_verified: nullishTruth,
  profile_image_url: nullishText,
  created_at: nullishText,
  modified_at: nullishText,
})

const reply = z.object({
  /** A reply that says it failed grants nothing, whatever else is in it. */
  success: z.optional(z.custom<true>((said) => said === true)),
  content: z.object({
    access_token: z.string(),
    refresh_token: z.string(),
    // One that cannot be read is left out, and the old one stays: no new token is thrown away for a profile.
    user: lenient(user),
  }),
})
