import { act, render, type RenderResult } from "@testing-library/react"
import type { FormEvent, ReactNode } from "react"
import type { MenuCredentials, MenuCustomer } from "../../src/providers/menu.ts"
import { RequireSession, SessionProvider, useSession as useAnySession, type UseSession } from "../../src/react/index.ts"
import type { Session } from "../../src/index.ts"
import { setting } from "../session/setting.ts"

/** `useSession` as `Register` would type it in an app; here many sessions share one program. */
export const useSession = useAnySession as UseSession<MenuCustomer, MenuCredentials>

/** A shop whose customers sign in at MENU; its session has not begun. */
export function shop(options: Parameters<typeof setting<"menu">>[1] = {}) {
  const set = setting("menu", options)
  return {
    ...set,
    /** Renders within the shop's session, as the app's root does. */
    visit: (page: ReactNode, session = set.session): RenderResult => render(within(session, page)),
    /** Lets time pass, and React see what comes of it. */
    pass: (ms: number) => act(() => set.clock.advance(ms)),
    settle: () => act(() => set.clock.settle()),
  }
}

export function within(session: Session<unknown, unknown>, page: ReactNode): ReactNode {
  return <SessionProvider session={session}>{page}</SessionProvider>
}

/** A page for customers only. */
export function Shop() {
  return (
    <RequireSession fallback={<LoginForm />} pending={<p role="status">One moment …</p>}>
      <Account />
    </RequireSession>
  )
}

function LoginForm() {
  const { login, status, error, reason } = useSession()
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const typed = new FormData(event.currentTarget)
    // The snapshot's `error` says what went wrong.
    login({ email: typed.get("email") as string, password: typed.get("password") as string }).catch(() => {})
  }
  return (
    <form aria-label="Log in" onSubmit={submit}>
      {reason && <p role="status">You were logged out: {reason}</p>}
      <label>
        Email <input name="email" type="email" />
      </label>
      <label>
        Password <input name="password" type="password" />
      </label>
      <button disabled={status === "authenticating"}>Log in</button>
      {error && <p role="alert">{error.message}</p>}
    </form>
  )
}

function Account() {
  const { user, usable, logout } = useSession()
  return (
    <>
      <h1>Hello {user?.first_name}</h1>
      <p role="status">{usable ? "connected" : "reconnecting"}</p>
      <button onClick={() => void logout()}>Log out</button>
    </>
  )
}
