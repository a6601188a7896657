import type { ReactNode } from "react"
import type { Facts } from "../core/facts.ts"
import type { AnySession } from "../react/use-session.types.ts"
import type { EndsBy, SessionSnapshot } from "../session.types.ts"
import { useNow } from "./use-now.ts"

/** What is left until the access token expires, and until the session ends, as bars that drain. */
export function Deadlines({
  session,
  snapshot,
  facts,
}: {
  session: AnySession
  snapshot: SessionSnapshot
  facts: Facts | null
}): ReactNode {
  const { expiresAt, endsAt, endsBy } = snapshot
  const now = useNow(session.clock, expiresAt !== null || endsAt !== null)
  if (!snapshot.authenticated || now === null) return <p className="quiet">Nobody is signed in: no deadlines.</p>
  const since = facts?.issuedAt ?? now
  return (
    <dl className="deadlines">
      <Bar name="Access token expires" at={expiresAt} since={since} now={now} unknown="unknown: refreshed by 401 only" />
      <Bar name={`Session ends${endsBy === null ? "" : BY[endsBy]}`} at={endsAt} since={since} now={now} unknown="no end is known" />
    </dl>
  )
}

const BY: Record<EndsBy, string> = {
  idle: ", if nobody uses it",
  maxAge: ", for its age",
  window: ": refresh window",
  expiry: " with it",
}

function Bar({
  name,
  at,
  since,
  now,
  unknown,
}: {
  name: string
  at: number | null
  since: number
  now: number
  unknown: string
}): ReactNode {
  const left = at === null ? null : Math.max(0, at - now)
  const share = left === null ? 0 : Math.min(1, left / Math.max(1, at! - since))
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <span className="left">{left === null ? unknown : left === 0 ? "passed" : `in ${inWords(left)}`}</span>
        {left !== null && (
          <span className="bar" aria-hidden="true">
            <span style={{ inlineSize: `${share * 100}%` }} data-low={share < 0.1 || undefined} />
          </span>
        )}
      </dd>
    </div>
  )
}

/** `14:59`, `3:00:00`, `29 d 4 h`. */
function inWords(ms: number): string {
  const s = Math.ceil(ms / 1000)
  const [d, h, min] = [Math.floor(s / 86_400), Math.floor(s / 3_600) % 24, Math.floor(s / 60) % 60]
  if (d > 0) return `${d} d ${h} h`
  const two = (part: number) => String(part).padStart(2, "0")
  return h > 0 ? `${h}:${two(min)}:${two(s % 60)}` : `${min}:${two(s % 60)}`
}
