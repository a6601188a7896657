import { isBrowser } from "../core/runtime.ts"
import { track, type Inside } from "../core/services.ts"
import { keepLease } from "./keep-lease.ts"

/**
 * A browser has one cookie for all sessions at a provider, and the last answer sets it. So a login waits for a refresh that is out, of
 * this tab or another one, and has the right to refresh, as a holder of its own, until its own answer is there. Returns the way to give
 * that back. Where the cookie is no browser's, or the store fails, there is nothing to wait for.
 */
export async function holdCookie(inside: Inside, signal: AbortSignal | undefined): Promise<() => void> {
  const { provider, background } = inside
  if (provider.rules.credential !== "cookie" || !isBrowser()) return () => {}
  await background.flight // of a session that has been logged out meanwhile
  const store = inside.connectBeside()
  const beside: Inside = { ...inside, store, background: { ...background, letGo() {} } }
  const sid = await leasedSid(beside, signal).catch(() => null)
  if (sid === null) {
    store.close()
    return () => {}
  }
  keepLease(beside, sid)
  return () => {
    beside.background.letGo()
    const released = store.release(sid, null).catch(() => {})
    void track(
      inside,
      released.finally(() => store.close()),
    )
  }
}

/** Waits for the lease of whatever session the store holds; null: of none. */
async function leasedSid({ store }: Inside, signal: AbortSignal | undefined): Promise<string | null> {
  let record = await store.read()
  while (record !== null && signal?.aborted !== true) {
    const acquired = await store.acquire(record.sid, record.generation)
    if (acquired.is === "leased") return record.sid
    if (acquired.is !== "busy") record = acquired.record
  }
  return null
}
