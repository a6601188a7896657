/** Headers that are about one connection and no other (RFC 9110, 7.6.1). */
const HOP_BY_HOP = [
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]

/**
 * What a browser says to the handler, and nobody else is to hear. The API's client is the handler: no page asks it across origins, so
 * `Origin` would only have it refuse what the handler has allowed, and `Referer` tell it of pages. What can be decoded, `fetch` says.
 */
const OURS = [
  "authorization",
  "cookie",
  "x-sessionchart",
  "host",
  "content-length",
  "expect",
  "accept-encoding",
  "origin",
  "referer",
  "sec-fetch-*",
  "access-control-request-*",
]

/**
 * What an upstream must not set in the browser, because it would be about the handler's whole origin, and what is no longer true of a
 * body that `fetch` has decoded.
 */
const THEIRS = [
  "set-cookie",
  "set-cookie2",
  "content-encoding",
  "content-length",
  "clear-site-data",
  "access-control-*",
  "strict-transport-security",
  "alt-svc",
  "nel",
  "report-to",
]

/** The headers of a request, as the upstream may see them. */
export function headersUpstream(headers: Headers): Headers {
  return without(headers, OURS)
}

/** The headers of an upstream's answer, as the browser may see them. What says nothing of caching is not cached. */
export function headersDownstream(headers: Headers): Headers {
  const passed = without(headers, THEIRS)
  if (!passed.has("cache-control")) passed.set("cache-control", "no-store")
  return passed
}

function without(headers: Headers, names: readonly string[]): Headers {
  const named = (headers.get("connection") ?? "").split(",").map((name) => name.trim().toLowerCase())
  const dropped = new Set([...HOP_BY_HOP, ...named, ...names])
  const families = names.filter((name) => name.endsWith("*")).map((name) => name.slice(0, -1))
  const isDropped = (name: string) => dropped.has(name) || families.some((family) => name.startsWith(family))
  return new Headers([...headers].filter(([name]) => !isDropped(name.toLowerCase())))
}
