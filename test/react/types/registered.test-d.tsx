import { createSession, type EndReason, type Session } from "sessionchart"
import { menu, type MenuCredentials, type MenuCustomer } from "sessionchart/providers/menu"
import { unisouk, type UnisoukCredentials, type UnisoukCustomer } from "sessionchart/providers/unisouk"
import {
  createSessionHooks,
  RequireSession,
  SessionProvider,
  useSession,
  useSessionCountdown,
  type UseSessionResult,
} from "sessionchart/react"

const session = createSession({
  provider: menu({ application: "app", apiVersion: "4.38.0", deviceUuid: "uuid", baseUrl: "https://menu.example" }),
})

declare module "sessionchart" {
  interface Register {
    session: typeof session
  }
}

function Page() {
  const { status, authenticated, user, reason, login, logout } = useSession()
  same<typeof status, "restoring" | "unauthenticated" | "authenticating" | "active" | "expiring" | "refreshing" | "loggedOut">()
  same<typeof user, MenuCustomer | null>()
  same<typeof reason, EndReason | null>()
  same<Parameters<typeof login>[0], MenuCredentials>()
  void login({ email: "ada@example.com", password: "difference-engine" })
  // @ts-expect-error MENU's customers log in by email, not by name
  void login({ username: "ada", password: "difference-engine" })
  void logout({ everywhere: true })
  // @ts-expect-error nobody is signed in for sure before `authenticated` was asked
  void user.email

  const whole = useSession()
  same<typeof whole, UseSessionResult<MenuCustomer, MenuCredentials>>()
  same<ReturnType<typeof useSession>, typeof whole>()
  if (whole.authenticated) same<typeof whole.sid, string>()
  else same<[typeof whole.user, typeof whole.usable, typeof whole.expiresAt], [null, false, number | null]>()
  if (authenticated) same<typeof user, MenuCustomer | null>()
  else same<typeof user, null>()
  // @ts-expect-error a snapshot is looked at, not written to
  whole.user = null

  same<string | null | undefined, ReturnType<typeof useEmail>>()
  // @ts-expect-error a customer has no such field
  useSession((s) => s.user?.shoeSize)
  const name = useSession(
    (s) => ({ first: s.user?.first_name, last: s.user?.last_name }),
    (one, other) => one.first === other.first && one.last === other.last,
  )
  same<typeof name.first, string | null | undefined>()
  const sameText = (one: string, other: string) => one.trim() === other.trim()
  // @ts-expect-error `isEqual` compares what was selected: a number, here, or null
  useSession((s) => s.generation, sameText)
  same<ReturnType<typeof useSessionCountdown>, number | null>()
  useSessionCountdown({ withinS: 60 })
  // @ts-expect-error a number of seconds
  useSessionCountdown({ withinS: "60" })
  return null
}

const useEmail = () => useSession((s) => s.user?.email)

export const app = (
  <SessionProvider session={session}>
    <RequireSession fallback={<p>Log in</p>} pending="One moment …">
      <Page />
    </RequireSession>
  </SessionProvider>
)

// A test may sign the same customers in otherwise, but other customers would make every hook's type a lie.
declare const paper: Session<MenuCustomer, { readonly password: string }>
declare const others: Session<{ readonly id: number }, MenuCredentials>
export const inATest = <SessionProvider session={paper} />
// @ts-expect-error MENU's customers have text for an id
export const mistaken = <SessionProvider session={others} />
// @ts-expect-error what is shown to those who are not signed in must be said
export const open = <RequireSession>Orders</RequireSession>

const clerks = createSessionHooks(createSession({ provider: unisouk({ storeId: "1", baseUrl: "https://unisouk.example" }) }))
export function Clerk() {
  const { user, login } = clerks.useSession()
  same<typeof user, UnisoukCustomer | null>()
  same<Parameters<typeof login>[0], UnisoukCredentials>()
  same<typeof id, string | undefined>()
  const id = clerks.useSession((s) => s.user?.storeId)
  return <clerks.RequireSession fallback={null}>{clerks.useSessionCountdown()}</clerks.RequireSession>
}

/** Compiles only where both types are the same, `any` included. */
declare function same<One, Other>(
  ...same: (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? [] : [one: One, other: Other]
): void
