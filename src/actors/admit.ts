import type { Authentication } from "../../machines/session.types.ts"
import type { SessionRecord } from "../core/record.ts"
import type { Inside } from "../core/services.ts"
import { revoke } from "./sign-out.ts"

/** Whether whoever wanted a session has left; an `AbortSignal` is one. */
export type Leaving = Pick<AbortSignal, "aborted" | "reason">

/**
 * Stores a new session, whatever the slot held. While the store fails, the session goes on without it and is stored later.
 * One that nobody waits for any more, because `left` has aborted, is revoked instead, and fails with the reason of that.
 */
export async function admit(inside: Inside, record: SessionRecord, left: Leaving): Promise<Authentication> {
  const stored =
    !left.aborted &&
    (await inside.store.create(record).then(
      () => true,
      () => false,
    ))
  if (!left.aborted) return { is: "granted", facts: inside.keyring.offer(record), stored }
  if (stored) await inside.store.end(record.sid, null).catch(() => {})
  await revoke(inside, record, false)
  return { is: "failed", error: left.reason as Error }
}
