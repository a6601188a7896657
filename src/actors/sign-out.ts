import type { SignOutInput } from "../../machines/session.setup.ts"
import { recordOf } from "../core/grant.ts"
import type { Facts } from "../core/facts.ts"
import { pause } from "../core/pause.ts"
import type { SessionRecord } from "../core/record.ts"
import { isBrowser } from "../core/runtime.ts"
import { Services, type Inside } from "../core/services.ts"
import type { Ended } from "../core/store.ts"
import { newSid } from "../core/sid.ts"
import { ask, readTokens } from "../transport.ts"
import { backoffMs } from "../core/backoff.ts"

/** What came of signing out. */
export interface SignedOut {
  /** Whether the provider confirmed it. */
  readonly revoked: boolean
  /** The session to go on with, where the provider's logout yields one; its record is offered in the keyring. */
  readonly next: Facts | null
}

const notRevoked: SignedOut = { revoked: false, next: null }

/**
 * Ends the record of the session that was in use, at once and in every holder, and then tells the provider, with the newest tokens that
 * there are: those of a refresh still under way, if it lands.
 */
export async function signOut({ services, tellProvider, everywhere }: SignOutInput): Promise<SignedOut> {
  const inside = Services.open(services)
  const { keyring, background } = inside
  const wasStored = keyring.isStored
  const retired = keyring.takeRetired() ?? (await persist(inside, () => inside.store.read()))
  if (retired === null) return notRevoked
  background.signedOut = retired.sid
  const ended = await endRecord(inside, retired.sid, everywhere)
  const landed = await background.flight
  const newest = newestOf(retired, ended.record, landed)
  const isOurs = newest !== retired || (tellProvider && !(wasStored && ended.isSeenToElsewhere))
  return isOurs ? revoke(inside, newest, false) : notRevoked
}

/** The last grant of a session among those that are known: another holder may have stored one that we had not heard of. */
function newestOf(retired: SessionRecord, ...others: readonly (SessionRecord | null | undefined)[]): SessionRecord {
  return others.reduce<SessionRecord>((last, one) => (one?.sid === last.sid && one.generation > last.generation ? one : last), retired)
}

/** Another holder ended the record before us, or had a refresh of it under way at that moment: it tells the provider, with newer tokens. */
function isSeenToElsewhere(ended: Ended, holder: string, at: number): boolean {
  if (ended.is !== "ended") return true
  const { lease, sentAt } = ended.record
  return sentAt !== null && lease !== null && lease.holder !== holder && at < lease.until
}

/** Tells the provider that a session is over. In a browser the cookie of another session that is there by now must not be ended with it. */
export async function revoke(inside: Inside, record: SessionRecord, hasSuccessor: boolean): Promise<SignedOut> {
  const { provider } = inside
  const { logout, rules } = provider
  if (logout === null || (hasSuccessor && rules.credential === "cookie" && isBrowser())) return notRevoked
  const held = logout.needsUsableToken ? await usable(inside, record) : record
  if (held === null) return notRevoked
  const answer = await ask(inside, logout.request({ ...held, refreshToken: held.refreshToken ?? "" }))
  const tokens = logout.yieldsTokens ? await readTokens(provider, answer) : null
  const next = tokens !== null && answer.came ? recordOf(tokens, answer, rules, { sid: newSid(), generation: 0 }) : null
  return { revoked: answer.came && answer.status < 300, next: next && inside.keyring.offer(next) }
}

/** A record whose access token has not expired: this one, or its successor by one refresh that nobody stores. */
async function usable(inside: Inside, record: SessionRecord): Promise<SessionRecord | null> {
  const { provider, clock } = inside
  if (record.expiresAt === null || clock.now() < record.expiresAt - record.skewMs) return record
  const answer = await ask(inside, provider.refresh({ ...record, refreshToken: record.refreshToken ?? "" }))
  const tokens = await readTokens(provider, answer)
  return tokens !== null && answer.came ? recordOf(tokens, answer, provider.rules, record) : null
}

/** How often a store is tried before whoever waits for it goes on, and though the session was stopped. */
const TRIES = 5

interface EndedRecord {
  readonly isSeenToElsewhere: boolean
  /** As the store held it, if we are the one who ended it. */
  readonly record: SessionRecord | null
}

/** Ends a record, however long the store takes for it: it must not come back with the store. Whoever waits goes on after some tries. */
function endRecord(inside: Inside, sid: string, everywhere: boolean): Promise<EndedRecord> {
  const { store, clock, holder } = inside
  const end = async () => {
    // The machine may fall asleep before the answer is here, and leases are not renewed in sleep.
    const at = clock.now()
    const ended = await store.end(sid, null, { everywhere })
    return { isSeenToElsewhere: isSeenToElsewhere(ended, holder, at), record: ended.is === "ended" ? ended.record : null }
  }
  const notYet = { isSeenToElsewhere: false, record: null }
  return new Promise((resolve) => void persist(inside, end, () => resolve(notYet)).then((ended) => resolve(ended ?? notYet)))
}

/** Asks the store until it answers; null: the session was stopped meanwhile. */
async function persist<Output>(
  { clock, random, background }: Inside,
  act: () => Promise<Output>,
  goOn?: () => void,
): Promise<Output | null> {
  for (let failures = 1; failures <= TRIES || !background.isStopped; failures++) {
    try {
      return await act()
    } catch {
      if (failures === TRIES) goOn?.()
      await pause(clock, backoffMs(failures, random()))
    }
  }
  return null
}
