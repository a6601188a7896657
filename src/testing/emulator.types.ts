/**
 * What the emulated providers are, by name: the options their provider takes, the credentials a user logs in with, and
 * the switches that choose between two readings of a document that contradicts itself or is silent.
 */
export interface Emulators {
  geins: {
    options: { account: string; merchantApiKey: string; environment: string; authUrl: string; merchantApiUrl: string }
    credentials: { username: string; password: string }
    switches: {
      /** Whether a refresh answers with a new refresh token (and kills the old one). Default true. */
      newRefreshToken: boolean
      /** How a dead refresh token or a wrong password is refused. Default 401. */
      refusalStatus: 400 | 401
      /** What the last login call must carry for a user's password, for clients that hash it. Default: the password. */
      passwordOnTheWire: (password: string) => string | Promise<string>
    }
  }
  unisouk: {
    options: { storeId: string; baseUrl: string }
    credentials: { email: string; password: string }
    switches: {
      /** The method that refreshes; the document's table says GET, its examples POST. Default "GET". */
      refreshMethod: "GET" | "POST"
      /** How a suspended customer is told: a 403, or a 200 whose customer is INACTIVE. Default "403". */
      inactive: "403" | "200"
      /** Whether a refresh sets a new cookie and kills the old one. Default true, the stricter reading. */
      rotation: boolean
    }
  }
  menu: {
    options: { application: string; apiVersion: string; deviceUuid: string; baseUrl: string }
    credentials: { email: string; password: string }
    switches: {
      /** The unit of the reply's `ttl`. Default "minutes". */
      ttlUnit: "minutes" | "seconds"
      /** Where the 30 days begin: at the first login, or at the expiry of the token presented. Default "iat". */
      windowFrom: "iat" | "expiry"
      /** For how long a refreshed token still works, seconds. Default 0. */
      graceS: 0 | 10
      /** Whether tokens are JWTs with readable claims. Default true. */
      jwt: boolean
      /** Whether there is a logout at all; its path is ours. Default true. */
      logout: boolean
    }
  }
  "commerce-engine": {
    options: { baseUrl: string; apiKey: string }
    credentials: { email: string; password: string }
    switches: {
      /** Whether a refresh wants `Authorization` too, as the specification lists it. Default false. */
      refreshNeedsAuthorization: boolean
      /** Whether the refresh token is a JWT whose `exp` can be read. Default "jwt". */
      refreshToken: "jwt" | "opaque"
      /** How a dead refresh token is refused. Default 400. */
      refusalStatus: 400 | 401 | 404
      /** Whether refusals come as 200 with `success: false`. Default false. */
      successFalse: boolean
    }
  }
  vault: {
    options: { partnerId: number; baseUrl: string }
    credentials: undefined
    switches: {
      /** The status of a refusal, which the document leaves open. Default 400. */
      refusalStatus: 400 | 401
      /** Whether a refresh answers with a new refresh token (and kills the old one). Default true. */
      newRefreshToken: boolean
      /** Whether replies say `expires_in`. Default true. */
      expiresIn: boolean
      /** Whether a refusal has a body. Default true. */
      refusalBody: boolean
      /** Whether the access token is a JWT with a readable `exp`. Default "jwt". */
      accessToken: "jwt" | "opaque"
    }
  }
  oauth2: {
    options: {
      tokenUrl: string
      clientId: string
      clientSecret?: string
      clientAuthentication: "none" | "client_secret_basic" | "client_secret_post"
      revocationUrl: string
    }
    credentials: undefined
    switches: {
      /** Whether a refresh answers with a new refresh token (and kills the old one). Default true. */
      newRefreshToken: boolean
      /** Whether replies say `expires_in`. Default true. */
      expiresIn: boolean
      /** Whether the access token is a JWT with a readable `exp`. Default "opaque". */
      accessToken: "jwt" | "opaque"
      /**
       * What the resource says to a live bearer: nothing wrong ("invalid_token", which dead ones get), or one of the
       * two challenges that a refresh cannot answer. Default "invalid_token".
       */
      resourceChallenge: "invalid_token" | "insufficient_user_authentication" | "insufficient_scope"
      /** How the client proves who it is. Default "none". */
      clientAuthentication: "none" | "client_secret_basic" | "client_secret_post"
    }
  }
}

