import type { AnyActorRef, InspectionEvent } from "xstate"
import type { SessionRecord } from "../../core/record.ts"
import type { StoreConnection } from "../../core/store.ts"
import { createSession, type Provider, type Session, type SessionOptions, type SessionSnapshot, type Tokens } from "../../index.ts"
import type { Emulator } from "../emulator.types.ts"
import { manualClock, type ManualClock } from "../manual-clock.ts"
import { must } from "../must.ts"
import { AGE_S, IDLE_S, LIFETIME_S, type Situation } from "./situation.ts"
import { StagedStore } from "./staged-store.ts"

/** What these paths need of an emulator. Those of `createEmulator` have it. */
export type EmulatorOnPaths = Pick<
  Emulator,
  "url" | "fetch" | "mint" | "fail" | "revokeAccessToken" | "revokeSession" | "log" | "stats" | "ledger"
> & {
  /** What a user logs in with; left out or undefined where there is no login. */
  readonly credentials?: unknown
}

/** How an emulator of these paths is made. */
export interface PathEmulatorOptions {
  readonly clock: ManualClock
  readonly accessTokenTtlS: number
  /** Whether a refresh kills the credential that it spends. */
  readonly rotation: boolean
}

/** What a stage is built of. */
export interface StageOptions {
  readonly provider: Provider<unknown, never>
  readonly emulator: (options: PathEmulatorOptions) => EmulatorOnPaths
  readonly inspect?: ((event: InspectionEvent) => void) | undefined
}

/** A request that the provider has, and has not answered. */
interface Asked {
  readonly carryOut: () => Promise<Response>
  readonly resolve: (response: Response | Promise<Response>) => void
  readonly reject: (error: unknown) => void
}

/** A call of the session's, and what became of it. */
export interface Call {
  readonly what: "request" | "other"
  /** `pending`, `done`, the status of a response, or the name of an error. */
  outcome: string
}

/** A real session on a provider and a store that answer when a test wants them to. */
export class Stage {
  readonly clock = manualClock()
  readonly store = new StagedStore()
  readonly emulator: EmulatorOnPaths
  readonly calls: Call[] = []
  /** Another tab or process, on the same store. */
  readonly elsewhere: StoreConnection
  readonly #options: StageOptions
  readonly #asked = { refresh: [] as Asked[], login: [] as Asked[] }
  /** Requests to be answered 401, whatever their token. */
  refusing = 0
  /** Whether the next login is held, as every refresh is. */
  holdsNextLogin = false
  /** Whether the provider's own code fails at the next reply. */
  isBroken: false | "throws" | "throws what cannot be read" = false
  /** What whoever subscribed was told last. */
  told: SessionSnapshot | null = null
  #session: Session<unknown, unknown> | null = null
  #isMended = false

