import type { Reply } from "./answer.ts"

/** A provider that asks for more than this is asked again anyway: an hour. */
const LONGEST_MS = 3_600_000

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
  return Number.isNaN(ms) ? null : receivedAt + Math.min(Math.max(ms, 0), LONGEST_MS)
}
