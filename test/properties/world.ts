import { vi } from "vitest"
import { createSession, type Clock, type Session, type SessionRecord, type SessionStore } from "../../src/index.ts"
import { memoryStore } from "../../src/stores/memory.ts"
import {
  createEmulator,
  manualClock,
  type Emulator,
  type EmulatorName,
  type EmulatorOptions,
  type ManualClock,
} from "../../src/testing/index.ts"
import type { Command, Fault } from "./commands.ts"
import { providerOf } from "./provider-of.ts"

/** What a world is made of. */
export interface WorldOptions {
  readonly name: EmulatorName
  readonly holders: number
  readonly accessTokenTtlS: number
  readonly graceS: number
  /** Whether the provider kills what a refresh spends. */
  readonly rotates: boolean
  readonly keepAlive: "while-used" | "always" | "on-demand"
  /** Limits of the session's own, ms. */
  readonly limits?: { readonly idleTimeoutMs?: number; readonly maxAgeMs?: number } | undefined
  /** Where the jitter of backoffs begins: the same number gives the same world again. */
  readonly jitter: number
  /** Delays before a request arrives and before its answer does, used in turn, ms. */
  readonly latencies: readonly number[]
}

/** One call into a session, and what became of it. */
export interface Call {
  readonly what: string
  readonly begun: number
  outcome: "pending" | "done" | Error
}

/** A session object with the platform under it: it can be killed as a process is, without a word. */
interface Holder {
  session: Session<unknown, never>
  alive: boolean
  stopped: boolean
}

/**
 * A provider, a store and some holders of one session, on one clock that a test moves. What it notes down is seen from outside: by the
 * provider, by the store, and by looking at the sessions; never by asking the chart.
 */
export class World {
  readonly clock: ManualClock = manualClock()
  readonly emulator: Emulator<EmulatorName>
  readonly calls: Call[] = []
  readonly violations: string[] = []
  /** Refreshes of which the session cannot know whether they happened, holders killed, commits that failed: each excuses one replay. */
  doubts = 0
  /** The sessions, as the provider numbers them, whose refresh is on its way. */
  readonly #refreshing: string[] = []
  #sleptMs = 0
  #requestNumber = 0
  #latency = 0
  #storeFailures: { on: string; times: number }[] = []
  readonly #holders: Holder[]
  readonly #store: SessionStore
  readonly options: WorldOptions
  /** Every access token that the store has ever held. */
  readonly #stored = new Set<string>()
  readonly #successors = new Map<string, string>()

