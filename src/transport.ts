import type { Answer, Reply } from "./core/answer.ts"
import type { Clock } from "./core/clock.ts"
import type { RequestData, Provider, Tokens } from "./core/provider.ts"
import { isBrowser, isOnline } from "./core/runtime.ts"
import type { Inside } from "./core/services.ts"
import type { StandardSchema } from "./core/standard-schema.ts"
import { safeCause, secretsIn } from "./safe-cause.ts"

/** How long a provider may take for an answer, its body included, ms. */
const LIMIT_MS = 30_000

/** Errors of a connection that was never made: nothing can have arrived. */
const NEVER_CONNECTED = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "UND_ERR_CONNECT_TIMEOUT"])

/**
 * The one place that sends a request to a provider. Never rejects, but with the reason of `signal` where its caller gives one.
 * Redirects are refused, so that no credential follows one; nothing is read from a cache or written to it.
 */
export async function ask({ fetch, clock }: Pick<Inside, "fetch" | "clock">, request: RequestData, signal?: AbortSignal): Promise<Answer> {
  signal?.throwIfAborted()
  const limit = new AbortController()
  const letGo = afterWaking(clock, LIMIT_MS, () => limit.abort(new Error(`no answer within ${LIMIT_MS / 1000} s`)))
  const wasOnline = isOnline()
  const sentAt = clock.now()
  try {
    const aborted = whenAborted(signal ? AbortSignal.any([signal, limit.signal]) : limit.signal)
    const response = await Promise.race([fetch(request.url, initOf(request, limit.signal, signal)), aborted])
    const text = await Promise.race([response.text(), aborted])
    return replyOf(response, text, sentAt, clock.now())
  } catch (error) {
    if (signal?.aborted) throw signal.reason
    return { came: false, how: wasOnline && !wasNeverConnected(error) ? "lost" : "notSent", cause: safeCause(error, secretsIn(request)) }
  } finally {
    letGo()
  }
}

/**
 * Calls back after so much time that the machine was awake: an answer may wait in the socket of a laptop that slept, and giving up on
 * it would spend its credential twice. Returns the way to cancel.
 */
function afterWaking(clock: Clock, ms: number, callback: () => void): () => void {
  const end = clock.monotonic() + ms
  let timer = clock.setTimeout(look, ms)
  function look() {
    const left = end - clock.monotonic()
    if (left < 1) callback() // not 0: sums of fractions do not come out even
    else timer = clock.setTimeout(look, left)
  }
  return () => clock.clearTimeout(timer)
}

/** What an answer is, in words for an error message. */
export function described(answer: Answer): string {
  if (!answer.came) return answer.how === "notSent" ? "could not be sent" : "got no answer"
  return `was answered ${answer.status}${answer.kind === "html" ? " with an HTML page" : ""}`
}

/** Reads the tokens out of a reply; null where there are none to be read. */
export async function readTokens(provider: Provider<unknown, unknown>, answer: Answer): Promise<Tokens | null> {
  const body = answer.came && answer.status >= 200 && answer.status < 300 ? await validated(provider.reply, answer.body) : null
  if (body === null || !answer.came) return null
  try {
    const tokens = provider.read({ ...answer, body: body.value })
    return typeof tokens.accessToken === "string" && tokens.accessToken !== "" ? tokens : null
  } catch {
    return null
  }
}

/** A value that fits a schema; null where it does not. */
export async function validated(schema: StandardSchema<unknown>, value: unknown): Promise<{ readonly value: unknown } | null> {
  try {
    const result = await schema["~standard"].validate(value)
    return result.issues === undefined ? { value: result.value } : null
  } catch {
    return null
  }
}

function initOf({ method, headers = {}, json, form, cookies }: RequestData, limit: AbortSignal, signal?: AbortSignal): RequestInit {
  const sent = new Headers()
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) sent.set(name, value)
  if (json !== undefined && !sent.has("content-type")) sent.set("content-type", "application/json")
  if (cookies !== undefined && !isBrowser()) {
    const pairs = Object.entries(cookies).filter(([, value]) => value !== undefined)
    if (pairs.length > 0) sent.set("cookie", pairs.map(([name, value]) => `${name}=${value}`).join("; "))
  }
  return {
    method,
    headers: sent,
    body: json !== undefined ? JSON.stringify(json) : form !== undefined ? formOf(form) : null,
    redirect: "error",
    cache: "no-store",
    credentials: cookies !== undefined ? "include" : "same-origin",
    signal: signal ? AbortSignal.any([signal, limit]) : limit,
  }
}

function formOf(form: NonNullable<RequestData["form"]>): URLSearchParams {
  return new URLSearchParams(Object.entries(form).filter((field): field is [string, string] => field[1] !== undefined))
}

/** Takes a response apart. */
export function replyOf({ status, headers }: Response, text: string, sentAt: number, receivedAt: number): Reply {
  return { came: true, status, headers, cookies: cookiesOf(headers, receivedAt), ...bodyOf(text), sentAt, receivedAt }
}

/** What a body is, by itself: proxies and providers label JSON and pages wrongly often enough. */
function bodyOf(text: string): Pick<Reply, "kind" | "body"> {
  const trimmed = text.trim()
  if (trimmed === "") return { kind: "empty", body: undefined }
  if (trimmed.startsWith("<")) return { kind: "html", body: undefined }
  try {
    return { kind: "json", body: JSON.parse(trimmed) as unknown }
  } catch {
    return { kind: "other", body: undefined }
  }
}

/** The cookies that a reply sets, in Node; those that it clears are left out. A browser shows none to script. */
function cookiesOf(headers: Headers, receivedAt: number): Record<string, string> {
  const sentAt = momentOf(headers.get("date")) ?? receivedAt
  const cookies = (headers.getSetCookie?.() ?? []).map(cookieIn)
  return Object.fromEntries(
    cookies
      .filter(
        ({ name, value, maxAgeS, expiresAt }) =>
          name !== "" && value !== "" && (maxAgeS ?? 1) > 0 && (maxAgeS !== null || expiresAt === null || expiresAt > sentAt),
      )
      .map(({ name, value }) => [name, value]),
  )
}

/** One `Set-Cookie`. Its `Max-Age` comes before its `Expires`; of either, one that cannot be read is none (RFC 6265, 5.2 and 5.3). */
function cookieIn(line: string): { name: string; value: string; maxAgeS: number | null; expiresAt: number | null } {
  const [[name, value], ...attributes] = line.split(";").map(pairIn) as [[string, string], ...[string, string][]]
  const attribute = (wanted: string) => attributes.findLast(([key]) => key.toLowerCase() === wanted)?.[1] ?? ""
  const maxAge = attribute("max-age")
  return { name, value, maxAgeS: /^-?\d+$/.test(maxAge) ? Number(maxAge) : null, expiresAt: momentOf(attribute("expires")) }
}

function pairIn(text: string): [name: string, value: string] {
  const at = text.indexOf("=")
  return at < 0 ? ["", text.trim()] : [text.slice(0, at).trim(), text.slice(at + 1).trim()]
}

function momentOf(date: string | null): number | null {
  const moment = Date.parse(date ?? "")
  return Number.isNaN(moment) ? null : moment
}

function wasNeverConnected(error: unknown, depth = 5): boolean {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: unknown }
  return NEVER_CONNECTED.has(code as string) || (cause !== undefined && depth > 0 && wasNeverConnected(cause, depth - 1))
}

/** Rejects when a signal aborts: a `fetch` or a body that does not heed its signal must not hold anybody. */
function whenAborted(signal: AbortSignal): Promise<never> {
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true })
  })
  aborted.catch(() => {})
  return aborted
}
