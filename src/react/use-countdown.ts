import { useDebugValue, useMemo, useSyncExternalStore } from "react"
import { Countdown } from "./countdown.ts"
import type { CountdownOptions } from "./use-session-countdown.ts"
import type { AnySession } from "./use-session.types.ts"

/** A session's last seconds. A server, and the render that takes over its page, count nothing: their clocks are not the same. */
export function useCountdown(session: AnySession, { withinS = Infinity }: CountdownOptions = {}): number | null {
  const [subscribe, getSecondsLeft] = useMemo(() => {
    const countdown = Countdown.of(session)
    return [(listener: () => void) => countdown.subscribe(listener, withinS), () => countdown.secondsLeft(withinS)] as const
  }, [session, withinS])
  const secondsLeft = useSyncExternalStore(subscribe, getSecondsLeft, nothing)
  useDebugValue(secondsLeft)
  return secondsLeft
}

function nothing(): null {
  return null
}
