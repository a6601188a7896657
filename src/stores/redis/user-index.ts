import type { Clock } from "../../core/clock.ts"
import type { SessionRecord } from "../../core/record.ts"
import { userIdOf } from "../../core/user-id.ts"
import type { Commands } from "./commands.ts"
import { hashed } from "./hashed.ts"
import type { Beside } from "./record-fields.ts"

/** A session of a user: its slot and its sid, so that one that took its place there is not taken for it. */
export interface Member {
  readonly slotId: string
  readonly sid: string
}

/**
 * Which sessions a user has: a list of its own, because a cluster keeps it elsewhere. A session is put into it before it is written, so
 * that none is missing; it may name some that are there no more.
 */
export class UserIndex {
  readonly #commands: Commands
  readonly #clock: Clock
  readonly #prefix: string

  constructor(commands: Commands, clock: Clock, prefix: string) {
    this.#commands = commands
    this.#clock = clock
    this.#prefix = prefix
  }

  /** What a user's sessions are listed under; null for one without an id. */
  static async keyFor({ user }: SessionRecord): Promise<string | null> {
    const id = userIdOf(user)
    return id === null ? null : hashed(id)
  }

  async add(member: Member, { userKey, keepUntil }: Beside): Promise<void> {
    if (userKey === null) return
    const time = this.#commands.timeOf(this.#clock)
    await this.#run("addToUser", userKey, () => ({ member: textOf(member), keepUntil: time.theirs(keepUntil) }))
  }

  /** Takes a session out that is over. Never rejects, and need not be waited for: one that stays is skipped, and goes with the time. */
  async drop(member: Member, userKey: string | null): Promise<void> {
    if (userKey !== null) await this.#run("dropFromUser", userKey, () => ({ member: textOf(member) })).catch(() => {})
  }

  async list(userKey: string): Promise<Member[]> {
    const { told } = await this.#run("listOfUser", userKey, () => ({}))
    return told.map(memberIn)
  }

  #run(script: "addToUser" | "dropFromUser" | "listOfUser", userKey: string, given: Parameters<Commands["run"]>[3]) {
    return this.#commands.run(script, `${this.#prefix}:user:${userKey}`, this.#clock, given)
  }
}

function textOf({ slotId, sid }: Member): string {
  return `${slotId} ${sid}`
}

function memberIn(text: string): Member {
  const end = text.indexOf(" ")
  return { slotId: text.slice(0, end), sid: text.slice(end + 1) }
}
