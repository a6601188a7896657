import type { SnapshotFrom } from "xstate"
import type { sessionMachine } from "../machines/session.machine.ts"
import { limitIn } from "../machines/session.setup.ts"
import type { Facts } from "./core/facts.ts"
import type { Limit } from "./core/limits.ts"
import type { EndsBy, InitialFacts, SessionSnapshot, SessionStatus } from "./session.types.ts"

/** A snapshot of the chart's actor. */
export type ChartSnapshot = SnapshotFrom<typeof sessionMachine>

/** What the chart's state looks like from outside, at a moment: the deadline is looked at, not only the state. */
export function viewOf(chart: ChartSnapshot, now: number, initial: InitialFacts<unknown> | undefined, isStandIn: boolean): SessionSnapshot {
  const { facts, reason, error } = chart.context
  const degraded = chart.context.degraded ?? (isStandIn ? "store" : null)
  const status = (typeof chart.value === "string" ? chart.value : Object.keys(chart.value)[0]) as SessionStatus
  const common = { status, reason, error, degraded }
  if (status === "restoring") return Object.freeze({ ...viewBefore(initial), ...common })
  if (facts === null || !chart.hasTag("authenticated")) return Object.freeze({ ...common, ...nobody })
  const limit = limitIn(chart.context)
  return Object.freeze({
    ...common,
    authenticated: true,
    usable: chart.hasTag("usable") && isBefore(now, facts.expiresAt) && isBefore(now, limit?.at ?? null),
    user: facts.user,
    sid: facts.sid,
    generation: facts.generation,
    expiresAt: facts.expiresAt,
    ...endOf(facts, limit),
  })
}

/** What is shown until the store has been read: nobody, or the facts that a server rendered. */
export function viewBefore(initial: InitialFacts<unknown> | undefined): SessionSnapshot {
  const common = { status: "restoring", reason: null, error: null, degraded: null } as const
  if (initial === undefined) return Object.freeze({ ...common, ...nobody })
  const { sid, user, generation = 1, expiresAt = null } = initial
  return Object.freeze({ ...common, authenticated: true, usable: false, sid, user, generation, expiresAt, endsAt: null, endsBy: null })
}

const nobody = {
  authenticated: false,
  usable: false,
  user: null,
  sid: null,
  generation: null,
  expiresAt: null,
  endsAt: null,
  endsBy: null,
} as const

function endOf(
  { refreshable, expiresAt, windowEndsAt }: Facts,
  limit: Limit | null,
): { readonly endsAt: number | null; readonly endsBy: EndsBy | null } {
  const [endsAt, endsBy] = refreshable ? [windowEndsAt, "window" as const] : [expiresAt, "expiry" as const]
  if (limit !== null && (endsAt === null || limit.at < endsAt)) return { endsAt: limit.at, endsBy: limit.by }
  return endsAt === null ? { endsAt: null, endsBy: null } : { endsAt, endsBy }
}

function isBefore(now: number, moment: number | null): boolean {
  return moment === null || now < moment
}
