import { RequireSession, SessionProvider, type SessionProviderProps } from "sessionchart/react"
import { Account } from "./account.tsx"
import { EndingDialog } from "./ending-dialog.tsx"
import { LoginForm, type LoginFormProps } from "./login-form.tsx"
import { StatusBanner } from "./status-banner.tsx"
import "./shop.css"

/** What a {@link Shop} is made with. */
export interface ShopProps extends LoginFormProps {
  readonly session: SessionProviderProps["session"]
  /** Where the orders are. Default: `/resource`, below the session's `baseURL`. */
  readonly orders?: string
}

/** A small shop, as one would build it with `sessionchart/react`: what its customers see of a session is all in here. */
export function Shop({ session, orders = "/resource", ...login }: ShopProps) {
  return (
    <SessionProvider session={session}>
      <div className="shop">
        <p className="eyebrow">Lighthouse Books</p>
        <StatusBanner />
        <RequireSession fallback={<LoginForm {...login} />} pending={<p className="card">One moment …</p>}>
          <Account orders={orders} />
          <EndingDialog />
        </RequireSession>
      </div>
    </SessionProvider>
  )
}
