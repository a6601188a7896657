import { limitIn } from "../machines/session.setup.ts"
import type { Clock, TimerHandle } from "./core/clock.ts"
import { sessionEnded } from "./core/outcome.ts"
import { NotAuthenticatedError, RefreshUnavailableError, SessionEndedError, StoreUnavailableError } from "./errors.ts"
import type { ChartSnapshot } from "./view.ts"

/** Callers that arrive within this time of each other share one promise and one wait limit, ms. */
const ARRIVAL_MS = 1_000

/** Where calls wait for a usable credential. Everyone is let go, on every path: with a credential, or with a typed error. */
export class WaitingRoom {
  readonly #clock: Clock
  readonly #maxWaitMs: number
  readonly #chart: () => ChartSnapshot
  readonly #isDying: (chart: ChartSnapshot) => boolean
  #parties: readonly Party[] = []
  #latest: Party | null = null

  /** @param isDying whether a refresh is out that kills the credential in use: whoever waits then waits for its end. */
  constructor(clock: Clock, maxWaitMs: number, chart: () => ChartSnapshot, isDying: (chart: ChartSnapshot) => boolean) {
    this.#clock = clock
    this.#maxWaitMs = maxWaitMs
    this.#chart = chart
    this.#isDying = isDying
  }

  /** Whether anybody waits. */
  get isOccupied(): boolean {
    return this.#parties.length > 0
  }

  /** Waits until this session has a usable credential; null: whichever comes. */
  enter(signal: AbortSignal | undefined, sid: string | null): Promise<void> {
    const { promise } = this.#partyOf(sid)
    return signal ? unlessAborted(promise, signal) : promise
  }

  /** Looks, after a transition, whether anybody can go. Returns how many parties go on waiting. */
  look(): number {
    for (const party of this.#parties) {
      const chart = this.#chart()
      const verdict = verdictOn(chart, party.sid, this.#clock.now())
      if (verdict !== "wait" && !(verdict === "go" && this.#isDying(chart))) this.#letGo(party, verdict)
    }
    return this.#parties.length
  }

  /** Lets everyone go, and whoever comes later. */
  close(stopped: Error): void {
    for (const party of this.#parties) this.#letGo(party, stopped)
  }

  #partyOf(sid: string | null): Party {
    const now = this.#clock.now()
    const latest = this.#latest
    if (latest !== null && this.#parties.includes(latest) && latest.sid === sid && now - latest.since < ARRIVAL_MS) return latest
    let settle!: Pick<Party, "resolve" | "reject">
    const promise = new Promise<void>((resolve, reject) => {
      settle = { resolve, reject }
    })
    const party: Party = {
      ...settle,
      promise,
      sid,
      since: now,
      timer: this.#clock.setTimeout(() => this.#letGo(party, this.#tooLong()), this.#maxWaitMs),
    }
    promise.catch(() => {})
    this.#parties = [...this.#parties, party]
    this.#latest = party
    this.look()
    return party
  }

  #letGo(party: Party, verdict: "go" | Error): void {
    this.#parties = this.#parties.filter((each) => each !== party)
    this.#clock.clearTimeout(party.timer)
    if (verdict === "go") party.resolve()
    else party.reject(verdict)
  }

  /** What the wait limit says: what the session shows as its trouble, if that is why nothing came. */
  #tooLong(): Error {
    const { error, notBefore } = this.#chart().context
    if (error instanceof RefreshUnavailableError || error instanceof StoreUnavailableError) return error
    return new RefreshUnavailableError(`no usable credential within ${this.#maxWaitMs / 1000} s; the session goes on trying`, {
      retryAt: notBefore,
      cause: error ?? undefined,
    })
  }
}

/** Those who wait together. */
interface Party {
  readonly promise: Promise<void>
  readonly resolve: () => void
  readonly reject: (error: Error) => void
  /** Whom they wait for; null: whoever comes. */
  readonly sid: string | null
  readonly since: number
  readonly timer: TimerHandle
}

function verdictOn(chart: ChartSnapshot, sid: string | null, now: number): "wait" | "go" | Error {
  const { facts, reason, error } = chart.context
  if (chart.hasTag("pending")) return "wait"
  if (facts === null)
    return error instanceof SessionEndedError ? error : reason !== null ? sessionEnded(reason) : new NotAuthenticatedError()
  if (sid !== null && sid !== facts.sid) return replaced()
  if (chart.hasTag("usable") && now < (facts.expiresAt ?? Infinity) && now < (limitIn(chart.context)?.at ?? Infinity)) return "go"
  return chart.hasTag("blocked") && error !== null ? error : "wait"
}

/** What a call gets whose session has been replaced by another one. */
export function replaced(): SessionEndedError {
  return new SessionEndedError(
    "session_replaced",
    "another session has taken this one's place; what was asked for the old one is not done for the new one",
  )
}

function unlessAborted(waited: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error)
    if (signal.aborted) return abort()
    signal.addEventListener("abort", abort, { once: true })
    waited.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort))
  })
}
