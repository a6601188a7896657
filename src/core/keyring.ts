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
  /** The newest last. */
  #offered: readonly SessionRecord[] = []

  /** Whether the store has the record in use, or had the one that was in use last. */
  isStored = true

  /** The record in use; null while nobody is signed in. */
  get current(): SessionRecord | null {
    return this.#current
  }

  /** Lays a grant ready to be taken. */
  offer(record: SessionRecord): Facts {
    this.#offered = [...this.#offered.filter((each) => !isSame(each, record)), record]
    return factsOf(record)
  }

  /** The record of these facts, offered or in use. */
  find(facts: Pick<Facts, "sid" | "generation">): SessionRecord | null {
    const offered = this.#offered.find((record) => isSame(record, facts))
    return offered ?? (this.#current !== null && isSame(this.#current, facts) ? this.#current : null)
  }

  /** Makes the record of these facts the one in use; what was offered before it is forgotten. */
  take(facts: Facts, isStored: boolean): void {
    this.#current = this.find(facts) ?? this.#current
    this.isStored = isStored
    this.#offered = this.#offered.filter(({ sid, generation }) => sid !== facts.sid || generation > facts.generation)
  }

  /** Forgets every token, but for the record that was in use: signing out needs it once more. */
  drop(): void {
    this.#retired = this.#current
    this.#current = null
    this.#offered = []
  }

  /** Every secret in here, to be blotted out of foreign error messages. */
  secrets(): string[] {
    const records = [this.#current, this.#retired, ...this.#offered]
    return records.flatMap((record) => [record?.accessToken, record?.refreshToken]).filter((secret) => typeof secret === "string")
  }

  /** The record that was in use last; it can be asked for once. */
  takeRetired(): SessionRecord | null {
    const retired = this.#retired
    this.#retired = null
    return retired
  }
}

function isSame(one: Pick<Facts, "sid" | "generation">, other: Pick<Facts, "sid" | "generation">): boolean {
  return one.sid === other.sid && one.generation === other.generation
}
