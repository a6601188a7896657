import type { SessionContext } from "../../machines/session.types.ts"
import { systemClock, type Clock } from "../core/clock.ts"
import { createSession } from "../session.ts"
import type { Session, SessionOptions } from "../session.types.ts"
import type { Slot } from "./slot.ts"

type AnySession = Session<unknown, unknown>

/** How long a session whose last refresh has not yet helped against a 401 is kept in mind, ms. */
const DOUBT_MS = 60_000

/** How long a server that ends waits for refreshes that are out, and for a store that is away to take what they grant, ms. */
const DRAIN_MS = 20_000

/**
 * The sessions that somebody in this process is just using: one object for each, however many requests there are, so that they share its
 * refresh. One that nobody uses is stopped; at rest a session is a record in the store and nothing else.
 */
export class HeldSessions {
  readonly #optionsOf: (slot: Slot) => SessionOptions<unknown, unknown>
  readonly #clock: Clock
  readonly #held = new Map<string, { readonly session: AnySession; users: number }>()
  readonly #stopping = new Set<Promise<void>>()

  constructor(optionsOf: (slot: Slot) => SessionOptions<unknown, unknown>, clock: Clock = systemClock) {
    this.#optionsOf = optionsOf
    this.#clock = clock
  }

  /** Whether somebody is using this session here. */
  has({ id }: Slot): boolean {
    return this.#held.has(id)
  }

  /** Lends the session of this slot to somebody. */
  async lend<Result>(slot: Slot, use: (session: AnySession) => Promise<Result>): Promise<Result> {
    const { id } = slot
    const held = this.#held.get(id) ?? { session: createSession(this.#optionsOf(slot)), users: 0 }
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
      if (!isStored(held.session)) void until(held.session, isStored).then(giveBack)
      else if (doubtMs > 0) this.#clock.setTimeout(giveBack, doubtMs)
      else giveBack()
    }
  }

  /**
   * Resolves when nothing of any session is under way in this process. What has been sent is carried through, and a grant that the store
   * has not taken is not let go before {@link DRAIN_MS}.
   */
  async drained(): Promise<void> {
    const sessions = () => Array.from(this.#held.values(), ({ session }) => session)
    await this.#within(DRAIN_MS, Promise.all(sessions().map((session) => until(session, isSettled))))
    const lost = sessions().filter((session) => !isStored(session)).length
    if (lost > 0)
      console.error(
        `sessionchart: the server ends while its store is away: what ${lost} of its sessions were granted is lost, and some may end for that`,
      )
    for (const [id, { session }] of this.#held) this.#letGo(id, session)
    while (this.#stopping.size > 0) await Promise.all(this.#stopping)
  }

  /** Waits for something, but not for longer than that. */
  #within(ms: number, work: Promise<unknown>): Promise<unknown> {
    return new Promise((resolve) => {
      const timer = this.#clock.setTimeout(() => resolve(undefined), ms)
      void work.then(resolve).finally(() => this.#clock.clearTimeout(timer))
    })
  }

  #letGo(id: string, session: AnySession): void {
    if (this.#held.get(id)?.session === session) this.#held.delete(id)
    session.stop()
    const stopped: Promise<void> = session.stopped.finally(() => this.#stopping.delete(stopped))
    this.#stopping.add(stopped)
  }
}

/** A grant that the store did not take is stored later, by the session that has it: nobody else can. */
function isStored(session: AnySession): boolean {
  return session.getSnapshot().degraded !== "store"
}

/** No refresh is out, and what it granted is stored. */
function isSettled(session: AnySession): boolean {
  return isStored(session) && !session.actor.getSnapshot().hasTag("asking")
}

/** Resolves as soon as something holds of a session. */
function until(session: AnySession, holds: (session: AnySession) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (!holds(session)) return
      listening.unsubscribe()
      resolve()
    }
    const listening = session.actor.subscribe(look)
    look()
  })
}

/** For how long a session must not be forgotten: that refreshing does not help against an endpoint's 401s is known to its chart alone, ms. */
function doubtOf(session: AnySession, now: number): number {
  const { unproved, distrustedUntil, refutedUntil } = (session.actor.getSnapshot() as { readonly context: SessionContext }).context
  return Math.max(unproved === null ? 0 : DOUBT_MS, distrustedUntil - now, refutedUntil - now)
}
