import { ConfigurationError } from "../errors.ts"
import type { Reply } from "./answer.ts"
import { oncePer } from "./once-per.ts"
import { isSecureUrl } from "./secure-url.ts"
import type { AnswerPattern, NamedAnswer, Rules } from "./rules.ts"
import { isBrowser } from "./runtime.ts"
import type { StandardSchema } from "./standard-schema.ts"

/** A request to a provider, as data: the one place that sends (the transport) makes a `fetch` of it. */
export interface RequestData {
  readonly method: "GET" | "POST" | "PUT" | "DELETE"
  /** Absolute. `http:` only on loopback. */
  readonly url: string
  /** A header whose value is undefined is left out. */
  readonly headers?: Readonly<Record<string, string | undefined>>
  /** Sent as JSON. */
  readonly json?: unknown
  /** Sent form-encoded. */
  readonly form?: Readonly<Record<string, string | undefined>>
  /** In Node sent as the `Cookie` header; in a browser the browser sends its own. */
  readonly cookies?: Readonly<Record<string, string | undefined>>
}

/** What a reply of the provider yields. A field that is left out keeps its old value. */
export interface Tokens<User = unknown> {
  readonly accessToken: string
  readonly refreshToken?: string | null | undefined
  /** The lifetime of the access token that the reply states, in s. */
  readonly expiresInS?: number | null | undefined
  readonly user?: User | undefined
}

/** What a refresh or a logout may put into its request. */
export interface Held<User = unknown> {
  readonly accessToken: string
  /** Empty where there is none, or where script cannot see it. */
  readonly refreshToken: string
  readonly user: User | null
}

/** A step of a login before its last. It sees the credentials, and the bodies of the replies to earlier steps. */
export interface LoginStep<Credentials> {
  request(credentials: Credentials, earlier: readonly unknown[]): RequestData
  readonly reply: StandardSchema<unknown>
}

/** A login: steps where there are any, then the request whose reply yields the tokens. */
export interface Login<Credentials> {
  /** Runs once, before the first step; may be async (hashing a password, say). */
  readonly prepare?: (credentials: Credentials) => Credentials | Promise<Credentials>
  readonly steps?: readonly LoginStep<Credentials>[]
  request(credentials: Credentials, earlier: readonly unknown[]): RequestData
}

/** A logout at the provider. */
export interface Logout<User = unknown> {
  request(held: Held<User>): RequestData
  /** The provider wants an access token that has not expired: a lapsed one is refreshed once first. */
  readonly needsUsableToken?: boolean
  /** The reply yields tokens (of an anonymous user, say), and the user of this library wants to go on with them. */
  readonly yieldsTokens?: boolean
}

/** What {@link defineProvider} takes. None of its functions does I/O. */
export interface ProviderDefinition<User, Credentials, Body> {
  /** Short, lower case; it starts every message about this provider. */
  readonly id: string
  readonly rules: Rules
  /** Base URLs of the provider's own API: where the credential may go if the session is given no `allowedOrigins`. */
  readonly origins: readonly string[]
  /** Any Standard Schema, for every reply that yields tokens. A 2xx that does not match it is an unreadable answer, never a refusal. */
  readonly reply: StandardSchema<Body>
  /** Reads the tokens out of such a reply. */
  read(reply: Reply<Body>): Tokens<User>
  refresh(held: Held): RequestData
  /** Asks whether somebody is signed in, where the store knows of nobody: a cookie may know more. A 401 or an empty answer says no. */
  readonly restore?: () => RequestData
  /** Where relative inputs of `session.fetch` lead, if the session is given no `baseURL`. */
  readonly api?: string
  readonly login?: Login<Credentials> | undefined
  readonly logout?: Logout<User> | undefined
}

/** An auth service, as data. Made by {@link defineProvider}. */
export interface Provider<User = unknown, Credentials = never> {
  readonly id: string
  readonly rules: Rules
  readonly origins: readonly string[]
  readonly reply: StandardSchema<unknown>
  read(reply: Reply<unknown>): Tokens<User>
  refresh(held: Held): RequestData
  readonly restore: (() => RequestData) | null
  readonly api?: string | undefined
  /** As methods, so that a provider fits where one of any user and any credentials is wanted. */
  readonly login: (Pick<Login<Credentials>, "steps" | "request"> & { prepare?(credentials: Credentials): unknown }) | null
  readonly logout: Logout | null
}

/** What a 401 means where the provider's own rules leave one open. */
const UNNAMED_401: NamedAnswer = {
  verdict: "refused",
  when: { status: [401] },
  says: "A 401 says that the credential presented is not accepted; no other answer refuses by its status alone.",
  source: { document: "RFC 9110", section: "15.5.2 401 Unauthorized", url: "https://www.rfc-editor.org/rfc/rfc9110#section-15.5.2" },
}

/**
 * Makes a provider of its rules, its reply schema and its requests as data.
 *
 * @throws {ConfigurationError} where the provider may not run here (`runsOn: "server"` in a browser), or a base URL is none.
 * @example
 * export const acme = ({ baseUrl }: { baseUrl: string }) => defineProvider({
 *   id: "acme", rules, origins: [baseUrl],
 *   reply: z.object({ token: z.string() }),
 *   read: ({ body }) => ({ accessToken: body.token }),
 *   refresh: ({ refreshToken }) => ({ method: "POST", url: `${baseUrl}/refresh`, json: { refreshToken } }),
 * })
 */
export function defineProvider<User = unknown, Credentials = never, Body = unknown>(
  definition: ProviderDefinition<User, Credentials, Body>,
): Provider<User, Credentials> {
  const { id, rules, origins, restore = null, login = null, logout = null } = definition
  if (rules.runsOn === "server" && isBrowser()) {
    throw new ConfigurationError(
      `${id}: this provider must not be called from a browser; keep its tokens on your server with createSessionHandler of sessionchart/server`,
    )
  }
  const insecure = origins.find((origin) => !isSecureUrl(origin))
  if (insecure !== undefined) throw new ConfigurationError(`${id}: "${insecure}" is no absolute https URL (http only on loopback)`)
  return { ...definition, rules: withUnnamed401(rules), restore, login, logout } as Provider<User, Credentials>
}

/** One enlarged copy for each rules object, so that all providers made of the same rules share one refresh chart. */
const withUnnamed401 = /* @__PURE__ */ oncePer((rules: Rules): Rules => {
  const { answers } = rules
  if (Object.values(answers).some(({ when }) => meetsEvery401(when))) return rules
  return { ...rules, answers: { ...answers, unauthorized: answers["unauthorized"] ?? UNNAMED_401 } }
})

function meetsEvery401({ status, ...more }: AnswerPattern): boolean {
  return (status?.includes(401) ?? true) && Object.keys(more).length === 0
}
