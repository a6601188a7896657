import * as z from "zod/mini"
import { base, parseOptions } from "../core/options.ts"
import { defineProvider, type Provider } from "../core/provider.ts"
import type { Rules, Source } from "../core/rules.ts"

/**
 * The browser's half of a session that is kept on a server (backend for frontend): `createSessionHandler` of `sessionchart/server` is the other
 * one. The browser has a cookie that script cannot see. What stands for the access token here names the session and its grant, and opens
 * nothing; `session.fetch("/orders")` goes to `{url}/api/orders`, where the server adds the credential.
 *
 * A page that finds no session in its store asks the server whether there is one.
 *
 * @throws {ConfigurationError} where an option is wrong; the message names it.
 * @example
 * const session = createSession({ provider: bff({ url: "/auth" }), store: webStore({ keep: "nothing" }) })
 * await session.login({ email: "ada@example.com", password })
 */
export function bff<User = unknown, Credentials = unknown>({ url }: BffOptions): Provider<User, Credentials> {
  const here = parseOptions("bff", bffOptions, { url: absolute(url) }).url
  return defineProvider<User, Credentials, z.output<typeof reply>>({
    id: "bff",
    rules,
    origins: [here],
    api: `${here}/api`,
    reply,
    read: ({ body: { session } }) => ({
      accessToken: `${session.sid}.${session.generation}`,
      expiresInS: session.expiresInS,
      user: session.user as User,
    }),
    restore: () => ({ method: "GET", url: `${here}/session`, headers: OURS, cookies: {} }),
    refresh: ({ accessToken }) => ({
      method: "POST",
      url: `${here}/refresh`,
      headers: { ...OURS, Authorization: `Bearer ${accessToken}` },
      cookies: {},
    }),
    login: { request: (credentials) => ({ method: "POST", url: `${here}/login`, headers: OURS, json: credentials, cookies: {} }) },
    logout: { request: () => ({ method: "POST", url: `${here}/logout`, headers: OURS, json: {}, cookies: {} }) },
  })
}

/** What {@link bff} takes. */
export interface BffOptions {
  /** Where the handler's routes are, on the page's own origin: its `basePath`, such as `/auth`. */
  readonly url: string
}

const bffOptions = z.strictObject({ url: base })

const absolute = (url: string) => (URL.canParse(url, globalThis.location?.href) ? new URL(url, globalThis.location?.href).href : url)

/** Only scripts of this origin can send it: that is what keeps other sites out. */
const OURS = { "x-sessionchart": "1" }

const source = (section: string): Source => ({ document: "createSessionHandler of sessionchart/server", section })

const rules: Rules = {
  /** The session's id is in an HttpOnly cookie; the handler keeps the tokens (createSessionHandler, cookie). */
  credential: "cookie",
  /** How long the server's access token is good; before that the server need not be asked (createSessionHandler, POST refresh). */
  expiry: { from: ["reply"], take: "first", otherwiseS: null },
  /** Lifetimes come as spans, so no clock but the browser's own counts (createSessionHandler, GET session). */
  issuedAt: [],
  /** The cookie stays the same until the next login (createSessionHandler, cookie). */
  rotation: "if-sent",
  /** The server's to know (createSessionHandler, POST refresh). */
  window: null,
  /** What names an older grant of the same session is still answered (createSessionHandler, api). */
  oldToken: "lives",
  answers: {
    idle: {
      verdict: "refused",
      when: { status: [401], body: { error: "session_ended", reason: "idle" } },
      says: "Nobody has used the session for as long as the server allows.",
      source: source("idleTimeoutMs"),
    },
    maxAge: {
      verdict: "refused",
      when: { status: [401], body: { error: "session_ended", reason: "maxAge" } },
      says: "The session has become as old as the server allows.",
      source: source("maxAgeMs"),
    },
    sessionEnded: {
      verdict: "refused",
      when: { status: [401] },
      says: "The server has no such session any more: it is over, or another one has taken its place.",
      source: source("POST refresh"),
    },
    otherOrigin: {
      verdict: "misconfigured",
      when: { status: [403], body: { error: "csrf" } },
      says: "The page's origin is not the one that the handler was given.",
      source: source("origin"),
    },
  },
  /** Asking twice renews once: whoever comes second is told what the first one got (createSessionHandler, POST refresh). */
  onDoubt: "replay",
  /** Made for browsers; a server that renders pages asks the handler itself (createSessionHandler, session). */
  runsOn: "anywhere",
}

const reply = z.object({
  session: z.object({
    sid: z.string(),
    generation: z.number(),
    user: z.unknown(),
    expiresInS: z.nullable(z.number()),
  }),
})
