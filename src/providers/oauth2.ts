import * as z from "zod/mini"
import { mapped } from "../core/mapped.ts"
import { oneOf, parseOptions, text, url } from "../core/options.ts"
import { defineProvider, type Provider, type RequestData } from "../core/provider.ts"
import type { Rules } from "../core/rules.ts"

/**
 * Keeps sessions at any OAuth 2.0 server alive, by RFC 6749 section 6. The login is not ours: run it with openid-client or
 * oauth4webapi, and hand its result over with `session.accept()`.
 *
 * @throws {ConfigurationError} where an option is wrong; the message names it.
 * @example
 * const provider = oauth2({ tokenUrl: "https://login.example.com/oauth/token", clientId: "shop", apiUrl: "https://api.example.com" })
 * const session = createSession({ provider, baseURL: "https://api.example.com" })
 * await session.accept({ accessToken, refreshToken })
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-6
 */
export function oauth2(options: OAuth2Options): Provider {
  const {
    tokenUrl,
    clientId,
    clientSecret = "",
    clientAuthentication = "none",
    revocationUrl,
    scope,
    apiUrl = tokenUrl,
  } = parseOptions("oauth2", oauth2Options, options)
  const post = (to: string, form: NonNullable<RequestData["form"]>): RequestData => {
    const proof = PROOFS[clientAuthentication](clientId, clientSecret)
    return { method: "POST", url: to, headers: { Accept: "application/json", ...proof.headers }, form: { ...form, ...proof.form } }
  }
  return defineProvider({
    id: "oauth2",
    rules,
    origins: [apiUrl],
    reply,
    read: ({ body }) => ({ accessToken: body.access_token, refreshToken: body.refresh_token, expiresInS: body.expires_in }),
    refresh: ({ refreshToken }) => post(tokenUrl, { grant_type: "refresh_token", refresh_token: refreshToken, scope }),
    // RFC 7009, 2.1: revoking the refresh token takes its access tokens along. No hint: a server finds either kind without one.
    ...(revocationUrl && {
      logout: { request: ({ accessToken, refreshToken }) => post(revocationUrl, { token: refreshToken || accessToken }) },
    }),
  })
}

/** What {@link oauth2} takes. */
export interface OAuth2Options {
  /** The token endpoint. */
  readonly tokenUrl: string
  readonly clientId: string
  /** For `client_secret_basic` and `client_secret_post`. Never in a browser, where everybody can read it. */
  readonly clientSecret?: string
  /** How the client says who it is. Default: `none`, a public client. */
  readonly clientAuthentication?: "none" | "client_secret_basic" | "client_secret_post"
  /** The revocation endpoint, asked at logout. Left out: logging out tells the server nothing. */
  readonly revocationUrl?: string
  /** Sent with a refresh. Left out: what was granted at first. */
  readonly scope?: string
  /** The API that may see the access token. Default: the token endpoint's origin. */
  readonly apiUrl?: string
}

const oauth2Options = z
  .strictObject({
    tokenUrl: url,
    clientId: text,
    clientSecret: z.optional(text),
    clientAuthentication: z.optional(
      oneOf(["none", "client_secret_basic", "client_secret_post"], 'must be "none", "client_secret_basic" or "client_secret_post"'),
    ),
    revocationUrl: z.optional(url),
    scope: z.optional(text),
    apiUrl: z.optional(url),
  })
  .check(
    z.refine(({ clientSecret, clientAuthentication = "none" }) => (clientSecret === undefined) === (clientAuthentication === "none"), {
      path: ["clientSecret"],
      error: 'must be given with clientAuthentication "client_secret_basic" or "client_secret_post", and with these only',
    }),
  )

type Proof = Pick<RequestData, "headers" | "form">

/** How a client says who it is (RFC 6749, 2.3.1 and 3.2.1). */
const PROOFS: Record<NonNullable<OAuth2Options["clientAuthentication"]>, (id: string, secret: string) => Proof> = {
  none: (id) => ({ form: { client_id: id } }),
  client_secret_basic: (id, secret) => ({ headers: { Authorization: `Basic ${btoa(`${formEncoded(id)}:${formEncoded(secret)}`)}` } }),
  client_secret_post: (id, secret) => ({ form: { client_id: id, client_secret: secret } }),
}

/** As a value in a form, which is how Basic wants id and secret, too (RFC 6749, 2.3.1 and appendix B). */
const formEncoded = (value: string) => new URLSearchParams([["", value]]).toString().slice(1)

const rfc6749 = { document: "RFC 6749", section: "5.2 Error Response", url: "https://www.rfc-editor.org/rfc/rfc6749#section-5.2" }

const rules: Rules = {
  /** The refresh token is a field of the form (RFC 6749, 6). */
  credential: "body",
  /** `expires_in` is recommended, not required; then a JWT's `exp` will do, else nobody knows (RFC 6749, 5.1; RFC 9068, 2.2). */
  expiry: { from: ["reply", "jwt"], take: "first", otherwiseS: null },
  /** Where the token is a JWT, its `iat`; else the reply's `Date` (RFC 9068, 2.2; RFC 9110, 6.6.1). */
  issuedAt: ["iat", "date"],
  /** A server may issue a new refresh token, which takes the old one's place (RFC 6749, 6). */
  rotation: "if-sent",
  /** No field tells how long a refresh token lives, and clients cannot look into it (RFC 6749, 1.5). */
  window: null,
  /** A refresh is not said to end access tokens that are out (RFC 6749, 6). */
  oldToken: "lives",
  answers: {
    refreshTokenExpired: {
      verdict: "refused",
      when: { body: { error: "invalid_grant" } },
      says: "The refresh token is not valid: it has run out, was revoked or spent, or was issued to another client.",
      source: rfc6749,
    },
    clientUnknown: {
      verdict: "misconfigured",
      when: { body: { error: "invalid_client" } },
      says: "The server does not accept who this client says it is: look at clientId, clientSecret and clientAuthentication.",
      source: rfc6749,
    },
    clientNotAllowed: {
      verdict: "misconfigured",
      when: { body: { error: "unauthorized_client" } },
      says: "This client is not set up to refresh tokens at this server.",
      source: rfc6749,
    },
    requestMalformed: {
      verdict: "misconfigured",
      when: { body: { error: "invalid_request" } },
      says: "The server cannot make sense of the request: something that it wants is missing, or said twice.",
      source: rfc6749,
    },
    refreshNotSupported: {
      verdict: "misconfigured",
      when: { body: { error: "unsupported_grant_type" } },
      says: "This server does not refresh tokens at this URL.",
      source: rfc6749,
    },
    scopeNotAllowed: {
      verdict: "misconfigured",
      when: { body: { error: "invalid_scope" } },
      says: "The option scope asks for something unknown, or for more than the user has granted.",
      source: rfc6749,
    },
  },
  /** Spent refresh tokens may be found out, with the same end as giving up: a new login (RFC 6749, 10.4). */
  onDoubt: "replay",
  /** Public clients may run in browsers (RFC 6749, 2.1). */
  runsOn: "anywhere",
  /** These ask for another scope or a stronger login, which no refresh brings (RFC 6750, 3.1; RFC 9470, 3). */
  notCuredByRefresh: ["insufficient_scope", "insufficient_user_authentication"],
}

const isNumberOrDigits = (value: unknown) => typeof value === "number" || (typeof value === "string" && /^\d+$/.test(value))

const reply = z.object({
  access_token: z.string(),
  refresh_token: z.nullish(z.string()),
  /** In s. Some servers write the number as a string. */
  expires_in: z.nullish(mapped(z.custom<number | string>(isNumberOrDigits), Number)),
})
