import { LEASE_MS } from "../core/store.ts"
import type { Inside } from "../core/services.ts"

/** Renews our lease at a third of its time, until the function it returns is called. */
export function keepLease({ store, clock }: Inside, sid: string): () => void {
  let timer = clock.setTimeout(renew, LEASE_MS / 3)
  function renew() {
    timer = clock.setTimeout(renew, LEASE_MS / 3)
    store.renew(sid).catch(() => {})
  }
  return () => clock.clearTimeout(timer)
}
