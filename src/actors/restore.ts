import type { Restoration } from "../../machines/session.types.ts"
import { recordOf } from "../core/grant.ts"
import { judge } from "../core/judge.ts"
import type { RequestData } from "../core/provider.ts"
import type { SessionRecord } from "../core/record.ts"
import { Services, type Inside } from "../core/services.ts"
import { newSid } from "../core/sid.ts"
import { RefreshUnavailableError } from "../errors.ts"
import { ask, described, readTokens } from "../transport.ts"
import { storeFailed } from "./store-failed.ts"

/** Looks into the store for a session, and asks the provider where that may know of one. Rejects while either fails. */
export async function restore({ services }: { readonly services: Services }): Promise<Restoration> {
  const inside = Services.open(services)
  const { store, provider, keyring } = inside
  const stored = await orStoreFailed(inside, store.read())
  const record = stored ?? (provider.restore === null ? null : await askFor(inside, provider.restore()))
  if (record === null) return { is: "nobody" }
  if (stored === null) await orStoreFailed(inside, store.create(record, { insteadOf: null }))
  return { is: "found", facts: keyring.offer(record), inDoubt: record.sentAt !== null }
}

/** The session that the provider knows of; null where it says that there is none. */
async function askFor(inside: Inside, request: RequestData): Promise<SessionRecord | null> {
  const { provider } = inside
  const answer = await ask(inside, request)
  const tokens = await readTokens(provider, answer)
  const record = tokens !== null && answer.came ? recordOf(tokens, answer, provider.rules, { sid: newSid(), generation: 0 }) : null
  const isNobody = answer.came && (answer.status === 204 || judge(provider.rules.answers, answer, record !== null).is === "refused")
  if (record !== null || isNobody) return record
  throw new RefreshUnavailableError(`${provider.id}: who is signed in ${described(answer)}; it is asked again`)
}

async function orStoreFailed<Result>(inside: Inside, work: Promise<Result>): Promise<Result> {
  try {
    return await work
  } catch (error) {
    throw storeFailed(inside, error)
  }
}
