import type { SessionEvent } from "../machines/session.types.ts"
import type { Clock } from "./core/clock.ts"
import { oncePer } from "./core/once-per.ts"
import type { Credential } from "./credential.ts"
import { NotReplayableError, SessionEndedError } from "./errors.ts"
import type { Scope } from "./scope.ts"
import type { Session, SessionFetchInit } from "./session.types.ts"

/** What `session.fetch` works with. */
export interface FetchTools {
  readonly fetch: typeof globalThis.fetch
  readonly clock: Clock
  readonly scope: Scope
  /** The credential that may be used now, but for its deadline; null where a request must wait. */
  credential(): Credential | null
  /** Waits for one that may be used: of this session, or of the one that is there now. */
  wait(signal: AbortSignal | undefined, sid?: string): Promise<Credential>
  /** Whether another session has taken this one's place. */
  isReplaced(sid: string): boolean
  /** Tells the chart. Returns whether requests wait now. */
  send(event: SessionEvent): boolean
  /** Errors in `WWW-Authenticate` that a refresh cannot cure. */
  readonly notCuredByRefresh: readonly string[]
}

type Input = string | URL | Request

/** Makes the `fetch` of a session. */
export function sessionFetch(tools: FetchTools): Session["fetch"] {
  return async function sessionFetch(input: Input, init: SessionFetchInit = {}): Promise<Response> {
    const { fetch, clock, scope } = tools
    const target = scope.resolve(input)
    if (!scope.allows(target) || hasAuthorization(target, init)) return fetch(target, init)
    const signal = (init.signal === undefined && target instanceof Request ? target.signal : init.signal) ?? undefined
    signal?.throwIfAborted()
    let credential = tools.credential()
    if (credential?.awaitsUse) {
      tools.send({ type: "session.used" })
      credential = tools.credential()
    }
    if (credential === null || clock.now() >= credential.expiresAt || (credential.isDying && !canBeSentTwice(init))) {
      credential = await tools.wait(signal)
    }
    const spare = init.replay !== false && target instanceof Request && target.body !== null ? target.clone() : target
    const response = await fetch(target, withCredential(target, init, credential))
    if (response.status !== 401) return proved(tools, credential, response)
    return isAboutToken(tools, target, response) ? replay(tools, spare, init, credential, response, signal) : response
  }
}

/** A 401: with the current token if it was about an older one, else after one refresh; at most once. */
async function replay(
  tools: FetchTools,
  target: Input,
  init: SessionFetchInit,
  sent: Credential,
  response: Response,
  signal: AbortSignal | undefined,
): Promise<Response> {
  const { sid, generation } = sent
  const current = tools.credential()
  const isLate = current !== null && (current.sid !== sid || current.generation !== generation)
  // Where requests wait already, the chart need not hear it from each of them.
  const mustWait = isLate || current === null || tools.send({ type: "request.unauthorized", sid, generation })
  if (init.replay === false || (!mustWait && tools.credential() !== null)) return response
  void response.body?.cancel().catch(() => {})
  const fresh = await tools.wait(signal, sid)
  if (!canBeSentTwice(init)) throw new NotReplayableError(SEND_ANEW)
  const { fetch } = tools
  const second = await fetch(target, withCredential(target, init, fresh))
  if (second.status === 401 && isAboutToken(tools, target, second)) {
    tools.send({ type: "request.unauthorized", sid, generation: fresh.generation, isReplay: true })
  }
  return proved(tools, fresh, second)
}

/** An answer that may go to the caller: not one that was meant for the user before, whose page may show it to the one who is here now. */
function proved(tools: FetchTools, { isDoubted, sid, generation }: Credential, response: Response): Response {
  if (tools.isReplaced(sid)) {
    void response.body?.cancel().catch(() => {})
    throw answeredTooLate(response.status)
  }
  // The first good answer settles it; the others were sent before that.
  if (isDoubted && response.ok && tools.credential()?.isDoubted !== false) tools.send({ type: "request.accepted", sid, generation })
  return response
}

/** Whether a 401 may be cured by a refresh. */
function isAboutToken({ scope, notCuredByRefresh }: FetchTools, target: Input, response: Response): boolean {
  if (!scope.answers(target, response)) return false
  const challenge = response.headers.get("www-authenticate")
  return challenge === null || notCuredByRefresh.length === 0 || !challengeWith(notCuredByRefresh).test(challenge)
}

function answeredTooLate(status: number): SessionEndedError {
  return new SessionEndedError(
    "session_replaced",
    `another session has taken this one's place while the request was out; what was answered (${status}) is not for the user of the new one`,
  )
}

const SEND_ANEW = "the request met a 401 and its body is a stream, which cannot be sent twice; the session is refreshed, so send it anew"

/**
 * A challenge with one of these errors; made once, not for each of the 401s that come at once. A parameter's name is in any case, its value
 * a token or a quoted string (RFC 9110, 11.2).
 */
const challengeWith = /* @__PURE__ */ oncePer(
  (errors: readonly string[]) => new RegExp(`(^|[\\s,])error\\s*=\\s*"?(${errors.join("|")})"?\\s*(,|$)`, "i"),
)

/** Whether the caller has brought an `Authorization` of its own: then the request is none of the session's. */
function hasAuthorization(target: Input, { headers }: SessionFetchInit): boolean {
  if (headers === undefined) return target instanceof Request && target.headers.has("authorization")
  if (isPlain(headers)) return Object.keys(headers).some((name) => name.length === 13 && name.toLowerCase() === "authorization")
  return (headers instanceof Headers ? headers : new Headers(headers)).has("authorization")
}

/** Strings, buffers, blobs, forms and parameters can; a stream is gone once it is sent. What may not be replayed counts as one. */
function canBeSentTwice({ body, replay }: SessionFetchInit): boolean {
  if (replay === false) return false
  return (
    body == null ||
    typeof body === "string" ||
    body instanceof URLSearchParams ||
    body instanceof FormData ||
    body instanceof Blob ||
    body instanceof ArrayBuffer ||
    ArrayBuffer.isView(body)
  )
}

function withCredential(target: Input, init: SessionFetchInit, { authorization }: Credential): RequestInit {
  const { headers = target instanceof Request ? target.headers : {} } = init
  const sent = isPlain(headers) ? { ...headers, authorization } : new Headers(headers)
  if (sent instanceof Headers) sent.set("authorization", authorization)
  return { ...(target instanceof Request && referrerOf(target)), ...init, headers: sent }
}

/** Neither pairs nor a `Headers`, which may be another realm's or a polyfill's. */
function isPlain(headers: HeadersInit): headers is Record<string, string> {
  return !(Symbol.iterator in headers)
}

/** An init, whatever is in it, resets these of its `Request`. */
function referrerOf({ referrer, referrerPolicy }: Request): RequestInit {
  return { referrer, referrerPolicy }
}
