/** Where a rule is written. */
export interface Source {
  /** Title of the document, or the RFC's number. */
  readonly document: string
  readonly section: string
  readonly url?: string
}

/**
 * How an answer is recognised: every part named must hold.
 *
 * @example { status: [401], body: { error: "UnauthorizedException" } }
 */
export interface AnswerPattern {
  /** Any of these statuses; left out: whatever the status. */
  readonly status?: readonly number[]
  /** Fields that the JSON body must have, with these values; nested objects match field by field. */
  readonly body?: BodyPattern
  /** Names of fields that the JSON body must have, whatever their values: the provider's error envelope. */
  readonly has?: readonly string[]
  /** `true`: only an answer without a body. */
  readonly empty?: boolean
  /** `true`: only a grant for another user (`user.id`) than the one whose session was to be refreshed. */
  readonly isAnothers?: boolean
}

/** See {@link AnswerPattern.body}. */
export interface BodyPattern {
  readonly [field: string]: string | number | boolean | null | BodyPattern
}

/** An answer to a refresh that has a name in the rules: a transition and an end of its own in the provider's chart. */
export interface NamedAnswer {
  /** `refused` ends the session, if the store still holds what was refused; `misconfigured` blocks refreshing and keeps everything. */
  readonly verdict: "refused" | "misconfigured"
  readonly when: AnswerPattern
  /** The rule in our own words. */
  readonly says: string
  readonly source: Source
}

/** What to do when nobody knows whether a refresh has happened (its answer was lost). */
export type OnDoubt = "replay" | { readonly holdMs: number; readonly then: "replay" | "end" }

/** A provider's token policy, as data. */
export interface Rules {
  /** Where the refresh credential travels. `bearer`: the access token refreshes itself. `cookie`: in a browser script never sees it. */
  readonly credential: "header" | "body" | "bearer" | "cookie"
  /** Where the end of an access token is read. */
  readonly expiry: {
    /** `jwt`: the `exp` claim; `reply`: the lifetime that the reply states. In order of trust. */
    readonly from: readonly ("jwt" | "reply")[]
    /** Of several: the first one that is there, or the earliest. */
    readonly take: "first" | "earliest"
    /** Lifetime in s where the reply states none; null: unknown. */
    readonly otherwiseS: number | null
  }
  /** Where the moment of issue is read, in order: it tells how far the provider's clock is from ours. */
  readonly issuedAt: readonly ("iat" | "nbf" | "date")[]
  /** Whether a refresh replaces the refresh credential. `if-sent`: only when the reply carries a new one, the old one stays otherwise. */
  readonly rotation: "always" | "if-sent"
  /**
   * Until when a refresh is thought to be accepted: a lifetime `afterS` from the JWT's first issue (`iat`), from the last new refresh
   * credential (`credential`), or the refresh credential's own `exp` (`refreshJwt`). Null: the provider does not say.
   */
  readonly window: { readonly from: "iat" | "credential"; readonly afterS: number } | { readonly from: "refreshJwt" } | null
  /** What happens to the old access token at a refresh. `dies`: requests under way with it may come back 401. */
  readonly oldToken: "dies" | "lives"
  /** The answers to a refresh that have a name, the most telling first. */
  readonly answers: Readonly<Record<string, NamedAnswer>>
  readonly onDoubt: OnDoubt
  /** `server`: never from a browser. */
  readonly runsOn: "anywhere" | "server"
  /** Errors in `WWW-Authenticate` of a resource's 401 that a refresh cannot cure: they go to the caller. */
  readonly notCuredByRefresh?: readonly string[]
}
