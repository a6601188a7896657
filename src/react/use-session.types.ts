import type { RegisteredSession, Session, SessionSnapshot } from "../session.types.ts"

/** What a component can do with a session: its methods, bound to it, so that they can be passed on; the same functions at every render. */
export interface SessionActions<User, Credentials> {
  readonly login: Session<User, Credentials>["login"]
  readonly accept: Session<User, Credentials>["accept"]
  readonly refresh: Session<User, Credentials>["refresh"]
  readonly logout: Session<User, Credentials>["logout"]
  readonly touch: Session<User, Credentials>["touch"]
  readonly accessToken: Session<User, Credentials>["accessToken"]
  readonly fetch: Session<User, Credentials>["fetch"]
}

/** The session as a component sees it: its snapshot, and what can be done with it. The same object until the snapshot changes. */
export type UseSessionResult<User = unknown, Credentials = unknown> = SessionSnapshot<User> & SessionActions<User, Credentials>

/** `useSession` of one session. */
export interface UseSession<User = unknown, Credentials = unknown> {
  <Selected>(
    select: (session: UseSessionResult<User, Credentials>) => Selected,
    isEqual?: (one: Selected, other: Selected) => boolean,
  ): Selected
  (): UseSessionResult<User, Credentials>
}

/** The user of the registered session. */
export type RegisteredUser = RegisteredSession extends Session<infer User, infer _> ? User : unknown

/** What the registered session logs in with. */
export type RegisteredCredentials = RegisteredSession extends Session<infer _, infer Credentials> ? Credentials : unknown

/** Any session. Inside, users and credentials are unknown; their types are for whoever calls a hook. */
export type AnySession = Session<unknown, unknown>

/** What a hook gets of {@link AnySession}. */
export type AnyResult = UseSessionResult<unknown, unknown>
