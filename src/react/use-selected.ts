import { useDebugValue, useEffect, useMemo, useRef, useSyncExternalStore } from "react"
import { resultOf } from "./result-of.ts"
import type { AnyResult, AnySession } from "./use-session.types.ts"

/**
 * What a selector picks of a session; the old value as long as the new one equals it. A render that React throws away leaves nothing
 * behind: each selector has its own memory, and only what was committed is handed on to the next one.
 */
export function useSelected<Selected>(
  session: AnySession,
  select: (result: AnyResult) => Selected = everything,
  isEqual: (one: Selected, other: Selected) => boolean = Object.is,
): Selected {
  const committed = useRef<{ readonly selected: Selected } | null>(null)
  const [getSelected, getServerSelected] = useMemo(() => {
    let last: { readonly result: AnyResult; readonly selected: Selected } | null = null
    const selectedOf = (result: AnyResult): Selected => {
      if (last?.result === result) return last.selected
      const before = last ?? committed.current
      const fresh = select(result)
      const selected = before !== null && isEqual(before.selected, fresh) ? before.selected : fresh
      last = { result, selected }
      return selected
    }
    return [
      () => selectedOf(resultOf(session, session.getSnapshot())),
      () => selectedOf(resultOf(session, session.getServerSnapshot())),
    ] as const
  }, [session, select, isEqual])
  const selected = useSyncExternalStore(session.subscribe, getSelected, getServerSelected)
  useEffect(() => {
    committed.current = { selected }
  }, [selected])
  useDebugValue(selected)
  return selected
}

function everything<Selected>(result: AnyResult): Selected {
  return result as Selected
}
