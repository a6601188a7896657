import type { Clock, TimerHandle } from "../../core/clock.ts"
import { newSid } from "../../core/sid.ts"
import type { Access, Line } from "./client.ts"

/** How often we look whether we still hear anything, ms. */
const BEAT_MS = 30_000

/** Somebody who listens to a channel. */
export interface Ear {
  heed(message: string): void
  /** From now on it is heard what is said; what was said before may have been missed. */
  lookAgain(): void
}

/**
 * What is published, heard over one connection for all who listen: it is opened for the first and closed after the last of them. One that
 * hears nothing any more without having been closed (a firewall that forgot it) is found by a message to ourselves, and replaced.
 */
export class Listening {
  readonly #access: Access
  readonly #ears = new Map<string, Set<Ear>>()
  readonly #pulse: string
  #line: Line | null = null
  /** Whether a line is connected; it may be disconnected again by now, and will then say so when it is back. */
  #isReady = false
  #timer: TimerHandle
  /** What we have sent to ourselves and not heard yet. */
  #unheard: string | null = null

  constructor(access: Access, prefix: string) {
    this.#access = access
    this.#pulse = `${prefix}:pulse:${newSid()}`
  }

  /** Listens to a channel. Returns the way to stop that. */
  listen(channel: string, ear: Ear, clock: Clock): () => void {
    const ears = this.#ears.get(channel) ?? new Set()
    this.#ears.set(channel, ears.add(ear))
    if (this.#line === null) this.#open(clock)
    else if (this.#isReady) void this.#subscribe(this.#line, [channel], [ear])
    return () => {
      if (!ears.delete(ear) || ears.size > 0) return
      this.#ears.delete(channel)
      if (this.#ears.size === 0) this.#close(clock)
      else this.#line?.unsubscribe(channel).catch(() => {})
    }
  }

  #open(clock: Clock): void {
    const isOurs = () => this.#line === line
    const line = this.#access.listen(
      (channel, message) => {
        if (isOurs()) this.#heed(channel, message)
      },
      () => {
        if (!isOurs()) return
        this.#isReady = true
        void this.#subscribe(
          line,
          [...this.#ears.keys(), this.#pulse],
          [...this.#ears.values()].flatMap((ears) => [...ears]),
        )
      },
    )
    this.#line = line
    this.#timer = clock.setTimeout(() => this.#beat(clock), BEAT_MS)
  }

  #close(clock: Clock): void {
    clock.clearTimeout(this.#timer)
    this.#line?.close()
    this.#line = null
    this.#isReady = false
    this.#unheard = null
  }

  async #subscribe(line: Line, channels: string[], ears: readonly Ear[]): Promise<void> {
    try {
      await line.subscribe(channels)
    } catch {
      // The line says when it is back; where it does not, it is replaced.
      this.#unheard = "what was said there"
      return
    }
    for (const ear of ears) ear.lookAgain()
  }

  #heed(channel: string, message: string): void {
    if (channel === this.#pulse && message === this.#unheard) this.#unheard = null
    for (const ear of this.#ears.get(channel) ?? []) ear.heed(message)
  }

  #beat(clock: Clock): void {
    if (this.#unheard !== null) {
      this.#close(clock)
      return this.#open(clock)
    }
    const message = newSid()
    this.#unheard = message
    this.#access.publish(this.#pulse, message).catch(() => {})
    this.#timer = clock.setTimeout(() => this.#beat(clock), BEAT_MS)
  }
}
