import { useState } from "react"
import { useSession } from "sessionchart/react"

export function Account() {
  const name = useSession(({ user }) => [user?.first_name, user?.last_name].filter(Boolean).join(" "))
  const email = useSession(({ user }) => user?.email)
  const logout = useSession((session) => session.logout)
  return (
    <section className="card" aria-labelledby="account-title">
      <h1 id="account-title">Hello {name}</h1>
      <p>
        You are logged in as <strong>{email}</strong>.
      </p>
      <Connection />
      <Orders />
      <button className="quiet" onClick={() => void logout()}>
        Log out
      </button>
    </section>
  )
}

/** A fault of the network or the provider logs nobody out: it is said, and mended in the background. */
function Connection() {
  const isDegraded = useSession(({ degraded }) => degraded !== null)
  return (
    <p className={isDegraded ? "note bad" : "note"} role="status">
      {isDegraded ? "The shop does not answer. You stay logged in; we keep trying." : "Connected"}
    </p>
  )
}

function Orders() {
  const fetch = useSession((session) => session.fetch)
  const [answer, setAnswer] = useState("")

  async function load() {
    setAnswer("Loading …")
    // Refreshes first if need be, and once more after a 401.
    const response = await fetch("/resource").catch(() => null)
    setAnswer(response?.ok ? "You have 3 orders." : "Your orders cannot be loaded now.")
  }

  return (
    <div className="row">
      <button onClick={() => void load()}>Load orders</button>
      <output aria-live="polite">{answer}</output>
    </div>
  )
}
