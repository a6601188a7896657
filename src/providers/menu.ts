import * as z from "zod/mini"
import { lenient } from "../core/lenient.ts"
import { base, parseOptions, text } from "../core/options.ts"
import { defineProvider, type Provider } from "../core/provider.ts"
import type { Rules } from "../core/rules.ts"
import { uuid } from "../core/uuid.ts"

/**
 * Signs customers in at MENU (PAR Ordering) and keeps their sessions alive. The access token refreshes itself, even when it has expired,
 * and dies of it.
 *
 * Login and logout are not in the documents: the login's path is the issuer of their sample token, its body and a logout are assumed.
 *
 * @throws {ConfigurationError} where an option is wrong; the message names it.
 * @example
 * const baseUrl = "https://api-public-playground.menu.app"
 * const session = createSession({ provider: menu({ application, apiVersion: "4.38.0", deviceUuid, baseUrl }), baseURL: baseUrl })
 * await session.login({ email: "ada@example.com", password })
 * @see https://developers.partech.com/docs/ordering-api/guides/customer-account/how-to-refresh-customer-token
 */
export function menu(options: MenuOptions): Provider<MenuCustomer, MenuCredentials> {
  const {
    application,
    apiVersion,
    deviceUuid,
    baseUrl,
    loginPath = "/api/customers/login",
    logoutPath,
  } = parseOptions("menu", menuOptions, options)
  const headers = () => ({
    Application: application,
    "Api-Version": apiVersion,
    "Device-UUID": deviceUuid,
    "Content-Type": "application/json",
    "X-Request-ID": uuid(),
  })
  return defineProvider({
    id: "menu",
    rules,
    origins: [baseUrl],
    reply,
    read: ({ body: { data } }) => ({ accessToken: data.token.value, expiresInS: data.token.ttl, user: data.customer_account }),
    refresh: ({ accessToken }) => ({
      method: "GET",
      url: `${baseUrl}/api/customers/refresh`,
      headers: { ...headers(), Authorization: `Bearer ${accessToken}` },
    }),
    login: {
      request: ({ email, password }) => ({
        method: "POST",
        url: baseUrl + loginPath,
        headers: headers(),
        json: { email, password },
      }),
    },
    ...(logoutPath && {
      logout: {
        request: ({ accessToken }) => ({
          method: "GET",
          url: baseUrl + logoutPath,
          headers: { ...headers(), Authorization: `Bearer ${accessToken}` },
        }),
      },
    }),
  })
}

/** What {@link menu} takes. */
export interface MenuOptions {
  /** The key of your application. */
  readonly application: string
  /** For example `4.38.0`. */
  readonly apiVersion: string
  /** Names the device that the customer uses. */
  readonly deviceUuid: string
  readonly baseUrl: string
  /** Default: `/api/customers/login`. */
  readonly loginPath?: string
  /** Of a GET that takes the bearer. Left out: logging out tells the provider nothing. */
  readonly logoutPath?: string
}

/** What a customer logs in with. */
export interface MenuCredentials {
  readonly email: string
  readonly password: string
}

/** A customer's account, as far as MENU's sample reply shows one. Moments are `YYYY-MM-DD hh:mm:ss`, without a time zone. */
export type MenuCustomer = z.infer<typeof customer>

const path = z
  .string('must be a path that begins with "/"')
  .check(z.refine((value) => value.startsWith("/"), 'must be a path that begins with "/"'))

const menuOptions = z.strictObject({
  application: text,
  apiVersion: text,
  deviceUuid: text,
  baseUrl: base,
  loginPath: z.optional(path),
  logoutPath: z.optional(path),
})

const page = {
  document: "How to Refresh Customer Token",
  url: "https://developers.partech.com/docs/ordering-api/guides/customer-account/how-to-refresh-customer-token",
}

const rules: Rules = {
  /** The token to be refreshed is the credential, expired or not (How to Refresh Customer Token, Request). */
  credential: "bearer",
  /**
   * The page says 24 minutes; both sample tokens live for 3600 s beside a `ttl` of 60, hence minutes. So `exp`, and `ttl` only for a
   * token that cannot be read (How to Refresh Customer Token, Response).
   */
  expiry: { from: ["jwt", "reply"], take: "first", otherwiseS: null },
  /** A refreshed token keeps the login's `iat`; its `nbf` is new (How to Refresh Customer Token, the sample tokens). */
  issuedAt: ["nbf", "date"],
  /** The reply's token takes the place of the one presented (How to Refresh Customer Token, Response). */
  rotation: "always",
  /**
   * 30 days, counted from the login, as `iat` is; 2628000 s would be 30.4. Past it the provider is asked once more (How to Refresh
   * Customer Token, introduction).
   */
  window: { from: "iat", afterS: 30 * 24 * 3600 },
  /** A refresh kills the token that it spends, at once (How to Refresh Customer Token, last section). */
  oldToken: "dies",
  answers: {
    tokenRefused: {
      verdict: "refused",
      when: { status: [401] },
      says: "The token cannot be refreshed any more: it is too old, or a refresh or a logout has killed it.",
      source: { ...page, section: "Response, last paragraphs" },
    },
    refreshRefused: {
      verdict: "refused",
      when: { status: [400, 403, 404] },
      says: "The page names no status for a refused refresh. These are the service's no too, unless a web page says them.",
      source: { ...page, section: "Response, last paragraphs" },
    },
  },
  /** A grant for the old token proves that the lost refresh had not killed it (How to Refresh Customer Token, last section). */
  onDoubt: "replay",
  /** Nothing is said against browsers (How to Refresh Customer Token, Request). */
  runsOn: "anywhere",
}

const nullishText = z.nullish(z.string())
const nullishNumber = z.nullish(z.number())
const nullishTruth = z.nullish(z.boolean())

const customer = z.object({
  id: z.string(),
  type_id: nullishNumber,
  reference_type: nullishText,
  first_name: nullishText,
  last_name: nullishText,
  email: nullishText,
  phone_number: nullishText,
  locale: nullishText,
  state: nullishNumber,
  demographics: z.nullish(z.custom<unknown[]>(Array.isArray)),
  optin_status_email: nullishNumber,
  optin_status_pn: nullishNumber,
  has_pending_email_change: nullishTruth,
  has_pending_phone_number_change: nullishTruth,
  is_social: nullishTruth,
  social_login: z.optional(z.unknown()),
  updated_at: nullishText,
  created_at: nullishText,
})

const reply = z.object({
  data: z.object({
    token: z.object({
      value: z.string(),
      /** In minutes; in s from here on. */
      ttl: z.nullish(z.number().check(z.overwrite((minutes) => minutes * 60))),
    }),
    // One that cannot be read is left out, and the old one stays: no new token is thrown away for a profile.
    customer_account: lenient(customer),
  }),
})
