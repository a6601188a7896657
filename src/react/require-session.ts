import type { ReactNode } from "react"
import { useProvidedSession } from "./session-context.ts"
import { useGate } from "./use-gate.ts"

/** Props of {@link RequireSession}. */
export interface RequireSessionProps {
  /** Shown while nobody is signed in, also while somebody is signing in: a login form keeps what was typed. */
  readonly fallback: ReactNode
  /** Shown until it is known whether somebody is signed in. Default: nothing, so that a reload does not flash the login form. */
  readonly pending?: ReactNode
  readonly children?: ReactNode
}

/**
 * Shows its children to whoever is signed in. A refresh, a fault or a lapsed access token takes nobody's page away; the end of the session
 * does. With `initial` facts a server renders the children, and the page goes on showing them.
 *
 * @throws {ConfigurationError} outside of a `SessionProvider`.
 * @example
 * <RequireSession fallback={<Login />}><Account /></RequireSession>
 */
export function RequireSession(props: RequireSessionProps): ReactNode {
  return useGate(useProvidedSession("<RequireSession> was rendered"), props)
}
