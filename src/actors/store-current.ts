import type { Inside } from "../core/services.ts"

/**
 * Stores the grant that is in use and that the store did not take when it came. Rejects while the store still fails.
 * `gone`: the session was ended elsewhere meanwhile.
 * Another session in the slot that began later stays: its owner logged in after ours.
 */
export async function storeCurrent({ store, keyring }: Inside): Promise<"stored" | "gone"> {
  const { current } = keyring
  if (current === null) return "gone"
  if (current.generation > 1) {
    if ((await store.commit(current.sid, current.generation - 1, current)) === "gone") return "gone"
  } else {
    const found = await store.read()
    if (found === null || found.startedAt <= current.startedAt) await store.create(current)
  }
  if (keyring.current === current) keyring.isStored = true
  return "stored"
}
