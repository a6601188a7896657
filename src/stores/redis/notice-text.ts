import type { Notice } from "../../core/store.ts"
import type { RedisTime } from "./redis-time.ts"

/** Somebody has given its lease back: no notice for a session, but a reason to look for who waits for that. */
interface Released {
  readonly is: "released"
}

/** What is published of a step, by whom, in Redis' time. Names sessions, never tokens. */
export function textOfNotice(from: string, notice: Notice | Released): string {
  return JSON.stringify({ from, ...notice })
}

/** The notice in a message; null for what we said ourselves, and for what is none: whoever may publish can say anything. */
export function noticeIn(message: string, holder: string, time: RedisTime): Notice | null {
  const { from, is, sid, generation, at } = parsed(message)
  if (from === holder || typeof sid !== "string") return null
  if (is === "ended") return { is, sid }
  if (is === "granted" && Number.isInteger(generation)) return { is, sid, generation: generation as number }
  if (is === "used" && Number.isFinite(at)) return { is, sid, at: time.ours(at as number) }
  return null
}

function parsed(message: string): Readonly<Record<string, unknown>> {
  try {
    return (JSON.parse(message) ?? {}) as Readonly<Record<string, unknown>>
  } catch {
    return {}
  }
}
