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
  const isSignedIn = facts !== null && chart.hasTag("authenticated")
  const who = status === "restoring" ? whoBefore(initial) : isSignedIn ? whoIn(chart, facts, now) : nobody
  // A spread comes last: V8 gives every object whose literal begins with one a hidden class of its own.
  return Object.freeze({ status, reason, error, degraded, ...who })
}

/** What is shown until the store has been read: nobody, or the facts that a server rendered. */
export function viewBefore(initial: InitialFacts<unknown> | undefined): SessionSnapshot {
  return initial === undefined ? nobodyYet : beforeBeginning(initial)
}

function beforeBeginning(initial: InitialFacts<unknown> | undefined): SessionSnapshot {
  return Object.freeze({ status: "restoring", reason: null, error: null, degraded: null, ...whoBefore(initial) })
}

function whoBefore(initial: InitialFacts<unknown> | undefined) {
  if (initial === undefined) return nobody
  const { sid, user, generation = 1, expiresAt = null } = initial
  return { authenticated: true, usable: false, user, sid, generation, expiresAt, endsAt: null, endsBy: null } as const
}

function whoIn(chart: ChartSnapshot, facts: Facts, now: number) {
  const { user, sid, generation, expiresAt } = facts
  const limit = limitIn(chart.context)
  const usable = chart.hasTag("usable") && isBefore(now, expiresAt) && isBefore(now, limit?.at ?? null)
  return { authenticated: true, usable, user, sid, generation, expiresAt, ...endOf(facts, limit) } as const
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

const nobodyYet = beforeBeginning(undefined)

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
