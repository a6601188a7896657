import type { SessionRecord } from "../core/record.ts"
import type { Inside } from "../core/services.ts"

/**
 * Stores the grant that is in use and that the store did not take when it came. Rejects while the store still fails.
 * `gone`: the session was ended elsewhere meanwhile. A record: that one counts, because another holder stored a successor first, or its
 * user signed in after ours.
 */
export async function storeCurrent({ store, keyring }: Inside): Promise<"stored" | "gone" | SessionRecord> {
  const { current } = keyring
  if (current === null) return "gone"
  const came = current.generation > 1 ? await storeSuccessor(store, current) : await storeFirst(store, current)
  if (came === "stored" && keyring.current === current) keyring.isStored = true
  return came
}

async function storeSuccessor(store: Inside["store"], current: SessionRecord): Promise<"stored" | "gone" | SessionRecord> {
  const came = await store.commit(current.sid, current.generation - 1, current)
  const found = came === "stale" ? await store.read() : current
  if (came === "gone" || found?.sid !== current.sid) return "gone"
  return found.accessToken === current.accessToken ? "stored" : found
}

async function storeFirst(store: Inside["store"], current: SessionRecord): Promise<"stored" | SessionRecord> {
  for (;;) {
    const found = await store.read()
    if (found?.sid === current.sid) return found.generation === current.generation ? "stored" : found
    if (found !== null && found.startedAt > current.startedAt) return found
    if (await store.create(current, { insteadOf: found?.sid ?? null })) return "stored"
  }
}
