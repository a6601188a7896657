import type { ReactNode } from "react"
import type { Session } from "../session.types.ts"
import type { RequireSessionProps } from "./require-session.ts"
import { useCountdown } from "./use-countdown.ts"
import { useGate } from "./use-gate.ts"
import { useSelected } from "./use-selected.ts"
import type { CountdownOptions } from "./use-session-countdown.ts"
import type { AnyResult, AnySession, UseSession } from "./use-session.types.ts"

/** The hooks of one session, and its gate. They need no provider. */
export interface SessionHooks<User, Credentials> {
  readonly useSession: UseSession<User, Credentials>
  readonly useSessionCountdown: (options?: CountdownOptions) => number | null
  readonly RequireSession: (props: RequireSessionProps) => ReactNode
}

/**
 * Makes hooks that belong to one session, for apps that have two: a shopper's and a clerk's, say. Their types come from the session; they
 * need no `SessionProvider` and no `Register`. On a server that renders for many users give each its own session by `SessionProvider`.
 *
 * @example
 * export const { useSession: useClerk, RequireSession: RequireClerk } = createSessionHooks(clerkSession)
 */
export function createSessionHooks<User, Credentials>(session: Session<User, Credentials>): SessionHooks<User, Credentials> {
  const own = session as AnySession
  return {
    useSession: ((select?: (result: AnyResult) => unknown, isEqual?: (one: unknown, other: unknown) => boolean) =>
      useSelected(own, select, isEqual)) as UseSession<User, Credentials>,
    useSessionCountdown: (options) => useCountdown(own, options),
    RequireSession: (props) => useGate(own, props),
  }
}
