/**
 * A session as it rests in a store: the only place besides the keyring where its tokens are.
 * Moments of the grant (`issuedAt`, `expiresAt`, `windowEndsAt`) are in the provider's time, epoch ms; those of the holders
 * (`startedAt`, `usedAt`, `notBefore`, `sentAt`, the lease) in the store's.
 */
export interface SessionRecord<User = unknown> {
  readonly v: 1
  readonly sid: string
  readonly generation: number
  readonly accessToken: string
  /** Null where the access token refreshes itself, where script never sees it, and where there is none. */
  readonly refreshToken: string | null
  readonly refreshable: boolean
  readonly issuedAt: number
  readonly expiresAt: number | null
  readonly windowEndsAt: number | null
  /** How far the provider's clock is ahead of the clock of the holder that wrote this, ms. */
  readonly skewMs: number
  readonly user: User | null
  readonly startedAt: number
  /** When somebody used the session last, in any holder. Kept up only where a session has an idle time-out. */
  readonly usedAt: number
  /** Nobody asks the provider for a refresh before this moment (`Retry-After`); null: at any time. */
  readonly notBefore: number | null
  /** When somebody sent the refresh of this generation whose answer nobody has stored; null: nobody did. */
  readonly sentAt: number | null
  readonly lease: Lease | null
}

/** Who may refresh now, and until when. */
export interface Lease {
  readonly holder: string
  readonly until: number
}

/** Reads a record of any schema version that we ever wrote; null where it is none of them. */
export function readRecord(stored: unknown): SessionRecord | null {
  const record = stored as SessionRecord | null
  return typeof record === "object" &&
    record !== null &&
    record.v === 1 &&
    typeof record.sid === "string" &&
    record.sid !== "" &&
    typeof record.accessToken === "string" &&
    record.accessToken !== "" &&
    Number.isInteger(record.generation) &&
    record.generation > 0 &&
    isStringOrNull(record.refreshToken) &&
    typeof record.refreshable === "boolean" &&
    [record.issuedAt, record.skewMs, record.startedAt, record.usedAt].every(Number.isFinite) &&
    [record.expiresAt, record.windowEndsAt, record.notBefore, record.sentAt].every(isMomentOrNull) &&
    (record.lease === null ||
      (typeof record.lease === "object" && typeof record.lease.holder === "string" && Number.isFinite(record.lease.until)))
    ? record
    : null
}

function isStringOrNull(value: unknown): boolean {
  return value === null || typeof value === "string"
}

function isMomentOrNull(value: unknown): boolean {
  return value === null || Number.isFinite(value)
}
