import type { RefreshContext } from "../../machines/refresh.machine.ts"
import type { Commitment } from "../core/outcome.ts"
import { pause } from "../core/pause.ts"
import type { SessionRecord } from "../core/record.ts"
import { Services, type Inside } from "../core/services.ts"
import { revoke } from "./sign-out.ts"
import { storeFailed } from "./store-failed.ts"

/** How long a store that fails is tried before the grant is used without it, ms. */
const PATIENCE_MS = 5_000
const PAUSE_MS = 250

/** Stores the grant of this refresh. Rejects if the store fails for as long as that. */
export async function commit({ services, outcome }: RefreshContext): Promise<Commitment> {
  const inside = Services.open(services)
  const record = outcome?.is === "granted" ? inside.keyring.find(outcome.facts) : null
  return record === null ? { is: "gone" } : commitRecord(inside, record)
}

/** Puts a record in its predecessor's place. A grant for a session that has ended is revoked, unless signing out sees to that. */
export async function commitRecord(inside: Inside, record: SessionRecord): Promise<Commitment> {
  const { store, clock, keyring, background } = inside
  try {
    for (const since = clock.monotonic(); ;) {
      try {
        const came = await store.commit(record.sid, record.generation - 1, record)
        if (came === "committed") return { is: "stored" }
        const found = await store.read()
        if (found?.sid === record.sid) return { is: "stale", facts: keyring.offer(found) }
        if (background.signedOut !== record.sid) await revoke(inside, record, found !== null)
        return { is: "gone" }
      } catch (error) {
        if (clock.monotonic() - since >= PATIENCE_MS) throw storeFailed(inside, error)
        await pause(clock, PAUSE_MS)
      }
    }
  } finally {
    background.letGo()
  }
}
