import type { Facts } from "./facts.ts"

/** How long a session lasts by its own limits, ms; null: no such limit. */
export interface Limits {
  /** Without use, in any holder. */
  readonly idleTimeoutMs: number | null
  /** From login or accept on, whatever happens. */
  readonly maxAgeMs: number | null
}

/** When a session ends by a limit of its own, epoch ms, and by which. */
export interface Limit {
  readonly at: number
  readonly by: "idle" | "maxAge"
}

/** Of a session's limits the one that is reached first, if it has any. */
export function limitOf({ startedAt }: Pick<Facts, "startedAt">, usedAt: number, { idleTimeoutMs, maxAgeMs }: Limits): Limit | null {
  const idle = idleTimeoutMs === null ? null : ({ at: usedAt + idleTimeoutMs, by: "idle" } as const)
  const age = maxAgeMs === null ? null : ({ at: startedAt + maxAgeMs, by: "maxAge" } as const)
  if (idle === null || age === null) return idle ?? age
  return age.at <= idle.at ? age : idle
}

/** Use is told to the chart and to other holders this often at the most, ms: other tabs may be so much behind. */
export const TELL_USE_EVERY_MS = 1_000
