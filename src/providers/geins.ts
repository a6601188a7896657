import * as z from "zod/mini"
import { base, parseOptions, text } from "../core/options.ts"
import { defineProvider, type Provider } from "../core/provider.ts"
import type { Rules } from "../core/rules.ts"

/**
 * Signs users in at Geins and keeps their sessions alive. For servers: Geins' auth service must not be called from a browser, where
 * this throws and names the way out. The access token goes to the merchant API.
 *
 * @throws {ConfigurationError} in a browser, and where an option is wrong; the message names it.
 * @example
 * const session = createSession({ provider: geins({ account: "acme", merchantApiKey }), baseURL: "https://merchantapi.geins.io" })
 * await session.login({ username: "ada@example.com", password })
 * @see https://www.geins.io/developers/guides/authentication-flow
 */
export function geins(options: GeinsOptions): Provider<unknown, GeinsCredentials> {
  const {
    account,
    merchantApiKey,
    environment = "prod",
    authUrl = "https://auth-service.geins.io",
    merchantApiUrl = "https://merchantapi.geins.io",
    transformPassword = (password: string) => password,
  } = parseOptions("geins", geinsOptions, options)
  const authService = `${authUrl}/api/${account}_${environment}`
  return defineProvider({
    id: "geins",
    rules,
    origins: [merchantApiUrl],
    reply,
    read: ({ body, headers }) => ({ accessToken: body.token, refreshToken: headers.get(REFRESH_TOKEN), expiresInS: body.maxAge }),
    refresh: ({ refreshToken }) => ({
      method: "GET",
      url: `${authService}/login`,
      headers: { "Content-Type": "application/json", [REFRESH_TOKEN]: refreshToken },
    }),
    // Log in user, Step-by-step: the auth service says what is to be signed, the merchant API signs it, the auth service looks at both.
    login: {
      prepare: (credentials) => Promise.resolve(transformPassword(credentials.password)).then((password) => ({ ...credentials, password })),
      steps: [
        {
          request: ({ username }) => ({ method: "POST", url: `${authService}/login`, json: { username } }),
          reply: challenge,
        },
        {
          request: (_, [challenged]) => ({
            method: "GET",
            url: `${merchantApiUrl}/auth/sign/${merchantApiKey}?identity=${encodeURIComponent((challenged as Challenge).sign)}`,
          }),
          reply: signature,
        },
      ],
      request: ({ username, password, remember = true }, [, signed]) => ({
        method: "POST",
        url: `${authService}/login`,
        // Not documented; the vendor's own client asks for it so when the user is not to be remembered.
        json: { username, signature: signed, password, sessionLifetime: remember ? undefined : 30 },
      }),
    },
    // The prose of "Log out user" says POST; its examples and the vendor's own client say GET.
    logout: {
      request: ({ refreshToken }) => ({
        method: "GET",
        url: `${authService}/logout`,
        headers: { "Content-Type": "application/json", [REFRESH_TOKEN]: refreshToken },
      }),
    },
  })
}

/** What {@link geins} takes. */
export interface GeinsOptions {
  /** The account's name, as in the auth service's URLs. */
  readonly account: string
  readonly merchantApiKey: string
  /** What follows the account's name in the auth service's URLs. Default: `prod`. */
  readonly environment?: string
  /** Default: `https://auth-service.geins.io`. */
  readonly authUrl?: string
  /** Default: `https://merchantapi.geins.io`. */
  readonly merchantApiUrl?: string
  /** What is sent instead of the password: the vendor's own client sends a salted SHA-384 of it. Default: the password. */
  readonly transformPassword?: (password: string) => string | Promise<string>
}

/** What a user of Geins logs in with. */
export interface GeinsCredentials {
  /** The user's e-mail address. */
  readonly username: string
  readonly password: string
  /** False: a short session, as on somebody else's machine. Default: true. */
  readonly remember?: boolean | undefined
}

const geinsOptions = z.strictObject({
  account: text,
  merchantApiKey: text,
  environment: z.optional(text),
  authUrl: z.optional(base),
  merchantApiUrl: z.optional(base),
  transformPassword: z.optional(
    z.custom<NonNullable<GeinsOptions["transformPassword"]>>((value) => typeof value === "function", "must be a function"),
  ),
})

const REFRESH_TOKEN = "x-auth-refresh-token"

const page = { document: "Refresh user token", url: "https://www.geins.io/developers/how-to/refresh-user-token" }

const rules: Rules = {
  /** The refresh token comes and goes in a header of its own (Refresh user token, APIs used). */
  credential: "header",
  /**
   * A reply says `maxAge`, 900 where the page says 15 minutes, hence s; the JWT has an `exp`. Whichever comes first (Refresh user token,
   * When to refresh; Check if token needs refresh).
   */
  expiry: { from: ["jwt", "reply"], take: "earliest", otherwiseS: 900 },
  /** Not stated: the token's `iat`, else the reply's `Date` (RFC 7519, 4.1.6; RFC 9110, 6.6.1). */
  issuedAt: ["iat", "date"],
  /** A new refresh token is to be saved where one is provided; the old one stays otherwise (Refresh user token, Refresh the token). */
  rotation: "if-sent",
  /** A refresh token lives for 7 days unless the account is set up otherwise (Authentication flow, Tokens). */
  window: { from: "credential", afterS: 7 * 24 * 3600 },
  /** Not stated; a bearer token is described by its own 15 minutes only (Authentication flow, Tokens). */
  oldToken: "lives",
  answers: {
    refreshTokenExpired: {
      verdict: "refused",
      when: { status: [401] },
      says: "The auth service no longer takes this refresh token, so the user has to log in again.",
      source: { ...page, section: "Security and access" },
    },
    refreshRefused: {
      verdict: "refused",
      when: { status: [400, 403, 404] },
      says: "The page names no status for a refused refresh. These are the service's no too, unless a web page says them.",
      source: { ...page, section: "Common pitfalls" },
    },
  },
  /** Nothing is said of reuse: asking again costs no more than giving up (Refresh user token, Common pitfalls). */
  onDoubt: "replay",
  /** The auth service is to be called by servers only (Refresh user token, APIs used). */
  runsOn: "server",
}

const reply = z.object({
  token: z.string(),
  /** In s. */
  maxAge: z.nullish(z.number()),
})

/** The reply to the first call of a login: what is to be signed. */
const challenge = z.object({ sign: z.string() })
type Challenge = z.infer<typeof challenge>

/** The reply to the second call, which the third sends back as it is. */
const signature = z.looseObject({ identity: z.string(), signature: z.string() })
