import type { Reply } from "./answer.ts"

/** A provider that asks for more than this is asked again anyway: an hour. */
export const LONGEST_RETRY_AFTER_MS = 3_600_000

/**
 * The moment that `Retry-After` names, epoch ms by our clock; null where there is none or it cannot be read.
 * A date is taken relative to the reply's own `Date`, so that a wrong clock on either side does not matter.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
 */
export function retryAfter({ headers, receivedAt }: Reply): number | null {
  const value = headers.get("retry-after")?.trim()
  if (!value) return null
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - (Date.parse(headers.get("date") ?? "") || receivedAt)
  return Number.isNaN(ms) ? null : receivedAt + Math.min(Math.max(ms, 0), LONGEST_RETRY_AFTER_MS)
}

/** Whether a moment that was asked for is still to come. One further away than any can be was named before the clock was set back. */
export function isTooEarly(now: number, notBefore: number | null): boolean {
  return notBefore !== null && now < notBefore && notBefore - now <= LONGEST_RETRY_AFTER_MS
}
