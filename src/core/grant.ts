import type { Facts } from "./facts.ts"
import { timeClaims, type TimeClaims } from "./jwt.ts"
import type { Tokens } from "./provider.ts"
import type { SessionRecord } from "./record.ts"
import type { Rules } from "./rules.ts"
import { isBrowser } from "./runtime.ts"
import { userIdOf } from "./user-id.ts"

/** Lead time: a minute, or a tenth of the lifetime where that is less, so that a short token is not refreshed on arrival. */
const LONGEST_LEAD_MS = 60_000
const LEAD_SHARE = 0.1

/** A token is trusted this long at least, so that one without a lifetime cannot make a session refresh in a loop. */
const SHORTEST_TRUST_MS = 1_000

/** How tokens came. */
export interface Arrival {
  /** When they were asked for, epoch ms by our clock; null where they were handed over and may be of any age. */
  readonly sentAt: number | null
  readonly receivedAt: number
  readonly headers?: Headers
}

/** What a grant follows: the record that it succeeds, or nothing but a new sid. */
export type Predecessor = SessionRecord | { readonly sid: string; readonly generation: 0 }

/**
 * Makes the next record of a session out of tokens that arrived. What they do not mention keeps its old value.
 * Null where the expiry is senseless (no number, or before the token's own beginning): then the answer is unreadable.
 */
export function recordOf(tokens: Tokens, arrival: Arrival, rules: Rules, before: Predecessor): SessionRecord | null {
  const old = "v" in before ? before : null
  const claims = timeClaims(tokens.accessToken) ?? {}
  const issueClaim = issueMoment(rules, claims, arrival.headers)
  const skewMs = skewOf(issueClaim, arrival)
  const issuedAt = arrival.receivedAt + skewMs
  const expiresAt = expiryOf(rules, claims, tokens.expiresInS ?? null, issuedAt)
  if (expiresAt === "senseless" || (issueClaim !== null && expiresAt !== null && expiresAt < issueClaim)) return null
  const refreshToken = tokens.refreshToken || old?.refreshToken || null
  return {
    v: 1,
    sid: before.sid,
    generation: before.generation + 1,
    accessToken: tokens.accessToken,
    refreshToken,
    refreshable:
      rules.credential === "bearer" || refreshToken !== null || old?.refreshable === true || (rules.credential === "cookie" && isBrowser()),
    issuedAt,
    expiresAt: arrival.sentAt === null ? expiresAt : trusted(expiresAt, issuedAt, issueClaim),
    windowEndsAt: windowOf(rules, tokens, claims, issuedAt) ?? old?.windowEndsAt ?? null,
    skewMs,
    user: sameOr(old?.user ?? null, tokens.user),
    startedAt: old?.startedAt ?? arrival.receivedAt,
    usedAt: old?.usedAt ?? arrival.receivedAt,
    notBefore: null,
    sentAt: null,
    lease: null,
  }
}

/** What everyone may know of a record, by this machine's clock. */
export function factsOf(record: SessionRecord): Facts {
  const { sid, generation, startedAt, usedAt, refreshable, user, skewMs } = record
  const ours = (moment: number | null) => (moment === null ? null : moment - skewMs)
  const issuedAt = record.issuedAt - skewMs
  const expiresAt = ours(record.expiresAt)
  return {
    sid,
    generation,
    startedAt,
    usedAt,
    issuedAt,
    expiresAt,
    expiringAt: expiresAt === null ? null : expiresAt - leadMsOf(expiresAt - issuedAt),
    windowEndsAt: ours(record.windowEndsAt),
    refreshable,
    user,
  }
}

function leadMsOf(lifetimeMs: number): number {
  return Math.min(LONGEST_LEAD_MS, LEAD_SHARE * Math.max(lifetimeMs, 0))
}

/** The moment of issue as the provider states it, epoch ms; null where it does not. */
function issueMoment(rules: Rules, claims: TimeClaims, headers: Headers | undefined): number | null {
  const date = Date.parse(headers?.get("date") ?? "")
  const moments = { iat: inMs(claims.iat), nbf: inMs(claims.nbf), date: Number.isNaN(date) ? null : date }
  return rules.issuedAt.map((source) => moments[source]).find((moment) => moment !== null) ?? null
}

/**
 * How far the provider's clock is ahead of ours, ms: none as long as the stated moment, which counts whole seconds, can lie between
 * asking and receiving; else what makes the token end rather too early than too late. Tokens of unknown age only tell that the
 * provider is ahead, when they were issued in our future.
 */
function skewOf(issueClaim: number | null, { sentAt, receivedAt }: Arrival): number {
  if (issueClaim === null) return 0
  const aheadBy = issueClaim - receivedAt
  if (aheadBy > 0) return aheadBy + 999
  if (sentAt === null) return 0
  // A clock that was set back in between makes an answer come before its question: then the question says nothing.
  return Math.min(0, issueClaim + 999 - Math.min(sentAt, receivedAt))
}

function expiryOf(rules: Rules, claims: TimeClaims, statedS: number | null, issuedAt: number): number | null | "senseless" {
  const { from, take, otherwiseS } = rules.expiry
  if (claims.exp !== undefined && !isMoment(claims.exp)) return "senseless"
  if (statedS !== null && !isMoment(statedS)) return "senseless"
  const lifetimeS = statedS ?? otherwiseS
  const ends = { jwt: inMs(claims.exp), reply: lifetimeS === null ? null : issuedAt + lifetimeS * 1000 }
  const found = from.map((source) => ends[source]).filter((end) => end !== null)
  return (take === "first" ? found[0] : found.sort((a, b) => a - b)[0]) ?? null
}

/**
 * A token that has just arrived is good for its own span, whatever our clock says of it. Where the span is not known, because the
 * provider never says when it issued the token, one that looks expired has an unknown expiry.
 */
function trusted(expiresAt: number | null, issuedAt: number, issueClaim: number | null): number | null {
  if (expiresAt === null || (issueClaim === null && expiresAt < issuedAt)) return null
  return Math.max(expiresAt, issuedAt + SHORTEST_TRUST_MS)
}

function windowOf(rules: Rules, { refreshToken }: Tokens, claims: TimeClaims, issuedAt: number): number | null {
  switch (rules.window?.from) {
    case "iat":
      return isMoment(claims.iat) ? (claims.iat + rules.window.afterS) * 1000 : null
    case "credential":
      return refreshToken ? issuedAt + rules.window.afterS * 1000 : null
    case "refreshJwt":
      return refreshToken ? inMs(timeClaims(refreshToken)?.exp) : null
    default:
      return null
  }
}

/** An equal user keeps its identity, so that nobody who looks at it renders again. */
function sameOr<User>(old: User, fresh: User | undefined): User {
  return fresh === undefined || asText(fresh) === asText(old) ? old : fresh
}

/** Whether two grants are known to be for two users, told by `user.id`. */
export function isAnothers(one: Pick<SessionRecord, "user">, other: Pick<SessionRecord, "user">): boolean {
  const [first, second] = [userIdOf(one.user), userIdOf(other.user)]
  return first !== null && second !== null && first !== second
}

/** A user as text. A big number has no JSON: it must not cost a session the tokens that came with it. */
function asText(user: unknown): string {
  return JSON.stringify(user, (_, value: unknown) => (typeof value === "bigint" ? `${value}n` : value))
}

/** Whether a number of s can be a moment or a lifetime: a finite number that a Date can hold. */
function isMoment(s: unknown): s is number {
  return typeof s === "number" && s >= 0 && s <= 8.64e12
}

function inMs(s: number | undefined): number | null {
  return isMoment(s) ? s * 1000 : null
}
