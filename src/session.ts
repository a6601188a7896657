import { createActor, toPromise, type Actor } from "xstate"
import type { sessionMachine } from "../machines/session.machine.ts"
import { limitIn } from "../machines/session.setup.ts"
import type { Authentication, SessionEvent } from "../machines/session.types.ts"
import { admit, type Leaving } from "./actors/admit.ts"
import { logIn } from "./actors/authenticate.ts"
import type { SignedOut } from "./actors/sign-out.ts"
import { systemClock, type Clock } from "./core/clock.ts"
import { Keyring } from "./core/keyring.ts"
import { TELL_USE_EVERY_MS } from "./core/limits.ts"
import { Services, type Inside, type LoginRequest } from "./core/services.ts"
import { newSid } from "./core/sid.ts"
import { RefreshUnavailableError, SessionEndedError } from "./errors.ts"
import { Announcer } from "./announcer.ts"
import { credentialIn, SCHEME, type Credential } from "./credential.ts"
import { sessionFetch } from "./fetch.ts"
import { recordFrom } from "./handed-over.ts"
import { guarded } from "./guarded.ts"
import { Lookout } from "./lookout.ts"
import { listenToPlatform } from "./platform-events.ts"
import { scopeOf } from "./scope.ts"
import { sessionMachineOf } from "./session-machine-of.ts"
import { checkSessionOptions } from "./session-options.ts"
import type { HandedOver, Session, SessionEvents, SessionOptions, SessionSnapshot, WaitOptions } from "./session.types.ts"
import { memoryStore } from "./stores/memory.ts"
import { Trail, type TrailEntry } from "./trail.ts"
import { until } from "./until.ts"
import { viewBefore, viewOf, type ChartSnapshot } from "./view.ts"
import { replaced, WaitingRoom } from "./waiting-room.ts"

/**
 * Makes a user's session: a statechart that keeps it alive against its provider. Nothing runs before its first use.
 *
 * @throws {ConfigurationError} where an option is wrong, in a sentence that names it.
 * @example
 * const session = createSession({ provider: vault({ partnerId: 7, baseUrl: "https://api.vault.ist" }), baseURL: "https://shop.example" })
 * await session.accept({ accessToken, refreshToken })
 * const orders = await session.fetch("/orders")
 */
export function createSession<User, Credentials>(options: SessionOptions<User, Credentials>): Session<User, Credentials> {
  checkSessionOptions(options)
  // Inside, users and credentials are what the provider says they are; their types are for whoever made the provider.
  return new LiveSession(options as unknown as SessionOptions<unknown, unknown>) as unknown as Session<User, Credentials>
}

type SessionActor = Actor<typeof sessionMachine>

/** How long a call waits for a credential by default, ms. */
const MAX_WAIT_MS = 30_000

// What is the same in every session at rest is there once: a server has many.
const NONE: readonly never[] = []
const NO_FLIGHT = Promise.resolve(null)

class LiveSession implements Session<unknown, unknown> {
  readonly #options: SessionOptions<unknown, unknown>
  readonly #hasLimits: boolean
  readonly #inside: Inside
  /** From the first call on that waits. */
  #room: WaitingRoom | null = null
  readonly #trail: Trail
  readonly #announcer = new Announcer()
  #actor: SessionActor | null = null
  #stopListening: (() => void) | null = null
  #lookout: Lookout | null = null
  #stoppedBy: SessionEndedError | null = null
  #logouts = 0
  /** Aborted by what is called after the newest login, and takes its place. */
  #newestLogin: AbortController | null = null
  #view: SessionSnapshot
  /** What subscribers have heard of: whoever looks after a deadline sees a newer one before they are told. */
  #announced: SessionSnapshot
  /** The chart that `#view` shows. */
  #shown: ChartSnapshot | null = null
  /** Undefined: to be looked up again. */
  #credential: Credential | null | undefined

  readonly fetch: Session["fetch"]
  readonly clock: Clock
  readonly getServerSnapshot: () => SessionSnapshot

