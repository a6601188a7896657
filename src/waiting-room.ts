import { limitIn } from "../machines/session.setup.ts"
import type { Clock, TimerHandle } from "./core/clock.ts"
import { sessionEnded } from "./core/outcome.ts"
import type { Rules } from "./core/rules.ts"
import { isDying, type Credential } from "./credential.ts"
import { NotAuthenticatedError, RefreshUnavailableError, SessionEndedError, StoreUnavailableError } from "./errors.ts"
import type { ChartSnapshot } from "./view.ts"

/** Callers that arrive within this time of each other share one promise and one wait limit, ms. */
const ARRIVAL_MS = 1_000

/** What a room asks of its session, and tells it. */
export interface Waited {
  readonly clock: Clock
  readonly maxWaitMs: number
  readonly rules: Rules
  chart(): ChartSnapshot
  /** The credential that may be used now, but for its deadline. */
  credential(): Credential | null
  /** Tells the chart that somebody waits. */
  hold(): void
}

/** Where calls wait for a usable credential. Everyone is let go, on every path: with a credential, or with a typed error. */
export class WaitingRoom {
  readonly #session: Waited
  #parties: readonly Party[] = []
  #latest: Party | null = null
  #closedBy: Error | null = null

  constructor(session: Waited) {
    this.#session = session
  }

  /** Waits for a credential of this session that may be used; null: of whichever comes. */
  enter(signal: AbortSignal | undefined, sid: string | null): Promise<Credential> {
    const { credential } = this.#partyOf(sid)
    return signal ? unlessAborted(credential, signal) : credential
  }

  /** Looks, after a transition, whether anybody can go. Returns how many parties go on waiting. */
  look(): number {
    for (const party of this.#parties) {
      const chart = this.#session.chart()
      const verdict = verdictOn(chart, party.sid, this.#session.clock.now())
      // Whoever waits while a refresh is out that kills the credential in use waits for its end.
      if (verdict !== "wait" && !(verdict === "go" && isDying(chart, this.#session.rules))) this.#letGo(party, verdict)
    }
    return this.#parties.length
  }

  /** Lets everyone go, and whoever comes later. */
  close(stopped: Error): void {
    this.#closedBy = stopped
    for (const party of this.#parties) this.#letGo(party, stopped)
  }

  #partyOf(sid: string | null): Party {
    const since = this.#session.clock.now()
    const latest = this.#latest
    if (latest !== null && this.#parties.includes(latest) && latest.sid === sid && since - latest.since < ARRIVAL_MS) return latest
    let settle!: Pick<Party, "resolve" | "reject">
    const credential = new Promise<Credential>((resolve, reject) => {
      settle = { resolve, reject }
    })
    credential.catch(() => {})
    const party: Party = { ...settle, credential, sid, since, timer: null }
    this.#latest = party
    this.#seat(party)
    return party
  }

  #seat(party: Party): void {
    if (this.#closedBy !== null) return party.reject(this.#closedBy)
    const { clock, maxWaitMs } = this.#session
    party.timer = clock.setTimeout(() => this.#letGo(party, this.#tooLong()), maxWaitMs)
    this.#parties = [...this.#parties, party]
    if (this.look() > 0) this.#session.hold()
  }

  #letGo(party: Party, verdict: "go" | Error): void {
    this.#parties = this.#parties.filter((each) => each !== party)
    this.#session.clock.clearTimeout(party.timer)
    if (verdict === "go") queueMicrotask(() => this.#comeOut(party))
    else party.reject(verdict)
  }

  /** With the credential that there is now that everything has happened which made it usable; without one, back to the seats. */
  #comeOut(party: Party): void {
    const credential = this.#session.credential()
    const isTheirs = credential !== null && (party.sid === null || party.sid === credential.sid)
    if (isTheirs && this.#session.clock.now() < credential.expiresAt) party.resolve(credential)
    else this.#seat(party)
  }

  /** What the wait limit says: what the session shows as its trouble, if that is why nothing came. */
  #tooLong(): Error {
    const { error, notBefore } = this.#session.chart().context
    if (error instanceof RefreshUnavailableError || error instanceof StoreUnavailableError) return error
    return new RefreshUnavailableError(`no usable credential within ${this.#session.maxWaitMs / 1000} s; the session goes on trying`, {
      retryAt: notBefore,
      cause: error ?? undefined,
    })
  }
}

/** Those who wait together. */
interface Party {
  readonly credential: Promise<Credential>
  readonly resolve: (credential: Credential) => void
  readonly reject: (error: Error) => void
  /** Whom they wait for; null: whoever comes. */
  readonly sid: string | null
  readonly since: number
  /** The wait limit's. */
  timer: TimerHandle
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

function unlessAborted<Came>(waited: Promise<Came>, signal: AbortSignal): Promise<Came> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error)
    if (signal.aborted) return abort()
    signal.addEventListener("abort", abort, { once: true })
    waited.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort))
  })
}
