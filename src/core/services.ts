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
  readonly store: StoreConnection
  readonly storeName: string
  readonly fetch: typeof globalThis.fetch
  /** A number in [0, 1), for jitter. */
  readonly random: () => number
  /** Whether the session was used since its last grant. Here, because requests on the fast path send the chart no event. */
  readonly use: { used: boolean }
  /** What a login was called with, for the actor that runs it. */
  readonly login: { request: LoginRequest | null }
  readonly background: Background
}

/** A call of `session.login`. */
export interface LoginRequest {
  readonly credentials: unknown
  readonly signal: AbortSignal | undefined
}

/** Work that outlives the state that began it: `session.stopped` waits for it. */
export interface Background {
  readonly work: Set<Promise<unknown>>
  /** The refresh that was sent last, and the record that came of it; null where none did. */
  flight: Promise<SessionRecord | null>
  /** The sid that is being signed out at the provider: it takes care of a grant that comes late. */
  signingOut: string | null
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
