import type { ReactNode } from "react"
import type { RequireSessionProps } from "./require-session.ts"
import { useSelected } from "./use-selected.ts"
import type { AnyResult, AnySession } from "./use-session.types.ts"

/** What a session lets through. */
export function useGate(session: AnySession, { fallback, pending = null, children }: RequireSessionProps): ReactNode {
  return { open: children, pending, closed: fallback }[useSelected(session, gate)]
}

function gate({ authenticated, status }: AnyResult): "open" | "pending" | "closed" {
  if (authenticated) return "open"
  return status === "restoring" ? "pending" : "closed"
}
