import type { SessionRecord } from "../core/record.ts"
import { bodyOf, limited } from "./body-of.ts"
import { headersDownstream, headersUpstream } from "./forwarding.ts"
import type { HeldSessions } from "./held-sessions.ts"
import type { SessionsAtRest } from "./sessions-at-rest.ts"
import type { Slot } from "./slot.ts"

/** What a {@link Forwarder} works with. */
export interface ForwarderTools {
  readonly fetch: typeof globalThis.fetch
  readonly atRest: SessionsAtRest
  readonly held: HeldSessions
  readonly maxBodyBytes: number
  readonly maxReplayBytes: number
}

/** Sends requests on to the API with the credential added, and brings their answers back. */
export class Forwarder {
  readonly #tools: ForwarderTools

  constructor(tools: ForwarderTools) {
    this.#tools = tools
  }

  /** At once with the token of the record, if that is good; by the session itself where it is not, and where the API answers 401. */
  async forward(request: Request, target: URL, slot: Slot, record: SessionRecord): Promise<Response> {
    const { held, atRest } = this.#tools
    const body = await this.#bodyOf(request)
    const isStream = body instanceof ReadableStream
    const init: RequestInit & { readonly headers: Headers } = {
      method: request.method,
      headers: headersUpstream(request.headers),
      body,
      redirect: "manual",
      signal: request.signal,
      ...(isStream && { duplex: "half" }),
    }
    const isAtRest = !held.has(slot) && atRest.isUsable(record) && !atRest.isOver(record)
    const first = isAtRest ? await this.#sendAtOnce(target, init, slot, record) : null
    if (first !== null && (first.status !== 401 || isStream)) return downstream(first)
    const known: KnownAnswer | null = first && { response: first, authorization: bearer(record) }
    const asked = { ...init, replay: !isStream, ...(known && { [KNOWN]: known }) }
    try {
      return downstream(await held.lend(slot, (session) => session.fetch(target, asked)))
    } finally {
      // Another process has renewed the session meanwhile: the answer to the old token is nobody's, and would keep its connection.
      if (known !== null && known.isUsed !== true) void known.response.body?.cancel().catch(() => {})
    }
  }

  /** Sends for the sessions. One that is shown an answer which is there already says what it means, and nothing is sent twice for that. */
  readonly send = (input: string | URL | Request, init?: RequestInit & { readonly [KNOWN]?: KnownAnswer }): Promise<Response> => {
    const known = init?.[KNOWN]
    if (known === undefined || known.isUsed === true || new Headers(init?.headers).get("authorization") !== known.authorization)
      return this.#tools.fetch(input, init)
    known.isUsed = true
    return Promise.resolve(known.response)
  }

  #sendAtOnce(target: URL, init: RequestInit & { readonly headers: Headers }, slot: Slot, record: SessionRecord): Promise<Response> {
    this.#tools.atRest.noteUse(slot, record)
    const headers = new Headers(init.headers)
    headers.set("authorization", bearer(record))
    return this.#tools.fetch(target, { ...init, headers })
  }

  /** Short bodies are kept, to be sent again after a 401; long ones, and those of unknown length, go through as they come. */
  async #bodyOf(request: Request): Promise<BodyInit | null> {
    const { maxBodyBytes, maxReplayBytes } = this.#tools
    if (request.body === null || request.method === "GET" || request.method === "HEAD") return null
    const length = Number(request.headers.get("content-length") ?? Infinity)
    return length <= maxReplayBytes ? bodyOf(request, maxBodyBytes) : limited(request, maxBodyBytes)
  }
}

interface KnownAnswer {
  readonly response: Response
  readonly authorization: string
  isUsed?: boolean
}

const KNOWN = Symbol("an answer that is there already")

function bearer({ accessToken }: SessionRecord): string {
  return `Bearer ${accessToken}`
}

function downstream({ status, statusText, headers, body }: Response): Response {
  return new Response(body, { status, statusText, headers: headersDownstream(headers) })
}
