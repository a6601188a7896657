import type { SessionRecord } from "../core/record.ts"

/** A record as a session makes it that is signed in at that moment, epoch ms: for a quarter of an hour. */
export function recordAt(now: number, fields: Partial<SessionRecord> = {}): SessionRecord {
  return {
    v: 1,
    sid: "sid",
    generation: 1,
    accessToken: "access",
    refreshToken: "refresh",
    refreshable: true,
    issuedAt: now,
    expiresAt: now + 900_000,
    windowEndsAt: null,
    skewMs: 0,
    user: null,
    startedAt: now,
    usedAt: now,
    notBefore: null,
    sentAt: null,
    lease: null,
    ...fields,
  }
}
