import { createSession } from "sessionchart"
import { menu, type MenuCustomer } from "sessionchart/providers/menu"
import { createSessionHooks, SessionProvider, useSession } from "sessionchart/react"

const session = createSession({
  provider: menu({ application: "app", apiVersion: "4.38.0", deviceUuid: "uuid", baseUrl: "https://menu.example" }),
})

export function Page() {
  const { authenticated, user, login } = useSession()
  same<typeof authenticated, boolean>()
  same<typeof user, unknown>()
  void login({ anything: "goes" })
  // @ts-expect-error nobody knows the user's type where no session is registered
  useSession((s) => s.user?.email)
  return null
}

export const app = <SessionProvider session={session} />

export const { useSession: useCustomer } = createSessionHooks(session)
export const useEmail = () => useCustomer((s) => s.user?.email)
same<ReturnType<typeof useEmail>, MenuCustomer["email"]>()

/** Compiles only where both types are the same, `any` included. */
declare function same<One, Other>(
  ...same: (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? [] : [one: One, other: Other]
): void
