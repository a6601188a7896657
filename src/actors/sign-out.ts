import type { SignOutInput } from "../../machines/session.setup.ts"
import { recordOf } from "../core/grant.ts"
import type { Facts } from "../core/facts.ts"
import type { SessionRecord } from "../core/record.ts"
import { isBrowser } from "../core/runtime.ts"
import { Services, type Inside } from "../core/services.ts"
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
  const retired = keyring.takeRetired() ?? await inside.store.read().catch(() => null)
  if (retired === null) return notRevoked
  background.signingOut = retired.sid
  await endRecord(inside, retired.sid, everywhere)
  const landed = await background.flight
  const newest = landed?.sid === retired.sid && landed.generation > retired.generation ? landed : retired
  const signedOut = tellProvider || newest !== retired ? await revoke(inside, newest, false) : notRevoked
  background.signingOut = null
  return signedOut
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

/** Ends a record, however long the store takes for it: it must not come back with the store. */
async function endRecord({ store, clock, random }: Inside, sid: string, everywhere: boolean): Promise<void> {
  for (let failures = 1; failures <= 5; failures++) {
    try {
      await store.end(sid, null, { everywhere })
      return
    } catch {
      await new Promise<void>((resolve) => void clock.setTimeout(resolve, backoffMs(failures, random())))
    }
  }
}
