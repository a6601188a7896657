import type { Actor } from "xstate"
import type { sessionMachine } from "../machines/session.machine.ts"
import type { ChartSnapshot } from "./view.ts"

/**
 * Resolves at the first state of the chart, from now on, of which something holds. Rejects with the reason of a signal, and with `stopped()`
 * once that is an error.
 */
export function until(
  actor: Actor<typeof sessionMachine>,
  holds: (chart: ChartSnapshot) => boolean,
  signal: AbortSignal | undefined,
  stopped: () => Error | null,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const settled = new AbortController()
    const look = () => {
      const error = stopped()
      if (error !== null) reject(error)
      else if (signal?.aborted) reject(signal.reason as Error)
      else if (holds(actor.getSnapshot())) resolve()
      else return
      settled.abort()
    }
    look()
    if (settled.signal.aborted) return
    const subscription = actor.subscribe({ next: look, complete: look, error: reject })
    settled.signal.addEventListener("abort", () => subscription.unsubscribe())
    signal?.addEventListener("abort", look, { signal: settled.signal })
  })
}
