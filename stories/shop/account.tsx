import { useSession } from "sessionchart/react"
import { nameOf } from "./name-of.ts"
import { Orders, type OrdersProps } from "./orders.tsx"
import { SessionLine } from "./session-line.tsx"

export function Account({ orders }: OrdersProps) {
  const name = useSession(({ user }) => nameOf(user))
  const logout = useSession((session) => session.logout)
  return (
    <section className="card" aria-labelledby="account-title">
      <header className="who">
        <span className="initial" aria-hidden="true">
          {name[0]}
        </span>
        <div>
          <h1 id="account-title">Hello {name}</h1>
          <SessionLine />
        </div>
      </header>
      <Orders orders={orders} />
      <button className="quiet" onClick={() => void logout()}>
        Log out
      </button>
    </section>
  )
}
