import type { Clock } from "./clock.ts"
import type { Keyring } from "./keyring.ts"
import type { Provider } from "./provider.ts"
import type { SessionRecord } from "./record.ts"
import type { StoreConnection } from "./store.ts"

/** What the charts' guards and actors work with: one of each for a session. */
export interface Inside {
  readonly provider: Provider<unknown, unknown>
  readonly clock: Clock
  readonly keyring: Keyring
  /** Names this holder in its leases. */
  readonly holder: string
  readonly store: StoreConnection
  /** Another way to the same slot, as a holder of its own. */
  readonly connectBeside: () => StoreConnection
  readonly storeName: string
  readonly fetch: typeof globalThis.fetch
  /** A number in [0, 1), for jitter. */
  readonly random: () => number
  /**
   * Whether the session was used since its last grant, and when it was used last (epoch ms; kept up where there is an idle time-out).
   * Here, because requests on the fast path send the chart no event.
   */
  readonly use: { used: boolean; at: number }
  /** What a login was called with, for the actor that runs it. */
  readonly login: { request: LoginRequest | null }
  readonly background: Background
}

/** A call of `session.login`. */
export interface LoginRequest {
  readonly credentials: unknown
  readonly signal: AbortSignal | undefined
  /** Of the session that it will begin. */
  readonly sid: string
}

/** Work that outlives the state that began it: `session.stopped` waits for it. */
export interface Background {
  work: readonly Promise<unknown>[]
  /** The refresh that was sent last, and the record that came of it; null where none did. */
  flight: Promise<SessionRecord | null>
  /** Ends the renewal of our lease, if one is renewed. */
  letGo: () => void
  /** The sid that was signed out here last: signing out takes care of a grant that comes late, and nothing brings it back. */
  signedOut: string | null
  /** Whether the session was stopped: then nothing is tried without end. */
  isStopped: boolean
}

/**
 * Carries a session's tools through chart context and actor inputs without showing them: inspection, JSON, structuredClone and
 * `util.inspect` see an empty object.
 */
export class Services {
  readonly #inside: Inside

  constructor(inside: Inside) {
    this.#inside = inside
  }

  static open(services: Services): Inside {
    return services.#inside
  }

  toJSON(): undefined {
    return undefined
  }
}

/** Lets `session.stopped` wait for work that a stopped actor leaves under way. */
export function track<Output>({ background }: Inside, work: Promise<Output>): Promise<Output> {
  const settled: Promise<unknown> = work
    .catch(() => {})
    .finally(() => {
      background.work = background.work.filter((each) => each !== settled)
    })
  background.work = [...background.work, settled]
  return work
}