  constructor(options: SessionOptions<unknown, unknown>) {
    const {
      provider,
      baseURL = provider.api,
      store = memoryStore(),
      clock = systemClock,
      fetch,
      allowedOrigins = provider.origins,
    } = options
    const send = fetch ?? ((input, init) => globalThis.fetch(input, init))
    this.#options = options
    this.#hasLimits = options.idleTimeoutMs !== undefined || options.maxAgeMs !== undefined
    const connect = (holder: string) => store.connect({ holder, clock, credential: provider.rules.credential })
    const holder = newSid()
    this.#inside = {
      provider,
      clock,
      fetch: send,
      keyring: new Keyring(),
      holder,
      store: connect(holder),
      connectBeside: () => connect(newSid()),
      storeName: store.name,
      random: Math.random,
      use: { used: true, at: 0 },
      login: { request: null },
      background: { work: NONE, flight: NO_FLIGHT, letGo() {}, signedOut: null, isStopped: false },
    }
    this.#trail = new Trail(clock)
    const before = viewBefore(options.initial)
    this.#view = before
    this.#announced = before
    this.getServerSnapshot = () => before
    this.clock = clock
    this.fetch = sessionFetch({
      fetch: send,
      clock,
      scope: scopeOf(baseURL, allowedOrigins),
      credential: () => this.#usableCredential(),
      wait: (signal, sid) => this.#wait(signal, sid),
      isReplaced: (sid) => (this.#actor?.getSnapshot().context.facts?.sid ?? sid) !== sid,
      send: (event) => this.#send(event).hasTag("held"),
      notCuredByRefresh: provider.rules.notCuredByRefresh ?? [],
    })
  }

