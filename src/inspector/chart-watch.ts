import type { AnyActorRef, AnyStateMachine, InspectionEvent, StateValue, Subscription } from "xstate"
import { sessionMachine } from "../../machines/session.machine.ts"
import { chartOf, transitionIdOf } from "../charts/chart-of.ts"
import type { Chart } from "../charts/chart.types.ts"
import type { AnySession } from "../react/use-session.types.ts"
import type { TrailEntry } from "../trail.ts"

/** A chart at work. */
export interface LiveChart {
  readonly chart: Chart
  /** The ids of the states that it is in, outer ones too. */
  readonly active: readonly string[]
  /** The ids of the transitions that it took last. */
  readonly taken: readonly string[]
}

/** What an inspector shows of a session's charts. */
export interface Watched {
  readonly session: LiveChart
  /** The refresh that runs, or the last one that ran, with its whole way; null before the first. */
  readonly refresh: (LiveChart & { readonly isRunning: boolean }) | null
  readonly trail: readonly TrailEntry[]
}

/** Watches a session's charts, for `useSyncExternalStore`. Nothing of the session begins before somebody subscribes. */
export class ChartWatch {
  readonly #session: AnySession
  readonly #listeners = new Set<() => void>()
  readonly #charts = new WeakMap<AnyStateMachine, Chart>()
  #subscription: Subscription | null = null
  #watched: Watched = atRest
  #isStale = false
  /** Begun by the next transition that leads somewhere, so that a stated ignore leaves the last one to be seen. */
  #taken: { steps: readonly string[]; isOver: boolean } = { steps: [], isOver: true }
  #refresh: { readonly actor: AnyActorRef; readonly chart: Chart; steps: readonly string[] } | null = null

  constructor(session: AnySession) {
    this.#session = session
  }

  readonly getSnapshot = (): Watched => this.#watched

  readonly subscribe = (listener: () => void): (() => void) => {
    const own = () => listener()
    this.#listeners.add(own)
    this.#subscription ??= this.#attach()
    return () => {
      this.#listeners.delete(own)
      if (this.#listeners.size > 0) return
      this.#subscription?.unsubscribe()
      this.#subscription = null
    }
  }

  #attach(): Subscription {
    const subscription = this.#session.actor.system.inspect((event) => this.#note(event))
    this.#look()
    return subscription
  }

  #note(event: InspectionEvent): void {
    const isSession = event.actorRef === this.#session.actor
    if (event.type === "@xstate.event" && isSession) this.#taken = { ...this.#taken, isOver: true }
    if (event.type === "@xstate.microstep") {
      const steps = event._transitions.filter(({ target }) => target !== undefined).map(transitionIdOf)
      if (isSession) this.#noteSteps(steps)
      else if (isMachine(event.actorRef)) this.#noteRefresh(event.actorRef, steps)
    }
    this.#lookSoon()
  }

  #noteSteps(steps: readonly string[]): void {
    if (steps.length > 0) this.#taken = { steps: this.#taken.isOver ? steps : [...this.#taken.steps, ...steps], isOver: false }
  }

  #noteRefresh(actor: AnyActorRef & { readonly logic: AnyStateMachine }, steps: readonly string[]): void {
    if (this.#refresh?.actor !== actor) this.#refresh = { actor, chart: this.#chartOf(actor.logic), steps: [] }
    this.#refresh.steps = [...this.#refresh.steps, ...steps]
  }

  /** Once a turn: a transition is several inspection events. */
  #lookSoon(): void {
    if (this.#isStale) return
    this.#isStale = true
    queueMicrotask(() => this.#look())
  }

  #look(): void {
    this.#isStale = false
    const { session, refresh } = this.#watched
    this.#watched = {
      session: { ...session, active: kept(session.active, statesIn(this.#session.actor)), taken: this.#taken.steps },
      refresh: this.#refresh && {
        chart: this.#refresh.chart,
        active: kept(refresh?.active ?? [], statesIn(this.#refresh.actor)),
        taken: this.#refresh.steps,
        isRunning: this.#refresh.actor.getSnapshot().status === "active",
      },
      trail: this.#session.trail(),
    }
    for (const listener of Array.from(this.#listeners)) listener()
  }

  #chartOf(machine: AnyStateMachine): Chart {
    const known = this.#charts.get(machine) ?? chartOf(machine)
    this.#charts.set(machine, known)
    return known
  }
}

const atRest: Watched = {
  session: { chart: /* @__PURE__ */ chartOf(sessionMachine), active: [], taken: [] },
  refresh: null,
  trail: [],
}

function isMachine(actor: object): actor is AnyActorRef & { readonly logic: AnyStateMachine } {
  return "logic" in actor && typeof actor.logic === "object" && actor.logic !== null && "root" in actor.logic
}

/** The old list as long as the new one says the same: what is drawn of it need not be drawn again. */
function kept(old: readonly string[], fresh: readonly string[]): readonly string[] {
  return old.join() === fresh.join() ? old : fresh
}

function statesIn(actor: AnyActorRef): string[] {
  return idsIn((actor.getSnapshot() as { readonly value: StateValue }).value)
}

function idsIn(value: StateValue, outer = ""): string[] {
  if (typeof value === "string") return value === "" ? [] : [outer + value]
  return Object.entries(value).flatMap(([state, inner]) => [outer + state, ...idsIn(inner!, `${outer}${state}.`)])
}
