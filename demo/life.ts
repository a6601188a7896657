import { setTimeout as sleep } from "node:timers/promises"
import { NotAuthenticatedError, SessionEndedError } from "../src/index.ts"
import type { Stage } from "./stage.ts"

/** What a user has seen of a session's life. */
export interface Life {
  /** Requests sent by the user; whatever the session did about them does not count. */
  readonly asked: number
  /** What cut the life short; null: every step was lived through. */
  readonly cutShort: string | null
}

/** How long the server asks to be left alone, s. */
export const RETRY_AFTER_S = 1

/**
 * Lives through everything that a session meets: a user who goes on asking, and a provider that makes it hard. Never rejects.
 *
 * @param firstTrial where in the round of trials to begin, so that lives side by side differ.
 */
export async function live(stage: Stage, signal: AbortSignal, firstTrial = 0): Promise<Life> {
  const user = new User(stage, signal)
  const aborted = new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error)))
  aborted.catch(() => {})
  const round = trials.map((_, at) => trials[(firstTrial + at) % trials.length]!)
  for (const [does, step] of [...beginning, ...round, ...ending]) {
    try {
      signal.throwIfAborted()
      await Promise.race([step(stage, user), aborted])
    } catch (error) {
      return { asked: user.asked, cutShort: `${does}: ${error instanceof Error ? error.message : String(error)}` }
    }
  }
  return { asked: user.asked, cutShort: null }
}

type Step = readonly [does: string, step: (stage: Stage, user: User) => Promise<unknown>]

const beginning: readonly Step[] = [
  ["sign in", (stage) => stage.signIn()],
  ["request a resource", (_, user) => user.visit()],
]

const trials: readonly Step[] = [
  ["live through expiry", (_, user) => user.visitUntilRefreshed()],
  [
    "outlast a 503 with Retry-After",
    async ({ emulator }, user) => {
      emulator.fail({ on: "refresh", with: 503, retryAfter: RETRY_AFTER_S })
      // Nobody looks, so where the token is unused so far, the session lets it come close to its end.
      await user.lookAwayUntilExpiring()
      await user.visitUntilRefreshed()
    },
  ],
  [
    "survive a revoked token",
    async ({ emulator }, user) => {
      await user.visitFor(600)
      emulator.revokeAccessToken()
      await user.visitUntilRefreshed()
    },
  ],
  [
    "survive a lost answer",
    async ({ emulator }, user) => {
      emulator.fail({ on: "refresh", with: "lost" })
      await user.visitUntilRefreshed()
    },
  ],
]

const ending: readonly Step[] = [
  ["go on after all that", (_, user) => user.visitFor(600)],
  ["log out", ({ session }) => session.logout()],
  ["stay logged out", (_, user) => user.expectToBeTurnedAway()],
]

/** Somebody who opens a page with three requests, again and again. */
class User {
  readonly #session: Stage["session"]
  readonly #signal: AbortSignal
  asked = 0

  constructor({ session }: Stage, signal: AbortSignal) {
    this.#session = session
    this.#signal = signal
  }

  async visit(): Promise<void> {
    await Promise.all([this.#ask("cart"), this.#ask("orders"), this.#ask("profile")])
    await this.#pause(80)
  }

  async visitUntilRefreshed(): Promise<void> {
    const before = this.#session.getSnapshot().generation
    while (this.#session.getSnapshot().generation === before) await this.visit()
  }

  async visitFor(ms: number): Promise<void> {
    for (const end = Date.now() + ms; Date.now() < end;) await this.visit()
  }

  async lookAwayUntilExpiring(): Promise<void> {
    while (this.#session.getSnapshot().status === "active") await this.#pause(20)
    await this.#pause(100)
  }

  async expectToBeTurnedAway(): Promise<void> {
    const answer = await this.#session.fetch("resource/after-logout", { signal: this.#signal }).catch((error: unknown) => error)
    if (!(answer instanceof SessionEndedError || answer instanceof NotAuthenticatedError)) throw new Error("a request was not turned away")
  }

  async #ask(what: string): Promise<void> {
    this.asked++
    const response = await this.#session.fetch(`/resource/${what}`, { signal: this.#signal })
    await response.arrayBuffer()
    if (!response.ok) throw new Error(`the user was answered ${response.status}`)
  }

  #pause(ms: number): Promise<void> {
    return sleep(ms, undefined, { signal: this.#signal })
  }
}
