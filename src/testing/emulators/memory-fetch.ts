import { connectionError } from "./connection-error.ts"
import type { CookieJar } from "./cookie-jar.ts"
import type { Reception } from "./reception.ts"

/** A `fetch` whose only server is an emulator. It aborts, redirects and keeps cookies as the real one does. */
export function createMemoryFetch({
  url,
  receive,
  track,
  jar,
}: {
  url: string
  receive: Reception["receive"]
  track: <T>(work: Promise<T>) => Promise<T>
  jar: CookieJar | undefined
}): (input: RequestInfo | URL, init?: RequestInit) => Promise<Response> {
  const send = async (request: Request, signal: AbortSignal): Promise<Response> => {
    if (new URL(request.url).origin !== url) throw connectionError("ENOTFOUND")
    // To a page, the emulator is another site: only "include" sends and keeps its cookies.
    const cookies = request.credentials === "include" ? jar : undefined
    const outcome = await track(receive(request, signal, jar && { jar: cookies }))
    return "response" in outcome ? outcome.response : outcome.pending
  }

  return async (input, init) => {
    const request = new Request(input, init)
    // The caller's own signal, since a Request follows it only as long as nobody collects the Request.
    const given = init?.signal === undefined && input instanceof Request ? input.signal : init?.signal
    const signal = given ?? request.signal
    signal.throwIfAborted()
    return orAborted(
      follow(request, (hop) => send(hop, signal)),
      signal,
    )
  }
}

async function follow(first: Request, send: (request: Request) => Promise<Response>): Promise<Response> {
  let request = first
  for (let hops = 0; hops <= 20; hops++) {
    const body = request.redirect === "follow" && request.body !== null ? request.clone() : undefined
    const response = await send(request)
    const location = response.headers.get("location")
    if (location === null || response.status < 300 || response.status > 399 || request.redirect === "manual") return response
    if (request.redirect === "error") break
    request = redirected(request, body, new URL(location, request.url), response.status)
  }
  throw new TypeError("fetch failed", { cause: new Error("unexpected redirect") })
}

function redirected(from: Request, body: Request | undefined, to: URL, status: number): Request {
  const becomesGet = status === 303 || (from.method === "POST" && (status === 301 || status === 302))
  const headers = new Headers(from.headers)
  if (to.origin !== new URL(from.url).origin) headers.delete("authorization")
  const { credentials, redirect } = from
  if (body && !becomesGet) return new Request(to, new Request(body, { headers }))
  return new Request(to, { method: becomesGet ? "GET" : from.method, headers, credentials, redirect })
}

/** Settles with the work, or rejects with the signal's reason, as `fetch` does. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error)
    signal.addEventListener("abort", abort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort))
  })
}
