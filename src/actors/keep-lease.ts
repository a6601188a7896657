import type { Inside } from "../core/services.ts"
import { LEASE_MS } from "../core/store.ts"

/**
 * Renews our lease at a third of its time, from the moment that we have it until it is let go or found lost. It must begin before the
 * refresh is marked as sent: a machine may fall asleep at any point, and whoever wakes first takes a lease that nobody renews.
 */
export function keepLease({ store, clock, background }: Inside, sid: string): void {
  background.letGo()
  let timer = clock.setTimeout(renew, LEASE_MS / 3)
  function renew() {
    timer = clock.setTimeout(renew, LEASE_MS / 3)
    store.renew(sid).then(
      (isOurs) => {
        if (!isOurs) background.letGo()
      },
      () => {},
    )
  }
  background.letGo = () => clock.clearTimeout(timer)
}
