import {
  ConfigurationError,
  LoginRefusedError,
  LoginUnavailableError,
  NotAuthenticatedError,
  NotReplayableError,
  RefreshUnavailableError,
  SessionEndedError,
  SessionError,
  StoreUnavailableError,
} from "../errors.ts"
import { Refusal } from "./refusal.ts"

/** Caches keep nothing of what the handler says. */
export const NO_STORE = { "cache-control": "no-store" } as const

/** A JSON answer of the handler's own. */
export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Response {
  return Response.json(body, { status, headers: { ...NO_STORE, ...headers } })
}

/** What a browser is told of an error: its code and reason. What went wrong between this server and others stays here. */
export function answerTo(error: unknown, now: number): Response {
  if (error instanceof Refusal)
    return json(error.status, { error: error.code, message: error.message, reason: error.reason }, error.headers)
  if (error instanceof SessionEndedError) return json(401, { error: error.code, reason: error.reason })
  if (error instanceof NotAuthenticatedError) return json(401, { error: "session_ended", reason: null })
  if (error instanceof LoginRefusedError) return json(401, { error: error.code })
  const unavailable = UNAVAILABLE.some((kind) => error instanceof kind)
  if (unavailable) return json(503, { error: (error as SessionError).code }, { "retry-after": String(retryAfterS(error, now)) })
  console.error("sessionchart: a request could not be answered:", error)
  return json(error instanceof ConfigurationError ? 500 : 502, { error: error instanceof SessionError ? error.code : "upstream" })
}

const UNAVAILABLE = [RefreshUnavailableError, StoreUnavailableError, LoginUnavailableError, NotReplayableError]

function retryAfterS(error: unknown, now: number): number {
  const { retryAt } = error as { readonly retryAt?: number | null }
  return retryAt == null ? 1 : Math.max(1, Math.ceil((retryAt - now) / 1000))
}
