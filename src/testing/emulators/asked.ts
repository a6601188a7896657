import type { Asked } from "./emulation.types.ts"

/** Reads a request to its end; in a `browser`, the cookies are the jar's and never the script's. */
export async function readAsked(request: Request, browser?: { cookie: string | undefined }): Promise<Asked> {
  const url = new URL(request.url)
  // A copy, because a browser's Request refuses a Cookie header.
  const headers = new Headers(request.headers)
  if (browser) headers.delete("cookie")
  if (browser?.cookie !== undefined) headers.set("cookie", browser.cookie)
  const body = await request.text()
  const bearer = /^Bearer +(\S+)$/i.exec(headers.get("authorization") ?? "")?.[1]
  return { method: request.method, url, path: url.pathname + url.search, headers, body, bearer }
}

/** The fields of a JSON object body; none when the body is something else. */
export function fieldsOf(asked: Asked): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(asked.body)
    return typeof parsed === "object" && parsed !== null ? (parsed as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

/** A body field that must be a non-empty string. */
export function textField(asked: Asked, name: string): string | undefined {
  const value = fieldsOf(asked)[name]
  return typeof value === "string" && value !== "" ? value : undefined
}

/** The first of these headers that the request does not carry, said as a sentence. */
export function lacksHeader(asked: Asked, ...names: string[]): string | undefined {
  const missing = names.find((name) => !asked.headers.get(name))
  return missing === undefined ? undefined : `Missing header ${missing}`
}

/** A JSON body must say that it is one: a string body goes out as text/plain unless the client sets the header. */
export function lacksJson(asked: Asked): string | undefined {
  return /^application\/json\b/i.test(asked.headers.get("content-type") ?? "") ? undefined : "Content-Type must be application/json"
}

/** The value of a cookie of the request. */
export function cookieOf(asked: Asked, name: string): string | undefined {
  for (const pair of (asked.headers.get("cookie") ?? "").split(";")) {
    const at = pair.indexOf("=")
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim() || undefined
  }
  return undefined
}
