import { factsOf } from "../core/grant.ts"
import type { SessionRecord } from "../core/record.ts"

/** What a browser is told of its session: facts, and never a token. */
export interface SessionFacts<User = unknown> {
  /** Names the session, and opens nothing. */
  readonly sid: string
  readonly generation: number
  readonly user: User | null
  /** When the access token, which stays on the server, expires: epoch ms by the server's clock; null where nobody knows. */
  readonly expiresAt: number | null
  /** For how long it is good from now on, s: browsers' clocks may be wrong. */
  readonly expiresInS: number | null
}

/** What a browser is told of a record. */
export function factsFor(record: SessionRecord, now: number): SessionFacts {
  const { sid, generation, user, expiresAt } = factsOf(record)
  return { sid, generation, user, expiresAt, expiresInS: expiresAt === null ? null : Math.max(0, (expiresAt - now) / 1000) }
}

/** The session and grant that a page believes to have, as `bff()` names them in `Authorization`; null where it names none. */
export function markIn({ headers }: Request): Pick<SessionFacts, "sid" | "generation"> | null {
  const [, sid, generation] = /^Bearer ([\w-]{22})\.(\d+)$/.exec(headers.get("authorization") ?? "") ?? []
  return sid === undefined ? null : { sid, generation: Number(generation) }
}