  constructor(options: WorldOptions) {
    this.options = options
    vi.spyOn(Math, "random").mockImplementation(numbersFrom(options.jitter))
    const start = this.clock.now()
    this.emulator = createEmulator(options.name, {
      accessTokenTtlS: options.accessTokenTtlS,
      graceS: options.graceS,
      rotation: options.rotates,
      clock: { now: () => start + this.clock.monotonic() + this.#sleptMs, track: (work) => this.clock.track(work) },
    } as EmulatorOptions<EmulatorName>) as Emulator<EmulatorName>
    this.#store = this.#watched(memoryStore())
    this.#holders = Array.from({ length: options.holders }, () => this.#newHolder())
  }

  /** When somebody used a session last; `never` where clocks were set or the store has failed: then nobody can say. */
  #usedAt: number | "never" = 0
  readonly #begunAt = this.clock.now()

  #noteUse(): void {
    if (this.#usedAt !== "never") this.#usedAt = this.clock.now()
  }

  /** Carries out a command; only `advance` and `settle` wait for anything. */
  async run(command: Command): Promise<void> {
    this.look()
    const holder = this.#holders["holder" in command ? command.holder % this.#holders.length : 0]!
    if (["request", "token", "touch"].includes(command.do) && holder.alive && holder.session.getSnapshot().usable) this.#noteUse()
    if ("holder" in command && command.do !== "start" && (!holder.alive || holder.stopped)) return
    switch (command.do) {
      case "advance":
        return this.clock.advance(command.ms)
      case "settle":
        return this.clock.settle()
      case "sleep":
        this.clock.sleep(command.ms)
        this.#sleptMs += command.ms
        break
      case "jump":
        this.clock.jump(command.ms)
        this.#usedAt = "never"
        break
      case "wake":
        this.clock.wake()
        break
      case "request":
        this.#request(holder)
        break
      case "elsewhere":
        this.#note("elsewhere", holder.session.fetch("https://elsewhere.test/"), holder)
        break
      case "token":
        this.#note("accessToken", holder.session.accessToken(), holder)
        break
      case "refresh":
        this.#note("refresh", holder.session.refresh(), holder)
        break
      case "touch":
        holder.session.touch()
        break
      case "login":
        this.#logIn(holder, command.user)
        break
      case "logout":
        this.#logOut(holder)
        break
      case "fault":
        this.#fault(command.fault, command.times)
        break
      case "storeFails":
        this.#storeFailures.push({ on: command.on, times: command.times })
        this.#usedAt = "never"
        break
      case "revokeTokens":
        this.emulator.revokeAccessToken()
        break
      case "kill":
        this.doubts += 1
        holder.alive = false
        break
      case "stop":
        holder.stopped = true
        holder.session.stop()
        break
      case "start":
        if (!holder.alive || holder.stopped) this.#holders[this.#holders.indexOf(holder)] = this.#newHolder()
        break
    }
    this.look()
  }

  /** Looks at every session: what holds at every moment must hold now. */
  look(): void {
    for (const { session, alive } of this.#holders) {
      if (!alive) continue
      const snapshot = session.getSnapshot()
      if (snapshot.usable && snapshot.expiresAt !== null && this.clock.now() >= snapshot.expiresAt)
        this.violations.push("I7: usable after its deadline")
      const { reason } = snapshot
      const isNews = reason !== this.#reasons.get(session)
      this.#reasons.set(session, reason)
      if (isNews && reason !== null && !this.#mayEndBy(reason)) this.violations.push(`I2: ended by ${reason} without a cause`)
    }
  }

  /** Everything is mended: no faults, no jumps; and time enough that every wait must be over. */
  async mend(): Promise<void> {
    this.emulator.heal()
    this.#storeFailures = []
    await this.clock.advance(5_000)
    for (const { session, alive, stopped } of this.#holders) if (alive && !stopped) session.touch()
    await this.clock.advance(4 * 60_000)
    for (const holder of this.#holders) {
      if (!holder.alive || holder.stopped) continue
      let answer = await this.#probe(holder)
      // A token that lives for less than a request takes is answered 401 however often it is refreshed, and however long one waits.
      const isBrief = this.options.accessTokenTtlS < 60
      // The last grant was one for a 401, and nobody used it before it was revoked: it is distrusted for a while, as it should be.
      if (answer === 401) answer = await this.clock.advance((isBrief ? 1 : 16) * 60_000).then(() => this.#probe(holder))
      const isWell = answer === 200 || (isBrief && holder.session.getSnapshot().authenticated)
      if (!isWell && this.mustLive) this.violations.push(`I6: did not come back (${String(answer)})`)
    }
  }

  /** What a request comes to within its wait limit; undefined: nothing. */
  async #probe({ session }: Holder): Promise<unknown> {
    let answer: unknown
    void session.fetch("/resource").then(
      ({ status }) => (answer = status),
      (error: Error) => (answer = error.message),
    )
    await this.clock.advance(40_000)
    return answer
  }

  /** Whether a session must live: nobody ended it, and no answer was lost that a strict provider makes unrepeatable. */
  get mustLive(): boolean {
    const repeats = !this.options.rotates && this.options.name !== "menu"
    return (
      this.options.limits === undefined && !this.causes.has("user") && (this.doubts === 0 || repeats) && this.#sleptMs < 6 * 24 * 3_600_000
    )
  }

  get living(): Session<unknown, never>[] {
    return this.#holders.filter(({ alive, stopped }) => alive && !stopped).map(({ session }) => session)
  }

  readonly #reasons = new WeakMap<Session<unknown, never>, string | null>()

  /** What reasons of an end the world has given cause for. */
  readonly causes = new Set<string>(["elsewhere"])

  #mayEndBy(reason: string): boolean {
    if (reason === "user" || reason === "elsewhere") return this.causes.has("user") || reason === "elsewhere"
    const now = this.clock.now()
    const { idleTimeoutMs = Infinity, maxAgeMs = Infinity } = this.options.limits ?? {}
    // Other holders hear of use once a second.
    if (reason === "idle") return idleTimeoutMs < Infinity && (this.#usedAt === "never" || now - this.#usedAt >= idleTimeoutMs - 1_000)
    if (reason === "maxAge") return maxAgeMs < Infinity && (this.#usedAt === "never" || now - this.#begunAt >= maxAgeMs)
    // A named rule: the provider must have refused a refresh.
    return this.emulator.log.some(
      ({ on, status }) => on === "refresh" && typeof status === "number" && (status === 200 || status >= 400) && status < 500,
    )
  }

  #newHolder(): Holder {
    const holder: Holder = { alive: true, stopped: false, session: undefined as never }
    const { clock } = this
    const ofHolder: Clock = {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      setTimeout: (callback, ms) =>
        clock.setTimeout(() => {
          if (holder.alive) callback()
        }, ms),
      clearTimeout: (handle) => clock.clearTimeout(handle),
      wake: () => clock.wake(),
    }
    holder.session = createSession({
      provider: providerOf(this.options.name)(this.emulator.options as never),
      baseURL: this.emulator.url,
      store: this.#storeOf(holder),
      clock: ofHolder,
      fetch: (input, init) => this.#fetch(holder, input, init),
      keepAlive: this.options.keepAlive,
      ...this.options.limits,
    })
    this.#note("ready", holder.session.ready(), holder)
    return holder
  }

  #request(holder: Holder): void {
    const number = String(this.#requestNumber++)
    this.#note(`request ${number}`, holder.session.fetch("/resource", { headers: { "x-request": number } }), holder)
  }

  #logIn(holder: Holder, user: number): void {
    const { emulator } = this
    const credentials = emulator.users[user % 2]
    const login =
      credentials === undefined
        ? this.clock
            .track(emulator.mint({ user: (user % 2) as 0 | 1 }))
            .then((response) => (holder.alive && !holder.stopped ? holder.session.accept(response) : null))
        : (holder.session.login as (given: unknown) => Promise<unknown>)(credentials)
    this.#note("login", login, holder)
  }

  #logOut(holder: Holder): void {
    this.causes.add("user")
    const { sid } = holder.session.getSnapshot()
    this.#note("logout", holder.session.logout(), holder)
    if (sid !== null && holder.session.getSnapshot().sid === sid) this.violations.push("I10: signed in right after logout()")
  }

  #fault(fault: Fault, times: number): void {
    this.doubts += times
    this.emulator.fail({ on: "refresh", with: fault, times })
  }

