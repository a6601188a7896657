import type { Failure, Reply } from "../../src/core/answer.ts"
import { recordOf, type Predecessor } from "../../src/core/grant.ts"
import { judge, type Verdict } from "../../src/core/judge.ts"
import type { Provider } from "../../src/core/provider.ts"
import type { SessionRecord } from "../../src/core/record.ts"
import { ConfigurationError } from "../../src/errors.ts"
import { readTokens } from "../../src/transport.ts"

/** When all replies of these tests arrive: epoch ms, a whole second. */
export const NOW = Date.UTC(2025, 10, 20, 12)

export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** A moment as a JWT says it, s. */
export const inS = (ms: number) => ms / 1000

/** A JWT with these claims, that nobody has signed. */
export function jwt(claims: Record<string, unknown>): string {
  const encoded = (part: unknown) => btoa(JSON.stringify(part)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")
  return `${encoded({ alg: "none" })}.${encoded(claims)}.signature`
}

/** A reply as the transport would hand it over. A body that begins with "<" is a web page; none is an empty one. */
export function reply(status: number, body?: unknown, more: { headers?: HeadersInit; cookies?: Record<string, string> } = {}): Reply {
  const isPage = typeof body === "string" && body.startsWith("<")
  return {
    came: true,
    status,
    headers: new Headers(more.headers),
    cookies: more.cookies ?? {},
    body: isPage ? undefined : body,
    kind: isPage ? "html" : body === undefined ? "empty" : "json",
    sentAt: NOW,
    receivedAt: NOW,
  }
}

/** What reading an answer takes of a provider, whoever's credentials it wants. */
export type Reads = Pick<Provider, "rules" | "reply" | "read">

/** The record that a reply makes of its predecessor; null where it cannot be read. */
export async function recordAfter(
  provider: Reads,
  answer: Reply,
  before: Predecessor = { sid: "sid", generation: 0 },
): Promise<SessionRecord | null> {
  const tokens = await readTokens(provider as Provider<unknown, unknown>, answer)
  return tokens && recordOf(tokens, answer, provider.rules, before)
}

/** What an answer to a refresh means under a provider's rules. */
export async function verdictOn(provider: Reads, answer: Reply | Failure): Promise<Verdict> {
  return judge(provider.rules.answers, answer, answer.came && (await recordAfter(provider, answer)) !== null)
}

/** A page as a proxy or a firewall serves it. */
export const PAGE = "<!doctype html><title>Blocked</title>"

/** What a refresh or a logout is made of. */
export const held = { accessToken: "old-access", refreshToken: "old-refresh", user: null }

/** The sentence that a provider refuses its options with. */
export function complaintOf(make: () => unknown): string {
  try {
    make()
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message
    throw error
  }
  throw new Error("these options were taken")
}

/** Answers that are never the end of a session, whoever's rules they meet. */
export const FAULTS: readonly (readonly [what: string, answer: Reply | Failure])[] = [
  ["429", reply(429, { error: "invalid_grant" })],
  ["408", reply(408)],
  ["425", reply(425)],
  ["500 that speaks of invalid_grant", reply(500, { error: "invalid_grant" })],
  ["502 with a web page", reply(502, PAGE)],
  ["503", reply(503, { success: false, message: "", code: "" })],
  ["200 with nothing in it", reply(200)],
  ["200 with something else in it", reply(200, { hello: "world" })],
  ["200 with a web page", reply(200, PAGE)],
  ["401 with a web page", reply(401, PAGE)],
  ["403 with a web page", reply(403, PAGE)],
  ["404 with a web page", reply(404, PAGE)],
  ["405", reply(405)],
  ["415", reply(415, {})],
  ["request that was never sent", { came: false, how: "notSent", cause: new Error("refused") }],
  ["lost answer", { came: false, how: "lost", cause: new Error("reset") }],
]
