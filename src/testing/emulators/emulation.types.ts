import type { Emulators, EmulatorName, RequestPurpose } from "../emulator.types.ts"
import type { Account } from "./accounts.ts"
import type { LedgerBook } from "./ledger.ts"

/** A request, read to its end. */
export interface Asked {
  readonly method: string
  readonly url: URL
  /** Path and query. */
  readonly path: string
  readonly headers: Headers
  readonly body: string
  /** The token of `Authorization: Bearer`. */
  readonly bearer: string | undefined
}

/** An answer as data. A string body is sent as it is, anything else as JSON. */
export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** What became of a request: an answer, or something that no clock must wait for (a hang, a fault's own function). */
export type Outcome = { readonly response: Response } | { readonly pending: Promise<Response> }

/** A call that an emulator answers. */
export interface Route {
  readonly methods: readonly string[]
  readonly path: string | RegExp
  readonly on: RequestPurpose
  /** Whether browsers of other origins may read the answer. Default true. */
  readonly cors?: boolean
  /** Says which part that the document wants is missing from the request, if any. */
  lacks?(asked: Asked): string | undefined
  /** The credential presented; default the bearer. */
  credential?(asked: Asked): string | undefined
  /** Must not wait between looking a credential up and issuing its successor: two requests would both find it good. */
  answer(asked: Asked): Reply | Promise<Reply>
}

/** What a running emulation offers. */
export interface Served {
  readonly routes: readonly Route[]
  /** Begins a session and replies as a login or refresh would. */
  mint(account: Account): Reply
  /** A request that the document does not allow. */
  badRequest(asked: Asked, message: string): Reply
  notFound(asked: Asked): Reply
  /** A status fault. */
  failure(status: number, asked: Asked, on: RequestPurpose): Reply
}

/** What an emulation stands on. */
export interface World<Name extends EmulatorName> {
  readonly options: Emulators[Name]["options"]
  readonly switches: Emulators[Name]["switches"]
  readonly accounts: readonly [Account, Account]
  readonly url: string
  readonly accessTokenTtlS: number
  readonly refreshTokenTtlS: number
  readonly ledger: LedgerBook
  readonly stats: { logins: number; refreshes: number; logouts: number }
  /** Epoch ms. */
  now(): number
  suspended(user: string): boolean
}

/** One provider, as its document describes it. */
export interface Emulation<Name extends EmulatorName> {
  /** The default of every switch. */
  readonly switches: Emulators[Name]["switches"]
  readonly accessTokenTtlS: number
  readonly refreshTokenTtlS: number
  readonly accounts: readonly [Account, Account]
  /** Whether a refresh kills the credential it spends; default true. */
  rotates?(switches: Emulators[Name]["switches"]): boolean
  /** Default 0. */
  graceS?(switches: Emulators[Name]["switches"]): number
  credentials(account: Account): Emulators[Name]["credentials"]
  options(url: string, switches: Emulators[Name]["switches"]): Emulators[Name]["options"]
  serve(world: World<Name>): Served
}
