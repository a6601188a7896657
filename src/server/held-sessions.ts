import type { SessionContext } from "../../machines/session.types.ts"
import { systemClock, type Clock } from "../core/clock.ts"
import { createSession } from "../session.ts"
import type { Session, SessionOptions } from "../session.types.ts"

type AnySession = Session<unknown, unknown>

/** How long a session whose last refresh has not yet helped against a 401 is kept in mind, ms. */
const DOUBT_MS = 60_000

/**
 * The sessions that somebody in this process is just using: one object for each, however many requests there are, so that they share its
 * refresh. One that nobody uses is stopped; at rest a session is a record in the store and nothing else.
 */
export class HeldSessions {
  readonly #optionsOf: (id: string) => SessionOptions<unknown, unknown>
  readonly #clock: Clock
  readonly #held = new Map<string, { readonly session: AnySession; users: number }>()
  readonly #stopping = new Set<Promise<void>>()

  constructor(optionsOf: (id: string) => SessionOptions<unknown, unknown>, clock: Clock = systemClock) {
    this.#optionsOf = optionsOf
    this.#clock = clock
  }

  /** Whether somebody is using this session here. */
  has(id: string): boolean {
    return this.#held.has(id)
  }

  /** Lends the session of this id to somebody. */
  async lend<Result>(id: string, use: (session: AnySession) => Promise<Result>): Promise<Result> {
    const held = this.#held.get(id) ?? { session: createSession(this.#optionsOf(id)), users: 0 }
    this.#held.set(id, held)
    held.users += 1
    const giveBack = () => {
      held.users -= 1
      if (held.users === 0) this.#letGo(id, held.session)
    }
    try {
      return await use(held.session)
    } finally {
      const doubtMs = doubtOf(held.session, this.#clock.now())
      if (held.session.getSnapshot().degraded === "store") whenStored(held.session, giveBack)
      else if (doubtMs > 0) this.#clock.setTimeout(giveBack, doubtMs)
      else giveBack()
    }
  }

  /** Resolves when nothing of any session is under way in this process. What has been sent is carried through. */
  async drained(): Promise<void> {
    for (const [id, { session }] of this.#held) this.#letGo(id, session)
    while (this.#stopping.size > 0) await Promise.all(this.#stopping)
  }

  #letGo(id: string, session: AnySession): void {
    if (this.#held.get(id)?.session === session) this.#held.delete(id)
    session.stop()
    const stopped: Promise<void> = session.stopped.finally(() => this.#stopping.delete(stopped))
    this.#stopping.add(stopped)
  }
}

/** A grant that the store did not take is stored later, by the session that has it: nobody else can. */
function whenStored(session: AnySession, act: () => void): void {
  const stopListening = session.subscribe(() => {
    if (session.getSnapshot().degraded === "store") return
    stopListening()
    act()
  })
}

/** For how long a session must not be forgotten: that refreshing does not help against an endpoint's 401s is known to its chart alone, ms. */
function doubtOf(session: AnySession, now: number): number {
  const { unproved, distrustedUntil, refutedUntil } = (session.actor.getSnapshot() as { readonly context: SessionContext }).context
  return Math.max(unproved === null ? 0 : DOUBT_MS, distrustedUntil - now, refutedUntil - now)
}
