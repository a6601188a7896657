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

/** What a browser says to the handler, and nobody else is to hear. */
const OURS = ["authorization", "cookie", "host", "content-length", "expect", "x-sessionchart"]

/** What an upstream must not set in the browser, and what is no longer true of a body that `fetch` has decoded. */
const THEIRS = ["set-cookie", "set-cookie2", "content-encoding", "content-length", "clear-site-data"]

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
  return new Headers([...headers].filter(([name]) => !dropped.has(name.toLowerCase())))
}
