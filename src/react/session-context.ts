import { createContext, useContext } from "react"
import { ConfigurationError } from "../errors.ts"
import type { AnySession } from "./use-session.types.ts"

/** Carries a session from `SessionProvider` to the hooks below it. */
export const SessionContext = /* @__PURE__ */ createContext<AnySession | null>(null)

/**
 * The session of the nearest `SessionProvider`.
 *
 * @param what what was done in the user's code, for the sentence that says that there is none.
 * @throws {ConfigurationError} when there is none.
 */
export function useProvidedSession(what: string): AnySession {
  const session = useContext(SessionContext)
  if (session === null)
    throw new ConfigurationError(
      `${what} outside <SessionProvider>; put <SessionProvider session={session}> around your app, ` +
        "or use what createSessionHooks(session) returns",
    )
  return session
}
