import { createElement, type ReactNode } from "react"
import type { Session } from "../session.types.ts"
import { SessionContext } from "./session-context.ts"
import type { AnySession, RegisteredUser } from "./use-session.types.ts"

/** Props of {@link SessionProvider}. */
export interface SessionProviderProps {
  /** Make it once, outside your components. In tests it may log in otherwise than the registered one, but has the same user. */
  readonly session: Session<RegisteredUser, never>
  readonly children?: ReactNode
}

/**
 * Gives a session to the hooks below. The session lives outside React: mounting it, twice or anew, starts no second one, and unmounting
 * stops nothing. It begins with the first component that subscribes; rendering alone, also on a server, starts nothing.
 *
 * @example
 * const session = createSession({ provider, baseURL: "https://shop.example" })
 * createRoot(root).render(<SessionProvider session={session}><App /></SessionProvider>)
 */
export function SessionProvider({ session, children }: SessionProviderProps): ReactNode {
  return createElement(SessionContext.Provider, { value: session as AnySession }, children)
}
