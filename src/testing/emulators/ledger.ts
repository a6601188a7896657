import type { AccessToken, CredentialState, Ledger, RefreshCredential } from "../emulator.types.ts"
import { randomText } from "./tokens.ts"

/** A session of an emulated provider. */
export interface LedgerSession {
  readonly id: string
  readonly user: string
  /** Epoch ms. */
  readonly startedAt: number
  /** Lifetime of each of its refresh credentials, seconds. */
  readonly refreshTokenTtlS: number
  readonly anonymous: boolean
  ended: boolean
}

/** What the books say about a refresh credential that somebody presents. */
export type Presented =
  | { readonly good: true; readonly record: RefreshCredential; readonly session: LedgerSession }
  | { readonly good: false; readonly why: "unknown" | "expired" | "revoked" | "reused" }

/** The ledger as the emulations write it; users see its {@link Ledger} half. */
export interface LedgerBook extends Ledger {
  begin(session: { user: string; refreshTokenTtlS: number; anonymous?: boolean }): LedgerSession
  issueRefresh(session: LedgerSession, credential: string, expiresAt: number): void
  issueAccess(session: LedgerSession, token: string, expiresAt: number): void
  /** Looks a refresh credential up and notes that it was presented for a refresh. */
  present(credential: string): Presented
  /** Looks a refresh credential up and leaves no trace: for a logout, which spends nothing. */
  lookUp(credential: string): Presented
  /** Uses a refresh credential up, and the access token of the same value; nothing happens where nothing rotates. */
  spend(credential: string): void
  /** The newest live refresh credential of a session: what a replay within the grace is answered with. */
  newest(session: LedgerSession): string | undefined
  /** The session of an access token that the resource accepts now. */
  bearer(token: string | undefined): LedgerSession | undefined
  /** The session an access token was issued for, dead or alive. */
  sessionOf(token: string | undefined): LedgerSession | undefined
  end(session: LedgerSession): void
  /** Revokes one access token, or all that are live. */
  revokeAccess(token?: string): void
  endAll(users: readonly string[] | undefined): void
}

/** How an emulated provider treats a refresh credential that was used before. */
export interface LedgerRules {
  readonly now: () => number
  readonly rotates: boolean
  readonly graceS: number
  readonly onReuse: "refuse" | "revokeFamily"
  /** Told of each spent credential that is presented again. */
  readonly reused: () => void
}

/** Opens the books of an emulated provider: who holds which credential, and which of them are dead. */
export function createLedger({ now, rotates, graceS, onReuse, reused }: LedgerRules): LedgerBook {
  const sessions = new Map<string, LedgerSession>()
  const refreshes = new Map<string, Entry<RefreshCredential> & { presented: number[] }>()
  const accesses = new Map<string, Entry<AccessToken>>()
  const refreshCredentials: RefreshCredential[] = []
  const accessTokens: AccessToken[] = []
  const entriesOf = new Map<LedgerSession, (Entry<RefreshCredential> | Entry<AccessToken>)[]>()

  const inGrace = (record: { spentAt: number | null }): boolean => record.spentAt !== null && now() < record.spentAt + graceS * 1000
  const usable = (record: RefreshCredential | AccessToken): boolean => record.state === "live" && now() < record.expiresAt

  const end = (session: LedgerSession): void => {
    session.ended = true
    for (const record of entriesOf.get(session) ?? []) if (record.state === "live") record.state = "revoked"
  }

  const lookUp = (credential: string): Presented => {
    const record = refreshes.get(credential)
    const session = record && sessions.get(record.sessionId)
    if (!record || !session) return { good: false, why: "unknown" }
    if (record.state === "spent" && (session.ended || !inGrace(record))) return { good: false, why: "reused" }
    if (record.state === "revoked") return { good: false, why: "revoked" }
    if (now() >= record.expiresAt) return { good: false, why: "expired" }
    return { good: true, record, session }
  }

  return {
    refreshCredentials,
    accessTokens,
    signedIn() {
      const users = [...refreshes.values(), ...accesses.values()]
        .filter((record) => usable(record) && sessions.get(record.sessionId)?.anonymous === false)
        .map((record) => record.user)
      return [...new Set(users)]
    },
    begin({ user, refreshTokenTtlS, anonymous = false }) {
      const session = { id: randomText(12), user, startedAt: now(), refreshTokenTtlS, anonymous, ended: false }
      sessions.set(session.id, session)
      entriesOf.set(session, [])
      return session
    },
    issueRefresh(session, credential, expiresAt) {
      const record = { credential, presented: [], ...issued(session, expiresAt, now()) }
      refreshes.set(credential, record)
      entriesOf.get(session)?.push(record)
      refreshCredentials.push(record)
    },
    issueAccess(session, token, expiresAt) {
      const record = { token, ...issued(session, expiresAt, now()) }
      accesses.set(token, record)
      entriesOf.get(session)?.push(record)
      accessTokens.push(record)
    },
    present(credential) {
      refreshes.get(credential)?.presented.push(now())
      const presented = lookUp(credential)
      if (presented.good || presented.why !== "reused") return presented
      reused()
      const session = sessions.get(refreshes.get(credential)?.sessionId ?? "")
      if (session && onReuse === "revokeFamily") end(session)
      return presented
    },
    lookUp,
    spend(credential) {
      if (!rotates) return
      for (const record of [refreshes.get(credential), accesses.get(credential)]) {
        if (record?.state !== "live") continue
        record.state = "spent"
        record.spentAt = now()
      }
    },
    newest: (session) => refreshCredentials.findLast((record) => record.sessionId === session.id && usable(record))?.credential,
    bearer(token) {
      const record = token === undefined ? undefined : accesses.get(token)
      if (!record || now() >= record.expiresAt) return undefined
      const session = sessions.get(record.sessionId)
      if (session?.ended === true) return undefined
      return record.state === "live" || (record.state === "spent" && inGrace(record)) ? session : undefined
    },
    sessionOf(token) {
      const record = token === undefined ? undefined : accesses.get(token)
      return record && sessions.get(record.sessionId)
    },
    end,
    revokeAccess(token) {
      for (const record of token === undefined ? accesses.values() : [accesses.get(token)])
        if (record?.state === "live") record.state = "revoked"
    },
    endAll(users) {
      for (const session of sessions.values()) if (users?.includes(session.user) ?? true) end(session)
    },
  }
}

type Entry<Row extends RefreshCredential | AccessToken> = Omit<Row, "state" | "spentAt"> & {
  state: CredentialState
  spentAt: number | null
}

/** A session may have ended while its next tokens were being signed: they are born dead. */
function issued(session: LedgerSession, expiresAt: number, issuedAt: number) {
  return {
    user: session.user,
    sessionId: session.id,
    issuedAt,
    expiresAt,
    spentAt: null as number | null,
    state: (session.ended ? "revoked" : "live") as CredentialState,
  }
}
