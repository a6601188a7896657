import { guarded } from "./guarded.ts"
import type { SessionEvents, SessionSnapshot } from "./session.types.ts"

type Handler = (event: never) => void

/** Tells listeners that a session has changed, and what that change was. */
export class Announcer {
  // Lists that are made anew: many sessions have nobody who listens, and whoever is told may unsubscribe meanwhile.
  #listeners: readonly (() => void)[] = []
  #handlers: readonly { readonly type: keyof SessionEvents; readonly handler: Handler }[] = []
  #stop: (() => void) | undefined
  #stopped: Promise<void> | null = null

  subscribe(listener: () => void): () => void {
    const own = () => listener()
    this.#listeners = [...this.#listeners, own]
    return () => {
      this.#listeners = this.#listeners.filter((each) => each !== own)
    }
  }

  on<Type extends keyof SessionEvents>(type: Type, handler: (event: SessionEvents[Type]) => void): () => void {
    const own = { type, handler }
    this.#handlers = [...this.#handlers, own]
    return () => {
      this.#handlers = this.#handlers.filter((each) => each !== own)
    }
  }

  /** Says what has happened between two snapshots. */
  announce(before: SessionSnapshot, snapshot: SessionSnapshot): void {
    for (const listener of this.#listeners) guarded(listener)
    const { sid, generation, reason, degraded, error } = snapshot
    if (sid !== null && (sid !== before.sid || generation !== before.generation)) this.#tell("granted", { snapshot })
    if (snapshot.status === "loggedOut" && before.status !== "loggedOut" && reason !== null) this.#tell("ended", { reason, snapshot })
    if (degraded !== null && degraded !== before.degraded) this.#tell("degraded", { why: degraded, error })
    if (degraded === null && before.degraded !== null && sid !== null) this.#tell("recovered", { snapshot })
  }

  /** Resolves once the session has stopped and all its work is done. */
  get stopped(): Promise<void> {
    this.#stopped ??= new Promise((resolve) => {
      this.#stop = resolve
    })
    return this.#stopped
  }

  stop(): void {
    this.#stopped ??= Promise.resolve()
    this.#stop?.()
    this.#listeners = []
    this.#handlers = []
  }

  #tell<Type extends keyof SessionEvents>(type: Type, event: SessionEvents[Type]): void {
    for (const each of this.#handlers) if (each.type === type) guarded(() => each.handler(event as never))
  }
}
