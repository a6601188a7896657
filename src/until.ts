import type { Actor, Subscription } from "xstate"
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
    const isSettled = () => {
      const error = stopped()
      if (error !== null) reject(error)
      else if (signal?.aborted) reject(signal.reason as Error)
      else if (holds(actor.getSnapshot())) resolve()
      else return false
      return true
    }
    if (isSettled()) return
    const look = () => {
      if (!isSettled()) return
      subscription?.unsubscribe()
      signal?.removeEventListener("abort", look)
    }
    signal?.addEventListener("abort", look)
    let subscription: Subscription | undefined // a stopped actor calls back before there is one
    subscription = actor.subscribe({ next: look, complete: look, error: reject })
  })
}