  readonly getSnapshot = (): SessionSnapshot => {
    const chart = this.#actor?.getSnapshot()
    const now = this.#inside.clock.now()
    if (
      chart === undefined ||
      (chart === this.#shown && !(this.#view.usable && now >= Math.min(this.#view.expiresAt ?? Infinity, this.#view.endsAt ?? Infinity)))
    )
      return this.#view
    const view = viewOf(chart, now, this.#options.initial, this.#inside.store.isStandIn === true)
    this.#shown = chart
    if (!isSame(view, this.#view)) this.#view = view
    return this.#view
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    const unsubscribe = this.#announcer.subscribe(listener)
    this.#started()
    return unsubscribe
  }

  on<Type extends keyof SessionEvents>(type: Type, handler: (event: SessionEvents[Type]) => void): () => void {
    const unsubscribe = this.#announcer.on(type, handler)
    this.#started()
    return unsubscribe
  }

  async ready({ signal }: WaitOptions = {}): Promise<SessionSnapshot> {
    await this.#until((chart) => !chart.matches("restoring"), signal)
    return this.getSnapshot()
  }

  async login(credentials: unknown, { signal }: WaitOptions = {}): Promise<SessionSnapshot> {
    if (this.#stoppedBy !== null) throw this.#stoppedBy
    this.#newestLogin?.abort(overtaken())
    const login = new AbortController()
    this.#newestLogin = login
    const left = login.signal
    try {
      if (isReading(this.#started().getSnapshot()))
        await this.#until((chart) => !isReading(chart), signal ? AbortSignal.any([signal, left]) : left)
      const request: LoginRequest = { credentials, signal, sid: newSid() }
      const isForChart = this.#started().getSnapshot().can({ type: "login.requested" })
      return await (isForChart ? this.#logInByChart(request) : this.#logInBeside(request, left))
    } finally {
      if (this.#newestLogin === login) this.#newestLogin = null
    }
  }

  async accept(tokens: HandedOver | Response): Promise<SessionSnapshot> {
    if (this.#stoppedBy !== null) throw this.#stoppedBy
    this.#started()
    const admitted = await admit(this.#inside, await recordFrom(this.#inside, tokens), this.#leaving())
    if (admitted.is === "failed") throw admitted.error
    this.#newestLogin?.abort(overtaken())
    return this.#enter(admitted)
  }

  async refresh({ signal }: WaitOptions = {}): Promise<SessionSnapshot> {
    await this.#until((chart) => !chart.hasTag("pending"), signal)
    const { facts: before } = this.#send({ type: "refresh.requested" }).context
    if (before === null) await this.#wait(signal, null)
    await this.#until((chart) => !chart.hasTag("asking"), signal)
    const { facts, error, reason } = this.#started().getSnapshot().context
    if (facts !== null && facts.sid !== before?.sid) throw replaced()
    if (facts !== null && facts.generation !== before?.generation) return this.getSnapshot()
    if (error !== null) throw error
    throw reason !== null
      ? new SessionEndedError("session_ended", `the session has ended (${reason})`, { reason })
      : new RefreshUnavailableError(
          `${this.#inside.provider.id}: there is no refresh credential; the session lasts as long as its access token`,
        )
  }

  async logout({ everywhere = false }: { readonly everywhere?: boolean } = {}): Promise<{ readonly revoked: boolean }> {
    const signingOut = this.#started().getSnapshot().can({ type: "logout.requested", everywhere })
    this.#logouts += 1
    this.#newestLogin?.abort(loggedOut())
    const child = this.#send({ type: "logout.requested", everywhere }).children["signOut"]
    if (!signingOut || child === undefined) return { revoked: false }
    const { revoked, next } = ((await toPromise(child)) as SignedOut | undefined) ?? { revoked: false, next: null }
    const record = next && this.getSnapshot().status === "loggedOut" ? this.#inside.keyring.find(next) : null
    if (record !== null) {
      const admitted = await admit(this.#inside, record, this.#leaving())
      if (admitted.is === "granted") this.#enter(admitted)
    }
    return { revoked }
  }

  touch(): void {
    this.#noteUse()
    this.#send({ type: "session.used" })
  }

  async accessToken({ signal }: WaitOptions = {}): Promise<string> {
    let credential = this.#usableCredential()
    if (credential === null || this.#inside.clock.now() >= credential.expiresAt) credential = await this.#wait(signal)
    if (credential.awaitsUse) this.#send({ type: "session.used" })
    return credential.authorization.slice(SCHEME.length)
  }

  trail(): readonly TrailEntry[] {
    return this.#trail.entries()
  }

  get actor(): SessionActor {
    return this.#started()
  }

  stop(): void {
    if (this.#stoppedBy !== null) return
    this.#stoppedBy = new SessionEndedError("session_stopped", "session.stop() was called; the session itself goes on in its store")
    this.#inside.background.isStopped = true
    this.#stopListening?.()
    this.#lookout?.close()
    this.#room?.close(this.#stoppedBy)
    this.#newestLogin?.abort(this.#stoppedBy)
    this.#actor?.stop()
    this.#credential = null
    void this.#settled().then(() => {
      this.#inside.store.close()
      this.#announcer.stop()
    })
  }

  get stopped(): Promise<void> {
    return this.#announcer.stopped
  }

  [Symbol.dispose](): void {
    this.stop()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stop()
    await this.stopped
  }

  /** The chart's actor; the first call starts it. */
  #started(): SessionActor {
    if (this.#actor !== null) return this.#actor
    const { keepAlive = "while-used", idleTimeoutMs = null, maxAgeMs = null, inspect } = this.#options
    const limits = idleTimeoutMs === null && maxAgeMs === null ? null : { idleTimeoutMs, maxAgeMs }
    const { clock, provider } = this.#inside
    const actor: SessionActor = createActor(sessionMachineOf(provider.rules), {
      clock,
      input: { services: new Services(this.#inside), keepAlive, limits },
      inspect: (event) => {
        this.#trail.note(event)
        guarded(() => (typeof inspect === "function" ? inspect(event) : inspect?.next?.(event)))
      },
    })
    this.#actor = actor
    actor.subscribe({ next: () => this.#changed(), error: (error) => this.#room?.close(error as Error) })
    if (this.#stoppedBy !== null) return actor
    actor.start()
    this.#lookout = new Lookout(this.#inside, (event) => void this.#send(event))
    this.#stopListening = listenToPlatform({
      shown: () => {
        clock.wake()
        this.touch()
      },
      online: () => {
        clock.wake()
        this.#send({ type: "network.online" })
      },
    })
    return actor
  }

  #send(event: SessionEvent): ChartSnapshot {
    const actor = this.#started()
    if (this.#stoppedBy === null) actor.send(event)
    return actor.getSnapshot()
  }

  #changed(): void {
    this.#credential = undefined
    const before = this.#announced
    const view = this.getSnapshot()
    this.#announced = view
    const waiting = this.#room?.look() ?? 0
    if (view !== before) this.#announcer.announce(before, view)
    if (waiting > 0 && this.#started().getSnapshot().can({ type: "request.held" })) this.#send({ type: "request.held" })
  }

  #noteUse(): void {
    const { use, clock } = this.#inside
    use.used = true
    if (this.#options.idleTimeoutMs === undefined || this.#actor === null) return
    const { facts, usedAt } = this.#actor.getSnapshot().context
    if (facts === null) return
    if (clock.now() - usedAt >= TELL_USE_EVERY_MS) this.#send({ type: "use.noted" })
    else use.at = clock.now()
  }

  /** Whether a limit of the session's own has been reached, of which the chart is about to hear. */
  #isOver(): boolean {
    const limit = this.#actor === null ? null : limitIn(this.#actor.getSnapshot().context)
    return limit !== null && this.#inside.clock.now() >= limit.at
  }

  #usableCredential(): Credential | null {
    this.#noteUse()
    if (this.#hasLimits && this.#isOver()) return null
    if (this.#credential === undefined)
      this.#credential =
        this.#actor === null ? null : credentialIn(this.#actor.getSnapshot(), this.#inside.keyring, this.#inside.provider.rules)
    return this.#credential
  }

  /** Waits for a credential of this session that may be used; null: of whichever comes. */
  #wait(
    signal: AbortSignal | undefined,
    sid: string | null = this.#started().getSnapshot().context.facts?.sid ?? null,
  ): Promise<Credential> {
    if (this.#stoppedBy !== null) return Promise.reject(this.#stoppedBy)
    const { clock, provider } = this.#inside
    const room = (this.#room ??= new WaitingRoom({
      clock,
      rules: provider.rules,
      maxWaitMs: this.#options.maxWaitMs ?? MAX_WAIT_MS,
      chart: () => this.#started().getSnapshot(),
      credential: () => this.#usableCredential(),
      hold: () => void this.#send({ type: "request.held" }),
    }))
    this.#noteUse()
    clock.wake() // a deadline that passed while nobody looked is the chart's to see, and its subscribers' to hear
    return room.enter(signal, sid)
  }

  /** See {@link until}. */
  #until(holds: (chart: ChartSnapshot) => boolean, signal: AbortSignal | undefined): Promise<void> {
    return until(this.#started(), holds, signal, () => this.#stoppedBy)
  }

  async #logInByChart(request: LoginRequest): Promise<SessionSnapshot> {
    const { login } = this.#inside
    login.request = request
    this.#send({ type: "login.requested" })
    await this.#until((chart) => login.request !== request || !chart.matches("authenticating"), undefined)
    if (login.request !== request) throw overtaken()
    login.request = null
    const { facts, error } = this.#started().getSnapshot().context
    if (facts?.sid === request.sid) {
      void this.#lookout?.look()
      return this.getSnapshot()
    }
    if (facts !== null) throw overtaken()
    throw error ?? loggedOut()
  }

  async #logInBeside(request: LoginRequest, left: AbortSignal): Promise<SessionSnapshot> {
    const came = await logIn(this.#inside, request, left)
    if (came.is === "failed") throw came.error
    return this.#enter(came)
  }

  /** A session that was admitted takes the place of the one that is there. */
  #enter(admitted: Extract<Authentication, { is: "granted" }>): SessionSnapshot {
    this.#send({ ...admitted, type: "grant.accepted" })
    void this.#lookout?.look()
    return this.getSnapshot()
  }

  /** Says, whenever it is asked, whether there has been a logout meanwhile. */
  #leaving(): Leaving {
    const before = this.#logouts
    const isOver = () => this.#logouts !== before
    return {
      get aborted() {
        return isOver()
      },
      get reason() {
        return loggedOut()
      },
    }
  }

  async #settled(): Promise<void> {
    const { background } = this.#inside
    while (background.work.length > 0) await Promise.allSettled(background.work)
  }
}

/** Whether a login has to wait: what the store holds is not known yet, and may be soon. */
function isReading(chart: ChartSnapshot): boolean {
  return chart.matches("restoring") && chart.context.degraded !== "store"
}

/** What a login gets that a logout has overtaken. */
function loggedOut(): SessionEndedError {
  return new SessionEndedError("session_ended", "logged out while logging in", { reason: "user" })
}

/** What a login gets that something newer has overtaken. */
function overtaken(): SessionEndedError {
  return new SessionEndedError("session_replaced", "a newer login, or another session, has taken this one's place")
}

function isSame(one: SessionSnapshot, other: SessionSnapshot): boolean {
  return (Object.keys(one) as (keyof SessionSnapshot)[]).every((name) => Object.is(one[name], other[name]))
}
