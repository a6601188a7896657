import type { SessionRecord } from "../core/record.ts"
import type { Inside } from "../core/services.ts"

/**
 * Stores the grant that is in use and that the store did not take when it came. Rejects while the store still fails.
 * `gone`: the session was ended elsewhere meanwhile. A record: another holder stored a successor first, and that one counts.
 * Another session in the slot that began later stays: its owner logged in after ours.
 */
export async function storeCurrent({ store, keyring }: Inside): Promise<"stored" | "gone" | SessionRecord> {
  const { current } = keyring
  if (current === null) return "gone"
  if (current.generation > 1) {
    const came = await store.commit(current.sid, current.generation - 1, current)
    const found = came === "stale" ? await store.read() : current
    if (came === "gone" || found?.sid !== current.sid) return "gone"
    if (found.accessToken !== current.accessToken) return found
  } else {
    const found = await store.read()
    if (found === null || found.startedAt <= current.startedAt) await store.create(current)
  }
  if (keyring.current === current) keyring.isStored = true
  return "stored"
}
