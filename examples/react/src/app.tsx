import { RequireSession } from "sessionchart/react"
import { Account } from "./account.tsx"
import { Login } from "./login.tsx"
import { StayDialog } from "./stay-dialog.tsx"

export function App() {
  return (
    <>
      <header>
        <p className="brand">Corner shop</p>
      </header>
      <main>
        <RequireSession fallback={<Login />} pending={<p role="status">One moment …</p>}>
          <Account />
          <StayDialog />
        </RequireSession>
      </main>
    </>
  )
}
