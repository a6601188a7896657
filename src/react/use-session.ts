import { useProvidedSession } from "./session-context.ts"
import { useSelected } from "./use-selected.ts"
import type { AnyResult, RegisteredCredentials, RegisteredUser, UseSessionResult } from "./use-session.types.ts"

/**
 * The session of the nearest {@link SessionProvider}: its snapshot, and its methods. The component renders again when the snapshot
 * changes, at each refresh too; give a selector to render again only when its value does.
 *
 * The user's and the credentials' types come from `Register`.
 *
 * @param select picks what the component shows. It may be written inline.
 * @param isEqual whether two selected values show the same, for selectors that make new objects. Default: `Object.is`.
 * @throws {ConfigurationError} outside of a `SessionProvider`.
 * @example
 * const { authenticated, user, logout } = useSession()
 * const email = useSession((session) => session.user?.email)
 */
export function useSession<Selected>(
  select: (session: UseSessionResult<RegisteredUser, RegisteredCredentials>) => Selected,
  isEqual?: (one: Selected, other: Selected) => boolean,
): Selected
/** The session of the nearest `SessionProvider`: its snapshot, and its methods. Renders again at each change, refreshes included. */
export function useSession(): UseSessionResult<RegisteredUser, RegisteredCredentials>
export function useSession(
  select?: (session: UseSessionResult<RegisteredUser, RegisteredCredentials>) => unknown,
  isEqual?: (one: unknown, other: unknown) => boolean,
): unknown {
  return useSelected(useProvidedSession("useSession() was called"), select as ((session: AnyResult) => unknown) | undefined, isEqual)
}
