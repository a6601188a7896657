import { createSession } from "sessionchart"
import { menu } from "sessionchart/providers/menu"
import { RequireSession, SessionProvider, useSession, useSessionCountdown } from "sessionchart/react"

const baseUrl = "https://api.shop.example"
const session = createSession({
  provider: menu({ application: "shop", apiVersion: "4.38.0", deviceUuid: crypto.randomUUID(), baseUrl }),
  baseURL: baseUrl,
})

declare module "sessionchart" {
  interface Register {
    session: typeof session // gives the hooks your user's and credentials' types
  }
}

export const App = () => (
  <SessionProvider session={session}>
    <RequireSession fallback={<Login />} pending="One moment …">
      <Account />
    </RequireSession>
  </SessionProvider>
)

function Login() {
  const { login, error } = useSession()
  return <button onClick={() => void login({ email: "ada@example.com", password: "…" })}>{error ? "Try again" : "Log in"}</button>
}

function Account() {
  const email = useSession((s) => s.user?.email) // renders when the address changes, not at each refresh
  const refresh = useSession((s) => s.refresh)
  const secondsLeft = useSessionCountdown({ withinS: 60 }) // null before the session's last minute
  return secondsLeft === null ? email : <button onClick={() => void refresh()}>Stay? {secondsLeft} s</button>
}