/** The name of an emulated provider. */
export type EmulatorName = keyof Emulators

/** The clock an emulator lives by; any of the library's clocks will do. */
export interface EmulatorClock {
  /** Wall time, epoch ms. */
  now(): number
  setTimeout?(callback: () => void, ms: number): unknown
  clearTimeout?(handle: unknown): void
  /** Tells a clock that is moved by hand that an answer is being worked on; a request that hangs is not tracked. */
  track?<T>(work: Promise<T>): Promise<T>
}

/** What `createEmulator` takes. Every field is optional. */
export interface EmulatorOptions<Name extends EmulatorName> {
  /** Lifetime of an access token, seconds; default as the provider's document says. */
  accessTokenTtlS?: number
  /** Lifetime of a refresh credential, seconds; default as the provider's document says, 30 days where it is silent. */
  refreshTokenTtlS?: number
  /** Default: the system's time. */
  clock?: EmulatorClock
  /** Which reading of the document is played. */
  switches?: Partial<Emulators[Name]["switches"]>
  /** The emulator's origin; default `https://<name>.test`, which exists in memory only. */
  url?: string
  /** Whether requests without the headers that the document wants are refused. Default true. */
  strict?: boolean
  /** What a spent refresh credential brings about when it is presented again. Default "refuse". */
  onReuse?: "refuse" | "revokeFamily"
  /** For how long a spent refresh credential is answered as if it were good, seconds. Default 0. */
  graceS?: number
  /** Whether handing out a new refresh credential kills the one presented; default as the document says. */
  rotation?: boolean
  /**
   * Who keeps cookies in `emulator.fetch`: the caller, who reads `Set-Cookie` and sends `Cookie` (Node), or the
   * emulator, as a browser would (script sees neither). Default: whatever this platform does.
   */
  cookies?: "headers" | "jar"
}

/** What a request was for. */
export type RequestPurpose = "login" | "refresh" | "logout" | "resource" | "other"

