import type { Asked, Reply, Route } from "./emulation.types.ts"

/** The headers that let a page of another origin read an answer, cookies included. */
export function corsHeaders(asked: Asked, route: Route | undefined): Record<string, string> {
  const origin = asked.headers.get("origin")
  if (origin === null || route?.cors === false) return {}
  return {
    "access-control-allow-origin": origin,
    "access-control-allow-credentials": "true",
    "access-control-expose-headers": "date, retry-after, www-authenticate",
    vary: "origin",
  }
}

/** A browser's question before a request of another origin; `undefined` when the request is not one. */
export function preflight(asked: Asked, route: Route | undefined): Reply | undefined {
  const method = asked.headers.get("access-control-request-method")
  if (asked.method !== "OPTIONS" || method === null || route?.cors === false) return undefined
  return {
    status: 204,
    headers: {
      "access-control-allow-methods": method,
      "access-control-allow-headers": asked.headers.get("access-control-request-headers") ?? "",
    },
  }
}
