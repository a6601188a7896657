import type { Facts } from "./facts.ts"
import { factsOf } from "./grant.ts"
import type { SessionRecord } from "./record.ts"

/**
 * Where the tokens of a running session are, outside the chart. Whoever gets a grant offers it here and tells the chart its facts;
 * the chart's `take` makes it the current one in the same transition that takes the facts.
 */
export class Keyring {
  #current: SessionRecord | null = null
  #retired: SessionRecord | null = null
  readonly #offered = new Map<string, SessionRecord>()

  /** Whether the store has the record in use, or had the one that was in use last. */
  isStored = true

  /** The record in use; null while nobody is signed in. */
  get current(): SessionRecord | null {
    return this.#current
  }

  /** Lays a grant ready to be taken. */
  offer(record: SessionRecord): Facts {
    this.#offered.set(keyOf(record), record)
    return factsOf(record)
  }

  /** The record of these facts, offered or in use. */
  find(facts: Pick<Facts, "sid" | "generation">): SessionRecord | null {
    const key = keyOf(facts)
    return this.#offered.get(key) ?? (this.#current !== null && keyOf(this.#current) === key ? this.#current : null)
  }

  /** Makes the record of these facts the one in use; what was offered before it is forgotten. */
  take(facts: Facts, isStored: boolean): void {
    this.#current = this.find(facts) ?? this.#current
    this.isStored = isStored
    for (const [key, { sid, generation }] of this.#offered) {
      if (sid === facts.sid && generation <= facts.generation) this.#offered.delete(key)
    }
  }

  /** Forgets every token, but for the record that was in use: signing out needs it once more. */
  drop(): void {
    this.#retired = this.#current
    this.#current = null
    this.#offered.clear()
  }

  /** Every secret in here, to be blotted out of foreign error messages. */
  secrets(): string[] {
    const records = [this.#current, this.#retired, ...this.#offered.values()]
    return records.flatMap((record) => [record?.accessToken, record?.refreshToken]).filter((secret) => typeof secret === "string")
  }

  /** The record that was in use last; it can be asked for once. */
  takeRetired(): SessionRecord | null {
    const retired = this.#retired
    this.#retired = null
    return retired
  }
}

function keyOf({ sid, generation }: Pick<Facts, "sid" | "generation">): string {
  return `${sid} ${generation}`
}
