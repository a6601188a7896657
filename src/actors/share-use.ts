import { Services } from "../core/services.ts"
import type { Facts } from "../core/facts.ts"

/** Notes in the store that the session is used, so that no other holder takes it for idle. What fails is told by the next use. */
export async function shareUse({
  services,
  facts,
  at,
}: {
  readonly services: Services
  readonly facts: Facts
  readonly at: number
}): Promise<void> {
  await Services.open(services)
    .store.noteUse(facts.sid, at)
    .catch(() => {})
}
