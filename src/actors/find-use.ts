import type { AnyEventObject } from "xstate"
import type { SessionEvent } from "../../machines/session.types.ts"
import type { Facts } from "../core/facts.ts"
import { Services, track } from "../core/services.ts"

/**
 * Asks the store when somebody used the session last: a tab that slept has not heard of it. A store that fails knows of no use: a limit
 * that is meant to protect must not depend on it.
 */
export function findUse(
  { services, facts: { sid } }: { readonly services: Services; readonly facts: Facts },
  tell: (event: SessionEvent & AnyEventObject) => void,
): void {
  const inside = Services.open(services)
  const found = inside.store.read().catch(() => null)
  void track(inside, found).then((record) => tell({ type: "use.found", sid, at: record?.sid === sid ? record.usedAt : 0 }))
}
