import { guarded } from "./guarded.ts"
import type { SessionEvents, SessionSnapshot } from "./session.types.ts"

type Handler = (event: never) => void

/** Tells listeners that a session has changed, and what that change was. */
export class Announcer {
  readonly #listeners = new Set<() => void>()
  readonly #handlers = new Map<keyof SessionEvents, Set<Handler>>()
  #stop: (() => void) | undefined
  #stopped: Promise<void> | null = null

  subscribe(listener: () => void): () => void {
    const own = () => listener()
    this.#listeners.add(own)
    return () => void this.#listeners.delete(own)
  }

  on<Type extends keyof SessionEvents>(type: Type, handler: (event: SessionEvents[Type]) => void): () => void {
    const handlers = this.#handlers.get(type) ?? new Set()
    this.#handlers.set(type, handlers)
    const own = (event: SessionEvents[Type]) => handler(event)
    handlers.add(own)
    return () => void handlers.delete(own)
  }

  /** Says what has happened between two snapshots. */
  announce(before: SessionSnapshot, snapshot: SessionSnapshot): void {
    for (const listener of Array.from(this.#listeners)) guarded(listener)
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
    this.#listeners.clear()
    this.#handlers.clear()
  }

  #tell<Type extends keyof SessionEvents>(type: Type, event: SessionEvents[Type]): void {
    for (const handler of Array.from(this.#handlers.get(type) ?? [])) guarded(() => handler(event as never))
  }
}
