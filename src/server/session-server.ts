import { systemClock, type Clock } from "../core/clock.ts"
import { factsOf } from "../core/grant.ts"
import type { SessionRecord } from "../core/record.ts"
import { ConfigurationError } from "../errors.ts"
import type { HandedOver, InitialFacts, Session, SessionOptions } from "../session.types.ts"
import { memoryStore } from "../stores/memory.ts"
import { answerTo, json, NO_STORE } from "./answer-to.ts"
import { bodyOf } from "./body-of.ts"
import { Forwarder } from "./forwarder.ts"
import type { SessionHandlerOptions } from "./handler-options.ts"
import { HeldSessions } from "./held-sessions.ts"
import { Refusal } from "./refusal.ts"
import { sameSiteOnly } from "./same-site-only.ts"
import { Seal } from "./seal.ts"
import { sealedStore } from "./sealed-store.ts"
import { SessionCookie } from "./session-cookie.ts"
import { factsFor, markIn, type SessionFacts } from "./session-facts.ts"
import { SessionsAtRest } from "./sessions-at-rest.ts"
import type { Slot } from "./slot.ts"
import { upstreamUrl } from "./upstream-url.ts"

const LOGIN_BYTES = 16 * 1024

/** Methods that `fetch` does not send (Fetch standard, "forbidden method"): what shows a request to whoever sent it would show the credential. */
const UNSPEAKABLE = new Set(["CONNECT", "TRACE", "TRACK"])

/** The routes of a session handler, and what they do. */
export class SessionServer {
  readonly #origin: string
  readonly #base: string
  readonly #upstream: URL
  readonly #clock: Clock
  readonly #cookie: SessionCookie
  readonly #slotOf: (id: string) => Slot
  readonly #atRest: SessionsAtRest
  readonly #held: HeldSessions
  readonly #forwarder: Forwarder

