import type { Inside } from "../core/services.ts"
import { StoreUnavailableError } from "../errors.ts"
import { safeCause } from "../safe-cause.ts"

/** What an actor rejects with when the store fails: the charts wait, and nobody is logged out. */
export function storeFailed({ provider, storeName, keyring }: Inside, error: unknown): StoreUnavailableError {
  const cause = safeCause(error, keyring.secrets())
  const message = `${provider.id}: the ${storeName} store failed (${cause.message}); it is tried again; nobody is logged out by it`
  return new StoreUnavailableError(message, { cause })
}