  constructor(options: StageOptions, { rotates }: Situation) {
    this.#options = options
    const { clock } = this
    this.emulator = options.emulator({ clock, accessTokenTtlS: LIFETIME_S, rotation: rotates })
    this.elsewhere = this.store.inside.connect({ holder: "elsewhere", clock })
    this.emulator.fail({ on: "refresh", times: Infinity, with: (_, carryOut) => this.#hold("refresh", carryOut) })
    this.emulator.fail({ on: "login", times: Infinity, with: (_, carryOut) => this.#letIn(carryOut) })
    this.emulator.fail({ on: "resource", times: Infinity, with: (_, carryOut) => this.#refuse() ?? carryOut() })
    this.store.set("acquire", "is held")
  }

  /** The session, begun by its first use. */
  begin({ keepAlive = "while-used", limited = false }: Partial<Situation>): void {
    this.store.set("read", "is held")
    const session = this.#sessionOn(this.store, { keepAlive, ...(limited && LIMITS) })
    this.#session = session
    this.told = session.getSnapshot()
    session.subscribe(() => {
      this.told = session.getSnapshot()
    })
    this.note("other", session.ready())
  }

  get session(): Session<unknown, unknown> {
    must(this.#session !== null, "the session has not begun")
    return this.#session
  }

  /** The chart's actor, for events that no call of the session brings about there. */
  get actor(): AnyActorRef {
    return this.session.actor
  }

  /** Keeps an eye on a call. */
  note(what: Call["what"], work: Promise<unknown>): void {
    const call: Call = { what, outcome: "pending" }
    this.calls.push(call)
    work.then(
      (came) => {
        call.outcome = came instanceof Response ? String(came.status) : "done"
      },
      (error: Error) => {
        call.outcome = error.name
      },
    )
  }

  /** Names the grant in use. */
  inUse(): { readonly sid: string; readonly generation: number } {
    const snapshot = this.session.getSnapshot()
    must(snapshot.authenticated, "somebody must be signed in")
    return { sid: snapshot.sid, generation: snapshot.generation }
  }

  request(init?: { readonly replay: boolean }): void {
    this.note("request", this.session.fetch(`${this.emulator.url}/resource`, init))
  }

  advance(seconds: number): Promise<void> {
    return this.clock.advance(seconds * 1000)
  }

  /** How many refreshes, or logins, the provider has not answered. */
  asked(on: "refresh" | "login"): number {
    return this.#asked[on].length
  }

  /** The newest request that waits for an answer. */
  take(on: "refresh" | "login"): Asked {
    const asked = this.#asked[on].pop()
    must(asked !== undefined, `no ${on} has reached the provider`)
    return asked
  }

  /** Answers the newest request as the provider's books say. */
  async carryOut(on: "refresh" | "login"): Promise<void> {
    const { carryOut, resolve, reject } = this.take(on)
    await carryOut().then(resolve, reject)
  }

  /** What was left alone lands: only what must be held now goes on being held. */
  async land(before: Situation, after: Situation): Promise<void> {
    const { store } = this
    const held = heldIn(after)
    this.refusing = 0
    if (!after.unsaved) for (const method of ["create", "commit"] as const) store.set(method, "works")
    for (let round = 0; round < 4; round++) {
      for (const method of ["read", "acquire", "end"] as const) store.open(method, "works", held[method])
      for (const method of ["create", "commit"] as const)
        store.open(method, before.unsaved ? "fails" : "works", after.unsaved ? 1 : held[method])
      for (const on of ["refresh", "login"] as const) while (this.asked(on) > held[on]) this.#carryOutOldest(on)
      await this.clock.settle()
    }
  }

  /** From now on nothing is held and nothing fails. */
  async mend(): Promise<void> {
    this.refusing = 0
    this.#isMended = true
    this.store.mend()
    for (const on of ["refresh", "login"] as const) while (this.asked(on) > 0) this.#carryOutOldest(on)
    await this.clock.settle()
  }

  /** What the store holds. */
  stored(): Promise<SessionRecord | null> {
    return this.store.look({ holder: "somebody who only looks", clock: this.clock })
  }

  /** A record as some other holder would make it of tokens that it got. */
  async minted(user: 0 | 1 = 0): Promise<SessionRecord> {
    const store = new StagedStore()
    const other = this.#sessionOn(store, { keepAlive: "on-demand" })
    await other.accept(await this.emulator.mint({ user }))
    const record = await store.look({ holder: "somebody who only looks", clock: this.clock })
    must(record !== null, "the provider's own reply must make a session")
    other.stop()
    await this.clock.settle()
    return record
  }

  #sessionOn(store: StagedStore, options: Pick<SessionOptions, "keepAlive" | "idleTimeoutMs" | "maxAgeMs">): Session<unknown, unknown> {
    const { provider, inspect } = this.#options
    // A provider of any user and any credentials: the paths log in with whatever its emulator takes.
    return createSession({
      provider: { ...provider, read: (reply) => (this.isBroken === false ? provider.read(reply) : brokenTokens(this.isBroken)) },
      baseURL: this.emulator.url,
      clock: this.clock,
      fetch: this.emulator.fetch,
      store,
      ...options,
      maxWaitMs: 3_600_000,
      ...(inspect && { inspect }),
    }) as unknown as Session<unknown, unknown>
  }

  /** A login may take several requests: the first one is held. */
  #letIn(carryOut: () => Promise<Response>): Promise<Response> {
    if (!this.holdsNextLogin) return carryOut()
    this.holdsNextLogin = false
    return this.#hold("login", carryOut)
  }

  #refuse(): Response | undefined {
    if (this.refusing === 0) return undefined
    this.refusing -= 1
    return new Response(null, { status: 401 })
  }

  #hold(on: "refresh" | "login", carryOut: () => Promise<Response>): Promise<Response> {
    if (this.#isMended) return carryOut()
    return new Promise((resolve, reject) => this.#asked[on].push({ carryOut, resolve, reject }))
  }

  #carryOutOldest(on: "refresh" | "login"): void {
    const oldest = this.#asked[on].shift()
    oldest?.carryOut().then(oldest.resolve, oldest.reject)
  }
}

const LIMITS = { idleTimeoutMs: IDLE_S * 1000, maxAgeMs: AGE_S * 1000 }

/** How many calls of the store and of the provider must be held in a situation. */
export function heldIn({
  place,
  attempt,
}: Situation): Record<"read" | "acquire" | "commit" | "create" | "end" | "refresh" | "login", number> {
  const one = (holds: boolean) => (holds ? 1 : 0)
  return {
    read: one(place === "unread"),
    acquire: one(attempt === "leasing"),
    commit: one(attempt === "committing"),
    create: 0,
    end: one(attempt === "rereading"),
    refresh: one(attempt === "requesting"),
    login: one(place === "loggingIn"),
  }
}

/** Tokens that cannot be looked at. */
function brokenTokens(how: "throws" | "throws what cannot be read"): Tokens {
  return {
    accessToken: "a token",
    get refreshToken(): string {
      throw how === "throws" ? new Error("the provider's own code failed") : Object.create(null)
    },
  }
}
