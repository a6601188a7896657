import type { Clock } from "../../core/clock.ts"
import { oncePer } from "../../core/once-per.ts"
import { StoreUnavailableError } from "../../errors.ts"
import type { Access } from "./client.ts"
import { RedisTime } from "./redis-time.ts"
import { scripts, type ScriptName } from "./scripts.ts"

/** How long Redis may take for one command, ms. */
const LIMIT_MS = 5_000

/** For how long after a failure it counts that Redis was away, ms: a process whose grants it has not taken tries them all that time. */
const LATELY_MS = 10_000

/** How long a process that was busy or frozen until then has to read what has come meanwhile, ms: timers are served before sockets. */
const HEARING_MS = 50

/** What a script is given, by name; what is null is left out. */
export type Given = Readonly<Record<string, string | number | null>>

/** What a script answers. */
export interface Reply {
  readonly outcome: string
  /** What it tells: the fields of a hash and their values in turn, or the members of a set. */
  readonly told: readonly string[]
}

/** Runs the scripts, within a time limit, and knows for each clock how far Redis' differs. */
export class Commands {
  /** How a process' clock and Redis' differ. */
  readonly timeOf = oncePer((clock: Clock) => new RedisTime(clock))
  readonly #access: Access
  /** When Redis has failed us last, by the monotonic time of each clock, ms. */
  readonly #failedAt = new WeakMap<Clock, number>()
  readonly #sha1s = new Map<ScriptName, Promise<string>>()

  constructor(access: Access) {
    this.#access = access
  }

  /**
   * Runs a script on one key. What it is given is asked for once Redis' time is known, and again if that turns out to be another one.
   *
   * @throws {StoreUnavailableError} when Redis is away, takes too long or says no. Its message shows nothing of what was given.
   */
  async run(script: ScriptName, key: string, clock: Clock, given: () => Given): Promise<Reply> {
    const time = this.timeOf(clock)
    while (!time.isKnown) await this.#ask("read", key, clock, {})
    for (let tries = 1; ; tries++) {
      const reply = await this.#ask(script, key, clock, { notAfter: time.theirs(clock.now()) + LIMIT_MS, ...given() })
      if (reply.outcome !== "late") return reply
      // Our clock was set back since we heard Redis' time last; now we know.
      if (tries === 2) throw new StoreUnavailableError("Redis: the command came too late")
    }
  }

  /** Whether Redis has failed this process in the last 10 s. */
  wasAwayLately(clock: Clock): boolean {
    return clock.monotonic() - (this.#failedAt.get(clock) ?? -Infinity) < LATELY_MS
  }

  async #ask(script: ScriptName, key: string, clock: Clock, given: Given): Promise<Reply> {
    const texts = Object.entries(given).flatMap(([name, value]) => (value === null ? [] : [name, String(value)]))
    const hear = this.timeOf(clock).ask()
    try {
      const [outcome, now, told] = (await limited(clock, this.#evaluate(script, key, texts))) as [unknown, unknown, readonly unknown[]]
      hear(Number(String(now)))
      return { outcome: String(outcome), told: told.map(String) }
    } catch (error) {
      this.#failedAt.set(clock, clock.monotonic())
      throw failureBy(error)
    }
  }

  async #evaluate(script: ScriptName, key: string, texts: readonly string[]): Promise<unknown> {
    const sha1 = this.#sha1s.get(script) ?? sha1Of(scripts[script])
    this.#sha1s.set(script, sha1)
    try {
      return await this.#access.run("sha1", await sha1, key, texts)
    } catch (error) {
      // A Redis that was started anew, or took over, does not know it yet.
      if (!messageOf(error).startsWith("NOSCRIPT")) throw error
      return this.#access.run("text", scripts[script], key, texts)
    }
  }
}

function limited<Output>(clock: Clock, work: Promise<Output>): Promise<Output> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(new Error(`it has not answered for ${LIMIT_MS / 1000} s`))
    let timer = clock.setTimeout(() => {
      timer = clock.setTimeout(giveUp, HEARING_MS)
    }, LIMIT_MS)
    work.then(resolve, reject).finally(() => clock.clearTimeout(timer))
  })
}

/** Without its cause: the clients hang what they have sent on it, tokens and all, and Redis quotes of it what it does not understand. */
function failureBy(error: unknown): StoreUnavailableError {
  return new StoreUnavailableError(`Redis: ${messageOf(error).split(", with args")[0]}`)
}

function messageOf(error: unknown): string {
  const { message, code } = (error ?? {}) as { message?: string; code?: string }
  return message || code || (error as object | null)?.constructor.name || "the client failed"
}

async function sha1Of(script: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-1", new TextEncoder().encode(script))
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("")
}
