import type { RequestData } from "./core/provider.ts"

/**
 * Rewrites an error that foreign code threw (a `fetch`, a store), so that it can be kept as a cause: name, message, code and causes stay;
 * every secret is blotted out, raw or encoded; anything else that hangs on it (a request, a config with headers) is left behind.
 */
export function safeCause(error: unknown, secrets: readonly string[]): Error {
  const telling = secrets.filter(({ length }) => length >= 6)
  return rewritten(error, telling.flatMap((value) => [value, encodeURIComponent(value), base64(value)]), 3)
}

/** Every value that a request carries beside its URL. */
export function secretsIn({ headers, json, form, cookies }: RequestData): string[] {
  return valuesIn([headers, json, form, cookies])
}

function rewritten(error: unknown, secrets: readonly string[], depth: number): Error {
  const { name, message, code, cause } = (error ?? {}) as { name?: unknown; message?: unknown; code?: unknown; cause?: unknown }
  const safe = new Error(
    secrets.reduce((text, secret) => text.replaceAll(secret, "[redacted]"), String(message ?? error)),
    depth > 0 && cause !== undefined ? { cause: rewritten(cause, secrets, depth - 1) } : undefined,
  )
  if (typeof name === "string") safe.name = name
  return typeof code === "string" ? Object.assign(safe, { code }) : safe
}

function valuesIn(value: unknown): string[] {
  if (typeof value === "string") return [value, ...value.split(" ").slice(1)]
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(valuesIn) : []
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
}
