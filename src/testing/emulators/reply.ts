import type { Reply } from "./emulation.types.ts"

/** Turns an answer into a Response, with more headers. */
export function toResponse(reply: Reply, headers: Readonly<Record<string, string>> = {}): Response {
  const body = textOf(reply)
  // These statuses may not have a body; the Response constructor insists.
  const bodiless = body === "" || [204, 205, 304].includes(reply.status)
  return new Response(bodiless ? null : body, { status: reply.status, headers: { ...headersOf(reply), ...headers } })
}

/** The body as it goes over the wire. */
export function textOf({ body }: Reply): string {
  if (body === undefined) return ""
  return typeof body === "string" ? body : JSON.stringify(body)
}

/** The headers as they go over the wire. */
export function headersOf({ headers, body }: Reply): Record<string, string> {
  return typeof body === "string" || body === undefined ? { ...headers } : { "content-type": "application/json", ...headers }
}

/** The page of a proxy, a firewall or a wrong address. */
export function htmlPage(status: number): Reply {
  return {
    status,
    headers: { "content-type": "text/html; charset=utf-8" },
    body: `<!doctype html><html><head><title>${status}</title></head><body><h1>${status}</h1></body></html>`,
  }
}

/** An error for which no document has a form. */
export function plainError(status: number, message = `Emulated status ${status}`): Reply {
  return { status, body: { message } } // ours
}
