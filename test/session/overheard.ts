import { inspect } from "node:util"
import type { InspectionEvent } from "xstate"

/** Everything that may be told from a session, in words: inspection, snapshots, events, errors, trail. */
export class Overheard {
  readonly #texts: string[] = []

  hear(what: unknown, depth = Infinity): void {
    this.#texts.push(inspect(what, { depth, maxStringLength: Infinity, maxArrayLength: Infinity }))
    if (depth === Infinity) this.#texts.push(json(what))
  }

  /** What changes in an inspection event; the actors and the machine that it names are huge. */
  hearEvent({ type, ...more }: InspectionEvent): void {
    const { event, action, snapshot } = more as {
      event?: unknown
      action?: { params?: Record<string, unknown> }
      snapshot?: Record<string, unknown>
    }
    const { value, context, output, input, error, status } = snapshot ?? {}
    const params = action?.params?.["logic"] === undefined ? { ...action?.params, actorRef: undefined } : "an actor"
    this.hear({ type, event, params, value, context, output, input, error, status })
  }

  async settled(call: Promise<unknown>): Promise<void> {
    await call.then(
      (value) => {
        if (!(value instanceof Response) && typeof value !== "string") this.hear(value)
      },
      (error: unknown) => this.hear(error),
    )
  }

  /** The secrets that were overheard, in any form in which they travel. */
  of(secrets: readonly string[]): string[] {
    const all = this.#texts.join("\n")
    return secrets.filter((secret) => [secret, encodeURIComponent(secret), btoa(secret)].some((form) => all.includes(form)))
  }
}

/** JSON of whatever has one; inspection events are full of circles. */
function json(what: unknown): string {
  const seen = new Set<unknown>()
  return (
    JSON.stringify(what, (_, value: unknown) => {
      if (typeof value === "bigint" || typeof value === "function") return undefined
      if (typeof value !== "object" || value === null) return value
      if (seen.has(value)) return undefined
      seen.add(value)
      return value
    }) ?? ""
  )
}
