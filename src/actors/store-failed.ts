import type { Unavailable } from "../core/outcome.ts"
import type { Inside } from "../core/services.ts"
import { StoreUnavailableError } from "../errors.ts"
import { safeCause } from "../safe-cause.ts"

/** What a store that failed means: wait. */
export function storeFailed(
  { provider, storeName, keyring }: Inside,
  error: unknown,
): Unavailable & { readonly why: "store"; readonly retryAt: null } {
  const cause = safeCause(error, keyring.secrets())
  const message = `${provider.id}: the ${storeName} store failed (${cause.message}); it is tried again; nobody is logged out by it`
  return { is: "unavailable", why: "store", retryAt: null, error: new StoreUnavailableError(message, { cause }) }
}
