import type { AnyTransitionDefinition, InspectionEvent, StateValue } from "xstate"
import type { SessionContext } from "../machines/session.types.ts"
import type { Clock } from "./core/clock.ts"
import type { EndReason } from "./core/facts.ts"
import type { Source } from "./core/rules.ts"
import { userIdOf } from "./core/user-id.ts"

/** One transition, without anything secret: the user is named by id only. */
export interface TrailEntry {
  /** Epoch ms. */
  readonly at: number
  readonly chart: "session" | "refresh"
  readonly event: string
  readonly from: string
  readonly to: string
  /** What the transition says of itself, the provider's rule among it. */
  readonly says?: string
  readonly rule?: string
  readonly source?: Source
  readonly sid: string | null
  readonly generation: number | null
  readonly user: string | null
  readonly reason: EndReason | null
}

/** How many transitions are remembered. */
const LENGTH = 50

/** Remembers the last transitions of a session and of its refreshes. */
export class Trail {
  readonly #clock: Clock
  readonly #entries: TrailEntry[] = []
  /** Where the session is, and where its refresh, if there is one. */
  #place = ""
  #refresh: { readonly actor: object; readonly place: string } | null = null
  #session: SessionContext | null = null

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** The entries, oldest first. */
  entries(): readonly TrailEntry[] {
    return [...this.#entries]
  }

  /** Takes an inspection event, and remembers it if it is a transition of one of our charts. */
  note(event: InspectionEvent): void {
    if (event.type !== "@xstate.microstep" || !("value" in event.snapshot)) return
    const isSession = event.actorRef.sessionId === event.rootId
    const to = pathOf((event.snapshot as { value: StateValue }).value)
    const from = this.#moved(isSession ? null : event.actorRef, to)
    // Inspection events are not typed by machine; the root of this system is the session chart.
    if (isSession) this.#session = (event.snapshot as unknown as { context: SessionContext }).context
    if (from === to) return
    const { facts, reason = null } = this.#session ?? {}
    this.#entries.push({
      at: this.#clock.now(),
      chart: isSession ? "session" : "refresh",
      event: nameOf(event.event.type),
      from,
      to,
      sid: facts?.sid ?? null,
      generation: facts?.generation ?? null,
      user: userIdOf(facts?.user),
      reason,
      ...saidBy(event._transitions),
    })
    if (this.#entries.length > LENGTH) this.#entries.shift()
  }

  /** Notes where the session (null), or a refresh, is now. Returns where it was. */
  #moved(refresh: object | null, to: string): string {
    if (refresh === null) {
      const from = this.#place
      this.#place = to
      return from
    }
    const from = this.#refresh?.actor === refresh ? this.#refresh.place : ""
    this.#refresh = { actor: refresh, place: to }
    return from
  }
}

/** An event's name without XState's wrapping: `done`, `failed`, `after untilLapsed`. */
function nameOf(type: string): string {
  const [, how, whose] = /^xstate\.(done|error|after)\.([^.]+)\./.exec(type) ?? []
  if (how === undefined) return type
  if (how === "after") return `after ${whose}`
  return whose === "state" ? "all done" : how === "done" ? how : "failed"
}

/** `refreshing.attempt.running refreshing.credential.usable`: a state value in one line. */
export function pathOf(value: StateValue): string {
  if (typeof value === "string") return value
  return Object.entries(value)
    .map(([state, inner]) =>
      pathOf(inner!)
        .split(" ")
        .map((rest) => (rest ? `${state}.${rest}` : state))
        .join(" "),
    )
    .join(" ")
}

function saidBy(transitions: readonly AnyTransitionDefinition[]): Pick<TrailEntry, "says" | "rule" | "source"> {
  const { description: says, meta } = transitions.at(-1) ?? {}
  const { rule, source } = (meta ?? {}) as { rule?: string; source?: Source }
  return { ...(says && { says }), ...(rule && { rule }), ...(source && { source }) }
}
