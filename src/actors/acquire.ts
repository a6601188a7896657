import type { RefreshContext } from "../../machines/refresh.machine.ts"
import type { Acquisition } from "../core/outcome.ts"
import { Services, type Inside } from "../core/services.ts"
import { RefreshUnavailableError } from "../errors.ts"
import { storeCurrent } from "./store-current.ts"
import { storeFailed } from "./store-failed.ts"

/** Asks the store for the right to refresh. A grant that is not stored yet is stored first: it must not lose against its predecessor. */
export async function acquire({ services, facts }: RefreshContext, chart: AbortSignal): Promise<Acquisition> {
  const inside = Services.open(services)
  const { store, keyring, clock } = inside
  try {
    if (!keyring.isStored) await storeCurrent(inside)
    const acquired = await store.acquire(facts.sid, facts.generation)
    if (acquired.is === "busy") return notYet(inside, "busy", null)
    if (acquired.is === "gone") return acquired.record === null ? { is: "gone" } : { is: "fresh", facts: keyring.offer(acquired.record) }
    const { record } = acquired
    if (acquired.is === "leased" && chart.aborted) await store.release(record.sid, null)
    if (acquired.is === "leased" && record.notBefore !== null && clock.now() < record.notBefore) {
      await store.release(record.sid, record.notBefore)
      return notYet(inside, "provider", record.notBefore)
    }
    const found = keyring.offer(record)
    return acquired.is === "fresh" ? { is: "fresh", facts: found } : { is: "leased", facts: found, inDoubtSince: record.sentAt }
  } catch (error) {
    return storeFailed(inside, error)
  }
}

function notYet({ provider }: Inside, why: "busy" | "provider", retryAt: number | null): Acquisition {
  const what = why === "busy" ? "another tab or process is refreshing this session, and takes long" : "the provider asked to be left alone for a while"
  return { is: "unavailable", why, retryAt, error: new RefreshUnavailableError(`${provider.id}: ${what}; it is tried again; the session stays signed in`, { retryAt }) }
}