/** One request that reached the emulator. */
export interface LogEntry {
  /** When it arrived, epoch ms. */
  readonly at: number
  readonly method: string
  /** Path and query. */
  readonly path: string
  readonly on: RequestPurpose
  /** The answer's status; "hang" while there is no answer (for a fault that hangs: for ever). */
  readonly status: number | "network" | "hang" | "lost"
  /** The refresh credential presented, or the bearer. */
  readonly credential?: string
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

/** What an emulator has seen so far. */
export interface EmulatorStats {
  /** Sessions begun by a login, an anonymous start or `mint`. */
  readonly logins: number
  /** Refreshes granted. */
  readonly refreshes: number
  /** Times that a spent single-use credential was presented again. */
  readonly reused: number
  /** 401 answers of the resource. */
  readonly unauthorized: number
  readonly logouts: number
  /** Requests that the resource answered with 2xx. */
  readonly requests: number
}

/** "spent": used up by a refresh; "revoked": refused since a logout or a revocation. */
export type CredentialState = "live" | "spent" | "revoked"

/** A refresh credential the emulator has issued. Times are epoch ms. */
export interface RefreshCredential {
  readonly credential: string
  /** The user's id. */
  readonly user: string
  readonly sessionId: string
  readonly issuedAt: number
  readonly expiresAt: number
  /** When it was presented and looked at, each time. */
  readonly presented: readonly number[]
  readonly spentAt: number | null
  readonly state: CredentialState
}

/** An access token the emulator has issued. Times are epoch ms. */
export interface AccessToken {
  readonly token: string
  /** The user's id. */
  readonly user: string
  readonly sessionId: string
  readonly issuedAt: number
  readonly expiresAt: number
  readonly spentAt: number | null
  readonly state: CredentialState
}

/** The books of the provider: what the client under test can be checked against. */
export interface Ledger {
  /** Every refresh credential ever issued, oldest first. */
  readonly refreshCredentials: readonly RefreshCredential[]
  /** Every access token ever issued, oldest first. */
  readonly accessTokens: readonly AccessToken[]
  /** Ids of the users with a session that still has a live, unexpired credential; anonymous ones are not counted. */
  signedIn(): string[]
}

/** Something that goes wrong on purpose. */
export interface Fault {
  /** Which requests it hits; faults on the same purpose are played in the order in which they were queued. */
  on: "login" | "refresh" | "logout" | "resource"
  /**
   * - a status: the provider's documented error for it, a small JSON of ours where there is none;
   *   `{ status, html: true }` answers with a web page instead, `{ status, body }` with that JSON
   * - `"network"`: the connection dies; `"lost"`: it dies after the request was carried out
   * - `"hang"`: no answer, ever; `"hang-body"`: 200, headers, and a body that never ends
   * - `"garbage"`, `"html"`, `"empty"`: 200 with a body that is no JSON, a web page, nothing
   * - `"truncated"`: the request is carried out, and the good body cut in half
   * - a function: its Response. It may call `answer` to have the request carried out, and may take its time.
   */
  with:
    | number
    | { status: number; html?: boolean; body?: unknown }
    | "network"
    | "hang"
    | "hang-body"
    | "garbage"
    | "html"
    | "empty"
    | "truncated"
    | "lost"
    | ((request: Request, answer: () => Promise<Response>) => Response | Promise<Response>)
  /** How many requests it hits; `Infinity` until `heal()`. Default 1. */
  times?: number
  /** The `Retry-After` header of the answer: seconds, or an HTTP date. */
  retryAfter?: number | string
  /** Whether the request is carried out all the same; default true for "lost" and "truncated", else false. */
  processed?: boolean
}

/** A provider that lives in memory, answers as its document says and fails when told to. */
export interface Emulator<Name extends EmulatorName = EmulatorName> {
  readonly name: Name
  /** Its origin, no trailing slash. */
  readonly url: string
  /** The provider's constructor options, ready to spread: `geins({ ...emulator.options })`. */
  readonly options: Emulators[Name]["options"]
  /** A user who can log in; `undefined` where the provider documents no login. */
  readonly credentials: Emulators[Name]["credentials"]
  /** Two users who can log in; the first is `credentials`. */
  readonly users: readonly [Emulators[Name]["credentials"], Emulators[Name]["credentials"]]
  /** Begins a session for a user (default 0) and answers in the provider's own format, for `session.accept(response)`. */
  mint(options?: { user?: 0 | 1 }): Promise<Response>
  /** Answers a request. Rejects only to play a dead network. */
  readonly handle: (request: Request) => Promise<Response>
  /** WHATWG `fetch` with no network but this emulator: any other origin is unreachable. */
  readonly fetch: (input: RequestInfo | URL, init?: RequestInit) => Promise<Response>
  /** The requests seen, in the order in which they arrived. */
  readonly log: readonly LogEntry[]
  readonly stats: EmulatorStats
  readonly ledger: Ledger
  /** Queues a fault. */
  fail(fault: Fault): void
  /** Forgets the faults queued; requests that hang already go on hanging. */
  heal(): void
  /** The resource refuses every access token issued so far; refresh credentials stay good. */
  revokeAccessToken(): void
  /** Ends every session (of one user, if given): access tokens and refresh credentials are refused. */
  revokeSession(user?: 0 | 1): void
  /** Suspends every account (or one): logins and refreshes are refused until `reactivateUser`. */
  suspendUser(user?: 0 | 1): void
  reactivateUser(user?: 0 | 1): void
  /** From now on nobody answers: calls are rejected as a refused connection is. */
  close(): Promise<void>
}
