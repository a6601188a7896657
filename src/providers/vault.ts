import * as z from "zod/mini"
import { base, parseOptions, wholeNumber } from "../core/options.ts"
import { defineProvider, type Provider } from "../core/provider.ts"
import type { Rules } from "../core/rules.ts"

/**
 * Keeps sessions at VAULT (api.vault.ist) alive. Its documents know no login: hand over what yours yields with `session.accept()`.
 *
 * @throws {ConfigurationError} where an option is wrong; the message names it.
 * @example
 * const session = createSession({ provider: vault({ partnerId: 4711 }), baseURL: "https://api.vault.ist" })
 * await session.accept({ accessToken, refreshToken })
 * @see https://api.vault.ist/v3.0/docs/refresh_token
 */
export function vault(options: VaultOptions): Provider {
  const { partnerId, baseUrl = "https://api.vault.ist" } = parseOptions("vault", vaultOptions, options)
  return defineProvider({
    id: "vault",
    rules,
    origins: [baseUrl],
    reply,
    read: ({ body }) => ({ accessToken: body.access_token, refreshToken: body.refresh_token, expiresInS: body.expires_in }),
    refresh: ({ refreshToken }) => ({
      method: "POST",
      url: `${baseUrl}/v1/auth/token`,
      headers: { partnerId: String(partnerId), grantType: "refresh_token" },
      json: { refreshToken },
    }),
  })
}

/** What {@link vault} takes. */
export interface VaultOptions {
  /** Your number as a partner, a whole number of 32 bits. */
  readonly partnerId: number
  /** Default: `https://api.vault.ist`. */
  readonly baseUrl?: string
}

const vaultOptions = z.strictObject({ partnerId: wholeNumber, baseUrl: z.optional(base) })

const page = { document: "Refreshing Access Tokens, v3.0", url: "https://api.vault.ist/v3.0/docs/refresh_token" }

const rules: Rules = {
  /** The refresh token is a field of the JSON body (Refreshing Access Tokens, Body Parameters). */
  credential: "body",
  /**
   * A reply says how long its token lives, and a readable `exp` may cut that short. The page speaks of 24 hours, its example of 3600 s:
   * the 24 hours count where a reply is silent (Refreshing Access Tokens, introduction and Response).
   */
  expiry: { from: ["reply", "jwt"], take: "earliest", otherwiseS: 24 * 3600 },
  /** Not stated: the token says it where it can be read, else the reply's `Date` (RFC 7519, 4.1.6; RFC 9110, 6.6.1). */
  issuedAt: ["iat", "date"],
  /** A reply may come without a new refresh token; the old one stays then (Refreshing Access Tokens, Response). */
  rotation: "if-sent",
  /** Not stated: only VAULT knows how long a refresh token lives (Refreshing Access Tokens, Response). */
  window: null,
  /** Not stated; the page refreshes tokens that have expired, so nothing is left to die (Refreshing Access Tokens, introduction). */
  oldToken: "lives",
  answers: {
    refreshTokenExpired: {
      verdict: "refused",
      when: { body: { error: "invalid_grant" } },
      says: "VAULT no longer takes this refresh token: it has run out, or was never good. The error tells, whatever the status.",
      source: { ...page, section: "Expired or Invalid Refresh Token" },
    },
    requestIncomplete: {
      verdict: "misconfigured",
      when: { body: { error: "invalid_request" } },
      says: "The request did not carry what VAULT wants. That is a fault of the request, and no word on the session.",
      source: { ...page, section: "Missing Refresh Token" },
    },
    refusedWithoutBody: {
      verdict: "refused",
      when: { status: [401], empty: true },
      says: "The page names no status for its errors. A 401 with nothing in it can only be about the credential.",
      source: { ...page, section: "Error Responses" },
    },
  },
  /** Nothing is said of reuse: asking again costs no more than giving up (Refreshing Access Tokens, Error Responses). */
  onDoubt: "replay",
  /** Nothing is said against browsers (Refreshing Access Tokens, Request). */
  runsOn: "anywhere",
}

const reply = z.object({
  access_token: z.string(),
  refresh_token: z.nullish(z.string()),
  /** In s. */
  expires_in: z.nullish(z.number()),
})
