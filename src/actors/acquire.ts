import type { RefreshContext } from "../../machines/refresh.machine.ts"
import type { Acquisition } from "../core/outcome.ts"
import { isTooEarly } from "../core/retry-after.ts"
import { Services, track, type Inside } from "../core/services.ts"
import { RefreshUnavailableError } from "../errors.ts"
import { keepLease } from "./keep-lease.ts"
import { giveBack } from "./release.ts"
import { storeCurrent } from "./store-current.ts"
import { storeFailed } from "./store-failed.ts"

/**
 * Asks the store for the right to refresh; rejects if the store fails. A grant that is not stored yet is stored first: it must not lose
 * against its predecessor.
 */
export async function acquire({ services, facts }: RefreshContext, chart: AbortSignal): Promise<Acquisition> {
  const inside = Services.open(services)
  const { store, keyring, clock } = inside
  try {
    if (!keyring.isStored) await storeCurrent(inside)
    const acquired = await store.acquire(facts.sid, facts.generation)
    if (acquired.is === "busy") return notYet(inside, "busy", null)
    if (acquired.is === "gone") return acquired.record === null ? { is: "gone" } : { is: "fresh", facts: keyring.offer(acquired.record) }
    const { record } = acquired
    if (acquired.is === "fresh") return { is: "fresh", facts: keyring.offer(record) }
    keepLease(inside, record.sid)
    if (!chart.aborted && !isTooEarly(clock.now(), record.notBefore)) {
      // The chart may still leave before it hears of this: it is a turn away.
      chart.addEventListener("abort", () => void track(inside, giveBack(inside, record, {})))
      return { is: "leased", facts: keyring.offer(record), inDoubtSince: record.sentAt }
    }
    await giveBack(inside, record, {})
    return notYet(inside, "provider", record.notBefore)
  } catch (error) {
    throw storeFailed(inside, error)
  }
}

function notYet({ provider }: Inside, why: "busy" | "provider", retryAt: number | null): Acquisition {
  const what =
    why === "busy" ? "another tab or process is refreshing this session, and takes long" : "the provider asked to be left alone for a while"
  return {
    is: "unavailable",
    why,
    retryAt,
    error: new RefreshUnavailableError(`${provider.id}: ${what}; it is tried again; the session stays signed in`, { retryAt }),
  }
}