  constructor(options: SessionHandlerOptions<unknown, unknown>) {
    const { provider, store = memoryStore(), keys, cookie = {}, origin, upstream, basePath = "/auth", clock = systemClock } = options
    const { idleTimeoutMs, maxAgeMs, maxWaitMs, maxBodyBytes = 10 * 1024 * 1024, maxReplayBytes = 64 * 1024 } = options
    if (cookie.secure === false && new URL(origin).protocol === "https:")
      throw new ConfigurationError('createSessionHandler: option "cookie.secure" may be false only where the origin is http, on loopback')
    const seal = new Seal(keys)
    const limits = { ...(idleTimeoutMs && { idleTimeoutMs }), ...(maxAgeMs && { maxAgeMs }), ...(maxWaitMs && { maxWaitMs }) }
    const optionsOf = (slot: Slot): SessionOptions<unknown, unknown> => ({
      ...limits,
      provider,
      clock,
      store: slot.store,
      baseURL: upstream,
      allowedOrigins: [...provider.origins, upstream],
      keepAlive: "on-demand",
      fetch: this.#forwarder.send,
    })
    this.#origin = origin
    this.#base = basePath
    this.#upstream = new URL(upstream)
    this.#clock = clock
    this.#cookie = new SessionCookie(cookie)
    this.#slotOf = (id) => ({ id, store: sealedStore(store.slot(id), seal) })
    this.#atRest = new SessionsAtRest(clock, { idleTimeoutMs: idleTimeoutMs ?? null, maxAgeMs: maxAgeMs ?? null })
    this.#held = new HeldSessions(optionsOf, clock)
    const fetch: typeof globalThis.fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init))
    this.#forwarder = new Forwarder({ fetch, atRest: this.#atRest, held: this.#held, maxBodyBytes, maxReplayBytes })
  }

  async answer(request: Request): Promise<Response> {
    try {
      return await this.#route(request)
    } catch (failure) {
      const error = refusalIn(failure)
      if (!(error instanceof Refusal) && request.signal.aborted) return json(499, { error: "aborted" })
      return answerTo(error, this.#clock.now())
    }
  }

  async accept(request: Request, tokens: HandedOver<unknown> | Response, redirectTo: string): Promise<Response> {
    if (!/^\/(?![/\\])/.test(redirectTo)) throw new ConfigurationError("handler.accept: redirectTo must be a path of your own, such as /")
    const kept = await this.#begin(request, (session) => session.accept(tokens))
    return new Response(null, { status: 303, headers: { ...NO_STORE, location: redirectTo, "set-cookie": kept } })
  }

  async initialFacts(request: Request): Promise<InitialFacts<unknown> | null> {
    const found = await this.#find(request)
    if (found === null || this.#atRest.isOver(found.record)) return null
    const { sid, generation, user, expiresAt } = factsOf(found.record)
    return { sid, generation, user, expiresAt }
  }

  close(): Promise<void> {
    return this.#held.drained()
  }

  async #route(request: Request): Promise<Response> {
    const { pathname, search, username, password } = new URL(request.url)
    if (username !== "" || password !== "") throw new Refusal(400, "bad_request", "a URL with a user's name in it is not answered")
    if (!pathname.startsWith(`${this.#base}/`)) throw new Refusal(404, "not_found", `the session's routes are below ${this.#base}`)
    if (UNSPEAKABLE.has(request.method.toUpperCase())) throw new Refusal(405, "method_not_allowed", `${request.method} is not answered`)
    sameSiteOnly(request, this.#origin)
    const path = pathname.slice(this.#base.length)
    if (path === "/api" || path.startsWith("/api/")) {
      const target = upstreamUrl(this.#upstream, path.slice("/api".length), search)
      const { slot, record } = await this.#signedIn(request)
      return this.#forwarder.forward(request, target, slot, record)
    }
    const route = this.#routes[path]
    if (route === undefined)
      throw new Refusal(404, "not_found", `there is no ${path}; there are ${Object.keys(this.#routes).join(", ")} and /api/…`)
    const { method, answer } = route
    if (method !== request.method) throw new Refusal(405, "method_not_allowed", `${path} wants ${method}`, { headers: { allow: method } })
    return answer(request)
  }

  readonly #routes: Readonly<Record<string, { readonly method: string; readonly answer: (request: Request) => Promise<Response> }>> = {
    "/login": { method: "POST", answer: (request) => this.#logIn(request) },
    "/logout": { method: "POST", answer: (request) => this.#logOut(request) },
    "/session": { method: "GET", answer: (request) => this.#tell(request) },
    "/refresh": { method: "POST", answer: (request) => this.#refresh(request) },
  }

  async #logIn(request: Request): Promise<Response> {
    const credentials = await jsonOf(request)
    let session: SessionFacts | null = null
    const kept = await this.#begin(request, async (begun, slot) => {
      await begun.login(credentials)
      session = await this.#factsNow(slot)
    })
    return json(200, { session }, { "set-cookie": kept })
  }

  async #logOut(request: Request): Promise<Response> {
    const { everywhere } = ((await jsonOf(request)) ?? {}) as { readonly everywhere?: unknown }
    const slot = this.#slotIn(request)
    const { revoked } = slot === null ? { revoked: false } : await this.#end(slot, everywhere === true)
    return json(200, { revoked }, { "set-cookie": this.#cookie.forget() })
  }

  async #tell(request: Request): Promise<Response> {
    const found = await this.#find(request)
    if (found !== null && !this.#atRest.isOver(found.record)) return json(200, { session: factsFor(found.record, this.#clock.now()) })
    if (found !== null) await this.#held.lend(found.slot, (session) => session.ready())
    return new Response(null, { status: 204, headers: NO_STORE })
  }

  /** Renews the session, unless it has been renewed since the browser heard of it last. */
  async #refresh(request: Request): Promise<Response> {
    const { slot, record } = await this.#signedIn(request)
    const known = markIn(request)?.generation ?? Infinity
    const isNews = known < record.generation && this.#atRest.isUsable(record) && !this.#atRest.isOver(record)
    // Another process may be renewing it at this moment: what counts is what the session finds.
    const renew = async (session: Session<unknown, unknown>) => {
      const { usable, generation } = await session.ready()
      if (!usable || known >= generation) await session.refresh()
    }
    if (!isNews) await this.#held.lend(slot, renew)
    return json(200, { session: await this.#factsNow(slot) })
  }

  /** Begins a session in a slot of its own: an id that somebody knew before is worth nothing after it. Returns its cookie. */
  async #begin(request: Request, enter: (session: Session<unknown, unknown>, slot: Slot) => Promise<unknown>): Promise<string> {
    const before = this.#slotIn(request)
    const slot = this.#slotOf(this.#cookie.newId())
    await this.#held.lend(slot, (session) => enter(session, slot))
    if (before !== null) void this.#end(before, false).catch(() => {})
    return this.#cookie.keep(slot.id)
  }

  #end(slot: Slot, everywhere: boolean): Promise<{ readonly revoked: boolean }> {
    return this.#held.lend(slot, (session) => session.logout({ everywhere }))
  }

  /** The session that a request belongs to. What was asked for another one (another user's, perhaps) is not done for this one. */
  async #signedIn(request: Request): Promise<Found> {
    const found = await this.#find(request)
    if (found === null) throw nobody()
    const mark = markIn(request)
    if (mark !== null && mark.sid !== found.record.sid)
      throw new Refusal(401, "session_replaced", "another session has taken the place of the one that this request is for")
    return found
  }

  async #find(request: Request): Promise<Found | null> {
    const slot = this.#slotIn(request)
    const record = slot === null ? null : await this.#atRest.read(slot)
    return slot === null || record === null ? null : { slot, record }
  }

  #slotIn(request: Request): Slot | null {
    const id = this.#cookie.idIn(request)
    return id === null ? null : this.#slotOf(id)
  }

  async #factsNow(slot: Slot): Promise<SessionFacts> {
    const record = await this.#atRest.read(slot)
    if (record === null) throw nobody()
    return factsFor(record, this.#clock.now())
  }
}

interface Found {
  readonly slot: Slot
  readonly record: SessionRecord
}

/** `fetch` fails because of a body that is cut off, and says so by its cause. */
function refusalIn(failure: unknown): unknown {
  const { cause } = (failure ?? {}) as { readonly cause?: unknown }
  return cause instanceof Refusal ? cause : failure
}

function nobody(): Refusal {
  return new Refusal(401, "session_ended", "nobody is signed in")
}

async function jsonOf(request: Request): Promise<unknown> {
  const text = new TextDecoder().decode(await bodyOf(request, LOGIN_BYTES))
  if (text.trim() === "") return undefined
  try {
    return JSON.parse(text)
  } catch {
    throw new Refusal(400, "bad_request", "the body must be JSON")
  }
}
