import type { RequestData } from "./core/provider.ts"

/** Shorter values are no secrets, and words of every message. */
const SHORTEST = 6

/**
 * Rewrites an error that foreign code threw (a `fetch`, a store), so that it can be kept as a cause: name, message, code and causes stay;
 * every secret is blotted out, raw or encoded; anything else that hangs on it (a request, a config with headers) is left behind.
 */
export function safeCause(error: unknown, secrets: readonly string[]): Error {
  const writings = secrets.filter(({ length }) => length >= SHORTEST).flatMap(writingsOf)
  // The longest first, so that nothing is left of a secret that begins with another one.
  return rewritten(
    error,
    writings.sort((one, other) => other.length - one.length),
    3,
  )
}

/** Every value that a request carries beside its URL. */
export function secretsIn({ headers, json, form, cookies }: RequestData): string[] {
  return valuesIn([headers, json, form, cookies])
}

function rewritten(error: unknown, secrets: readonly string[], depth: number): Error {
  const { name, message, code, cause } = fieldsOf(error)
  const blotted = (text: string) => secrets.reduce((rest, secret) => rest.replaceAll(secret, "[redacted]"), text)
  const safe = new Error(blotted(message), depth > 0 && cause !== undefined ? { cause: rewritten(cause, secrets, depth - 1) } : undefined)
  if (typeof name === "string") safe.name = blotted(name)
  return typeof code === "string" ? Object.assign(safe, { code: blotted(code) }) : safe
}

/** What is kept of an error; anything can be thrown, and what is thrown may resist. */
function fieldsOf(error: unknown): { message: string; name?: unknown; code?: unknown; cause?: unknown } {
  try {
    const { name, message, code, cause } = (error ?? {}) as { name?: unknown; message?: unknown; code?: unknown; cause?: unknown }
    return { name, message: String(message ?? error), code, cause }
  } catch {
    return { message: "an error that cannot be read" }
  }
}

function valuesIn(value: unknown): string[] {
  if (typeof value === "string") return [value, ...value.split(" ").slice(1)]
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(valuesIn) : []
}

/** A text as it is, in a URL, in a form, in JSON, and in both kinds of base64. */
function writingsOf(text: string): string[] {
  const bytes = new TextEncoder().encode(text)
  const base64 = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))
  return [
    text,
    encodeURIComponent(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes)), // which a lone surrogate does not break
    new URLSearchParams([["", text]]).toString().slice(1),
    JSON.stringify(text).slice(1, -1),
    base64,
    base64.replace(/=+$/, "").replaceAll("+", "-").replaceAll("/", "_"),
  ]
}
