import type { SessionEvent } from "../machines/session.types.ts"
import type { Clock } from "./core/clock.ts"
import { NotReplayableError } from "./errors.ts"
import type { Scope } from "./scope.ts"
import type { Session, SessionFetchInit } from "./session.types.ts"
import { replaced } from "./waiting-room.ts"

/** What requests go out with, kept ready so that one look at it is all that a request costs. */
export interface Credential {
  readonly authorization: string
  readonly sid: string
  readonly generation: number
  /** Epoch ms; Infinity where nobody knows. */
  readonly expiresAt: number
  /** The chart wants to hear of use: a refresh waits for it. */
  readonly awaitsUse: boolean
  /** A refresh is under way that kills this token, so what cannot be sent twice had better wait. */
  readonly isDying: boolean
  /** The chart doubts this grant: the first good answer must be told. */
  readonly isDoubted: boolean
}

/** What `session.fetch` works with. */
export interface FetchTools {
  readonly fetch: typeof globalThis.fetch
  readonly clock: Clock
  readonly scope: Scope
  /** The credential that may be used now, but for its deadline; null where a request must wait. */
  credential(): Credential | null
  /** Waits for one that may be used. */
  wait(signal: AbortSignal | undefined): Promise<Credential>
  /** Tells the chart. Returns whether requests wait now. */
  send(event: SessionEvent): boolean
  /** Errors in `WWW-Authenticate` that a refresh cannot cure. */
  readonly notCuredByRefresh: readonly string[]
}

/** In an init: its `headers` are a `Headers` of our own making, which may be written into. */
export const OWN_HEADERS = Symbol("headers that may be written into")

type Input = string | URL | Request
type Init = SessionFetchInit & { readonly [OWN_HEADERS]?: true }

/** Makes the `fetch` of a session. */
export function sessionFetch(tools: FetchTools): Session["fetch"] {
  const { fetch, clock, scope, notCuredByRefresh } = tools

  return async function sessionFetch(input: Input, init: Init = {}): Promise<Response> {
    const target = scope.resolve(input)
    if (!scope.allows(target) || hasAuthorization(target, init)) return fetch(target, init)
    const signal = init.signal ?? (target instanceof Request ? target.signal : undefined)
    const isReplayable = canBeSentTwice(init.body)
    let credential = tools.credential()
    if (credential === null || clock.now() >= credential.expiresAt || (credential.isDying && !isReplayable)) credential = await tools.wait(signal)
    if (credential.awaitsUse) tools.send({ type: "session.used" })
    const spare = init.replay !== false && target instanceof Request && target.body !== null ? target.clone() : target
    const response = await fetch(target, withCredential(target, init, credential))
    if (response.status !== 401) return proved(credential, response)
    if (!scope.answers(response) || !isCurable(response)) return response
    return replay(spare, init, credential, response, signal)
  }

  /** A 401: with the current token if it was about an older one, else after one refresh; at most once. */
  async function replay(target: Input, init: Init, sent: Credential, response: Response, signal: AbortSignal | undefined): Promise<Response> {
    const current = tools.credential()
    const isLate = current !== null && (current.sid !== sent.sid || current.generation !== sent.generation)
    const { sid, generation } = sent
    if (!isLate && !tools.send({ type: "request.unauthorized", sid, generation }) && tools.credential() !== null) return response
    if (init.replay === false) return response
    const fresh = await tools.wait(signal)
    if (fresh.sid !== sid) throw replaced()
    if (!canBeSentTwice(init.body)) throw new NotReplayableError("the request met a 401 and its body is a stream, which cannot be sent twice; the session is refreshed, so send it anew")
    void response.body?.cancel().catch(() => {})
    const second = await fetch(target, withCredential(target, init, fresh))
    if (second.status === 401 && scope.answers(second) && isCurable(second)) tools.send({ type: "request.unauthorized", sid, generation: fresh.generation })
    return proved(fresh, second)
  }

  function proved({ isDoubted, sid, generation }: Credential, response: Response): Response {
    if (isDoubted && response.ok) tools.send({ type: "request.accepted", sid, generation })
    return response
  }

  function isCurable({ headers }: Response): boolean {
    const challenge = notCuredByRefresh.length > 0 ? headers.get("www-authenticate") : null
    return challenge === null || !notCuredByRefresh.some((error) => challenge.includes(`error="${error}"`))
  }
}

/** Whether the caller has brought an `Authorization` of its own: then the request is none of the session's. */
function hasAuthorization(target: Input, { headers }: Init): boolean {
  if (headers === undefined) return target instanceof Request && target.headers.has("authorization")
  if (headers instanceof Headers) return headers.has("authorization")
  const names = Array.isArray(headers) ? headers.map(([name]) => name) : Object.keys(headers)
  return names.some((name) => name?.length === 13 && name.toLowerCase() === "authorization")
}

/** Strings, buffers, blobs, forms and parameters can; a stream is gone once it is sent. */
function canBeSentTwice(body: BodyInit | null | undefined): boolean {
  return body == null || typeof body === "string" || body instanceof URLSearchParams || body instanceof FormData
    || body instanceof Blob || body instanceof ArrayBuffer || ArrayBuffer.isView(body)
}

function withCredential(target: Input, init: Init, { authorization }: Credential): RequestInit {
  const headers = init.headers ?? (target instanceof Request ? target.headers : undefined)
  if (headers === undefined) return { ...init, headers: { authorization } }
  if (!(headers instanceof Headers) && !Array.isArray(headers)) return { ...init, headers: { ...headers, authorization } }
  const own = init[OWN_HEADERS] === true && headers instanceof Headers ? headers : new Headers(headers)
  own.set("authorization", authorization)
  return { ...init, headers: own }
}
