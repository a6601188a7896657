import { useEffect, useState } from "react"
import type { Clock } from "../core/clock.ts"

/** The time by a session's clock, a second at a time while it is wanted; null before the first look, so that a server renders none. */
export function useNow(clock: Clock, isWanted: boolean): number | null {
  const [now, setNow] = useState<number | null>(null)
  useEffect(() => {
    setNow(clock.now())
    if (!isWanted) return
    let timer = clock.setTimeout(tick, 1_000)
    function tick() {
      setNow(clock.now())
      timer = clock.setTimeout(tick, 1_000)
    }
    return () => clock.clearTimeout(timer)
  }, [clock, isWanted])
  return now
}
