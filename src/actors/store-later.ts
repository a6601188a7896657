import type { AnyEventObject } from "xstate"
import type { SessionEvent } from "../../machines/session.types.ts"
import { backoffMs } from "../core/backoff.ts"
import type { Facts } from "../core/facts.ts"
import { Services, track } from "../core/services.ts"
import { revoke } from "./sign-out.ts"
import { storeCurrent } from "./store-current.ts"

/** Stores a grant that could not be stored, as soon as that goes; gives up when it is no longer the one in use. */
export function storeLater(
  { services, facts }: { readonly services: Services; readonly facts: Facts },
  tell: (event: SessionEvent & AnyEventObject) => void,
): () => void {
  const inside = Services.open(services)
  const { clock, keyring, random } = inside
  let failures = 0
  let timer = clock.setTimeout(tryToStore, backoffMs(1, random()))
  async function tryToStore() {
    const { current } = keyring
    if (current?.sid !== facts.sid) return
    try {
      // A refresh may have stored it first.
      const came = keyring.isStored ? "stored" : await storeCurrent(inside)
      if (came === "stored") return tell({ type: "grant.stored" })
      if (keyring.current !== current) return
      if (came !== "gone") return tell({ type: "granted.elsewhere", facts: keyring.offer(came) })
      void track(inside, revoke(inside, current, true))
      tell({ type: "ended.elsewhere", sid: current.sid })
    } catch {
      failures += 1
      timer = clock.setTimeout(tryToStore, backoffMs(failures, random()))
    }
  }
  return () => clock.clearTimeout(timer)
}
