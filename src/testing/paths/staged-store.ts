import { readRecord, type SessionRecord } from "../../core/record.ts"
import type { HolderOptions, Notice, SessionStore, StoreConnection } from "../../core/store.ts"
import { memoryStore } from "../../stores/memory.ts"

/** The methods that a move may hold, or make fail. */
export type Staged = "read" | "create" | "acquire" | "markSent" | "commit" | "end"

type Mode = "works" | "fails" | "is held"

/** A store in memory whose answers to one session come when a test wants them. Other holders connect to the store inside it. */
export class StagedStore implements SessionStore {
  readonly name = "staged"
  readonly inside = memoryStore()
  readonly #modes = new Map<Staged, Mode>()
  readonly #held: { readonly method: Staged; readonly go: (mode: "works" | "fails") => void }[] = []
  readonly #late: (() => void)[] = []
  /** Whether what other holders do is not heard before {@link listen}. */
  isDeaf = false

  /** What becomes of the calls of a method from now on. */
  set(method: Staged, mode: Mode): void {
    this.#modes.set(method, mode)
  }

  /** How many calls of a method are held. */
  heldBy(method: Staged): number {
    return this.#held.filter((held) => held.method === method).length
  }

  /** Lets the calls of a method that are held go on, but for the newest of them. */
  open(method: Staged, mode: "works" | "fails" = "works", keep = 0): void {
    const held = this.#held.filter((one) => one.method === method)
    for (const one of held.slice(0, held.length - keep)) {
      this.#held.splice(this.#held.indexOf(one), 1)
      one.go(mode)
    }
  }

  /** From now on everything works. */
  mend(): void {
    this.#modes.clear()
    for (const { go } of this.#held.splice(0)) go("works")
  }

  /** What other holders did while it was deaf is heard now, late. */
  listen(): void {
    this.isDeaf = false
    for (const tell of this.#late.splice(0)) tell()
  }

  /** What the store holds, as one who only looks sees it. */
  async look(options: HolderOptions): Promise<SessionRecord | null> {
    return readRecord(await this.inside.connect(options).read())
  }

  connect(options: HolderOptions): StoreConnection {
    const connection = this.inside.connect(options)
    const staged =
      <Given extends readonly unknown[], Came>(method: Staged, act: (...given: Given) => Promise<Came>) =>
      async (...given: Given) => {
        await this.#passes(method)
        return act(...given)
      }
    return {
      read: staged("read", async () => readRecord(await connection.read())),
      create: staged("create", (record, options) => connection.create(record, options)),
      acquire: staged("acquire", (sid, seen) => connection.acquire(sid, seen)),
      markSent: staged("markSent", (sid, generation) => connection.markSent(sid, generation)),
      commit: staged("commit", (sid, spent, record) => connection.commit(sid, spent, record)),
      // Only the end of what was refused: a logout is no part of a refresh.
      end: async (sid, generation, more) => {
        if (generation !== null) await this.#passes("end")
        return connection.end(sid, generation, more)
      },
      clearSent: (sid, generation) => connection.clearSent(sid, generation),
      renew: (sid) => connection.renew(sid),
      release: (sid, notBefore) => connection.release(sid, notBefore),
      noteUse: (sid, at) => connection.noteUse(sid, at),
      watch: (listener) =>
        connection.watch((notice: Notice) => {
          if (this.isDeaf) this.#late.push(() => listener(notice))
          else listener(notice)
        }),
      close: () => connection.close(),
    }
  }

  async #passes(method: Staged): Promise<void> {
    const mode = this.#modes.get(method) ?? "works"
    const came = mode === "is held" ? await new Promise<"works" | "fails">((go) => this.#held.push({ method, go })) : mode
    if (came === "fails") throw new Error(`the store is away (${method})`)
  }
}
