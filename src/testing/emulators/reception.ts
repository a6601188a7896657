import type { EmulatorStats, LogEntry } from "../emulator.types.ts"
import type { Account } from "./accounts.ts"
import { readAsked } from "./asked.ts"
import { connectionError } from "./connection-error.ts"
import type { CookieJar } from "./cookie-jar.ts"
import { corsHeaders, preflight } from "./cors.ts"
import type { Asked, Outcome, Reply, Route, Served } from "./emulation.types.ts"
import type { Faults } from "./faults.ts"
import { playFault } from "./play-fault.ts"
import { headersOf, toResponse } from "./reply.ts"

/** Where requests arrive: they are logged, hit by a fault or carried out, and counted. */
export interface Reception {
  readonly log: readonly LogEntry[]
  /** `browser`: play one, with this jar; its script sees no `Set-Cookie`. */
  readonly receive: (request: Request, signal: AbortSignal, browser?: { jar: CookieJar | undefined }) => Promise<Outcome>
  mint(account: Account, jar: CookieJar | undefined): Promise<Response>
  /** Refuses connections from now on, and kills those that hang. */
  close(): void
}

export function createReception({
  served,
  strict,
  faults,
  stats,
  now,
  track,
}: {
  served: Served
  strict: boolean
  faults: Faults
  stats: { -readonly [Key in keyof EmulatorStats]: EmulatorStats[Key] }
  now: () => number
  track: <T>(work: Promise<T>) => Promise<T>
}): Reception {
  const log: LogEntry[] = []
  const hanging = createHanging()
  let closed = false

  const carryOut = async (asked: Asked, route: Route | undefined): Promise<Reply> => {
    const asksFirst = preflight(asked, route)
    if (asksFirst) return asksFirst
    if (!route) return served.notFound(asked)
    if (!route.methods.includes(asked.method)) return served.badRequest(asked, `${asked.method} is not possible here`)
    const lacking = strict ? route.lacks?.(asked) : undefined
    if (lacking !== undefined) return served.badRequest(asked, lacking)
    return route.answer(asked)
  }

  return {
    log,
    async receive(request, signal, browser) {
      if (closed) throw connectionError("ECONNREFUSED")
      const route = routeOf(served.routes, request.method, new URL(request.url).pathname)
      const isPreflight = request.method === "OPTIONS"
      const on = isPreflight ? "other" : (route?.on ?? "other")
      const fault = faults.take(on)
      const unread = typeof fault?.with === "function" ? request.clone() : request
      const at = now()
      const asked = await readAsked(request, browser && { cookie: browser.jar?.header() })
      const credential = route?.credential ? route.credential(asked) : asked.bearer
      const entry: { -readonly [Key in keyof LogEntry]: LogEntry[Key] } = {
        at,
        method: asked.method,
        path: asked.path,
        on,
        status: "hang",
        headers: Object.fromEntries(asked.headers),
        ...(credential === undefined ? {} : { credential }),
        ...(asked.body === "" ? {} : { body: asked.body }),
      }
      log.push(entry)

      const seen = (response: Response): Response => {
        entry.status = response.status
        if (on === "resource" && response.status === 401) stats.unauthorized++
        if (on === "resource" && response.ok) stats.requests++
        return response
      }
      const respond = (reply: Reply): Response => {
        const { "set-cookie": cookie, ...visible } = headersOf(reply)
        browser?.jar?.keep(cookie)
        return toResponse(browser ? { ...reply, headers: visible } : reply, {
          date: new Date(now()).toUTCString(),
          ...corsHeaders(asked, route),
        })
      }
      if (!fault) return { response: seen(respond(await carryOut(asked, route))) }
      const played = await playFault(fault, {
        request: unread,
        signal,
        carryOut: () => carryOut(asked, route),
        failure: (status) => served.failure(status, asked, on),
        respond,
        track,
        hang: () => hanging.add(unread, signal),
      })
      if ("response" in played) return { response: seen(played.response) }
      if ("pending" in played) return { pending: played.pending.then(seen) }
      entry.status = played.died
      throw connectionError("ECONNRESET")
    },
    async mint(account, jar) {
      const reply = served.mint(account)
      stats.logins++
      const { "set-cookie": cookie, ...visible } = headersOf(reply)
      if (!jar) return toResponse(reply)
      jar.keep(cookie)
      return toResponse({ ...reply, headers: visible })
    },
    close() {
      closed = true
      hanging.killAll()
    },
  }
}

/** The route of a request; a wrong method still finds the first route of its path. */
function routeOf(routes: readonly Route[], method: string, pathname: string): Route | undefined {
  const here = routes.filter(({ path }) => (typeof path === "string" ? path === pathname : path.test(pathname)))
  return here.find((route) => route.methods.includes(method)) ?? here[0]
}

/** Requests that get no answer. They are kept here, or a Request would be collected and its signal never fire. */
function createHanging() {
  const kept = new Set<{ request: Request; reject: (reason: unknown) => void }>()
  return {
    add: (request: Request, signal: AbortSignal): Promise<never> =>
      new Promise<never>((_, reject) => {
        const one = { request, reject }
        const abort = () => {
          kept.delete(one)
          reject(signal.reason as Error)
        }
        if (signal.aborted) return abort()
        signal.addEventListener("abort", abort, { once: true })
        kept.add(one)
      }),
    killAll() {
      for (const { reject } of kept) reject(connectionError("ECONNRESET"))
      kept.clear()
    },
  }
}