  #note(what: string, work: Promise<unknown>, holder: Holder): void {
    const call: Call = { what, begun: this.clock.now(), outcome: "pending" }
    this.calls.push(call)
    work.then(
      () => {
        call.outcome = "done"
      },
      (error: Error) => {
        call.outcome = error
      },
    )
    this.#owners.set(call, holder)
  }

  readonly #owners = new Map<Call, Holder>()

  /** Calls of holders that were not killed which nobody has answered. */
  get unsettled(): string[] {
    return this.calls.filter((call) => call.outcome === "pending" && this.#owners.get(call)?.alive !== false).map(({ what }) => what)
  }

  /** The way to the provider: takes its time, and drops what a killed holder had under way. */
  async #fetch(holder: Holder, input: string | URL | Request, init?: RequestInit): Promise<Response> {
    if (!holder.alive) return new Promise(() => {})
    const url = new URL(input instanceof Request ? input.url : input)
    const authorization = new Headers(init?.headers).get("authorization")
    if (url.origin !== this.emulator.url) {
      if (authorization !== null) this.violations.push(`I9: a credential left for ${url.origin}`)
      return new Response("")
    }
    const isResource = url.pathname === "/resource"
    if (isResource && authorization !== null) {
      const token = authorization.slice("Bearer ".length)
      if (!this.#stored.has(token) && holder.session.getSnapshot().degraded !== "store")
        this.violations.push("I11: a token was used before it was stored")
    }
    await this.#delay()
    const refreshed = !isResource && isRefreshOf(this.options.name, url, init) ? this.#sessionIn(url, init) : null
    if (refreshed !== null) {
      this.#refreshing.push(refreshed)
      if (this.#refreshing.filter((session) => session === refreshed).length > 1 + this.doubts)
        this.violations.push("I1: two refreshes of a session at once")
    }
    try {
      const response = await this.emulator.fetch(input, init)
      await this.#delay()
      return holder.alive ? response : await new Promise<never>(() => {})
    } finally {
      if (refreshed !== null) this.#refreshing.splice(this.#refreshing.indexOf(refreshed), 1)
    }
  }

  /** The provider's session whose refresh credential a request carries. */
  #sessionIn(url: URL, init: RequestInit | undefined): string {
    const sent = decodeURIComponent([url.href, ...new Headers(init?.headers).values(), bodyOf(init)].join(" "))
    return this.emulator.ledger.refreshCredentials.find(({ credential }) => sent.includes(credential))?.sessionId ?? "unknown"
  }

  #delay(): Promise<void> {
    const { latencies } = this.options
    const ms = latencies[this.#latency++ % latencies.length] ?? 0
    return ms === 0
      ? Promise.resolve()
      : new Promise((resolve) => {
          this.clock.setTimeout(resolve, ms)
        })
  }

  /** A store that a killed holder can do nothing to. */
  #storeOf(holder: Holder): SessionStore {
    const store = this.#store
    return {
      name: store.name,
      connect: (options) => {
        const connection = store.connect(options)
        return new Proxy(connection, {
          get: (target, name) => {
            const method = Reflect.get(target, name, target) as (...given: unknown[]) => unknown
            if (name === "watch")
              return (listener: (notice: never) => void) =>
                target.watch((notice) => {
                  if (holder.alive) listener(notice as never)
                })
            return (...given: unknown[]) => {
              if (!holder.alive) return new Promise(() => {})
              const failure = this.#storeFailures.find(({ on, times }) => on === name && times > 0)
              if (failure !== undefined) {
                failure.times -= 1
                if (name === "commit" || name === "create" || name === "end") this.doubts += 1
                return Promise.reject(new Error("the store is away"))
              }
              return method.apply(target, given)
            }
          },
        })
      },
    }
  }

  /** Notes what is written: one successor for each generation, and which tokens have rested in the store. */
  #watched(store: SessionStore): SessionStore {
    return {
      name: store.name,
      connect: (options) => {
        const connection = store.connect(options)
        const written = (record: SessionRecord) => {
          const key = `${record.sid} ${record.generation}`
          const known = this.#successors.get(key)
          if (known !== undefined && known !== record.accessToken) this.violations.push(`I4: generation ${key} has two successors`)
          this.#successors.set(key, record.accessToken)
          this.#stored.add(record.accessToken)
        }
        const create = connection.create.bind(connection)
        const commit = connection.commit.bind(connection)
        return Object.assign(connection, {
          create: async (record: SessionRecord) => {
            await create(record)
            written(record)
          },
          commit: async (sid: string, spent: number, record: SessionRecord) => {
            const came = await commit(sid, spent, record)
            if (came === "committed") written(record)
            return came
          },
        })
      },
    }
  }
}

/** Numbers in [0, 1) that look random (mulberry32). */
function numbersFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

function bodyOf(init: RequestInit | undefined): string {
  return init?.body instanceof URLSearchParams ? init.body.toString() : typeof init?.body === "string" ? init.body : ""
}

function isRefreshOf(name: EmulatorName, { pathname }: URL, init: RequestInit | undefined): boolean {
  const headers = new Headers(init?.headers)
  switch (name) {
    case "geins":
      return headers.has("x-auth-refresh-token") && pathname.endsWith("/login")
    case "unisouk":
      return pathname.startsWith("/auth/refresh")
    case "menu":
      return pathname === "/api/customers/refresh"
    case "commerce-engine":
      return pathname === "/auth/refresh-token"
    case "vault":
      return pathname === "/v1/auth/token"
    case "oauth2":
      return pathname === "/oauth/token"
  }
}
