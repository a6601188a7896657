"use client"

import { useState, type FormEvent } from "react"
import { createSession, type InitialFacts } from "sessionchart"
import { bff } from "sessionchart/providers/bff"
import type { CommerceEngineCredentials, CommerceEngineUser } from "sessionchart/providers/commerce-engine"
import { createSessionHooks } from "sessionchart/react"

/** A page that the server renders makes its session with what the server knows; it begins in the browser. */
export function Shop({ initial }: { readonly initial: InitialFacts<CommerceEngineUser> | null }) {
  const [{ useSession }] = useState(() => createSessionHooks(newSession(initial)))
  const { authenticated, user, status, login, logout, fetch } = useSession()
  const [orders, setOrders] = useState("")

  if (!authenticated && status !== "restoring") return <Login login={login} />
  return (
    <main>
      <h1>{authenticated ? `Hello ${user?.first_name}` : "One moment …"}</h1>
      <button
        onClick={() => void fetch("/resource").then(({ ok }) => setOrders(ok ? "You have 3 orders." : "Your orders cannot be loaded now."))}
      >
        Load orders
      </button>
      <output>{orders}</output>
      <button onClick={() => void logout()}>Log out</button>
    </main>
  )
}

function Login({ login }: { readonly login: (credentials: CommerceEngineCredentials) => Promise<unknown> }) {
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const typed = new FormData(event.currentTarget)
    login({ email: typed.get("email") as string, password: typed.get("password") as string }).catch(() => {})
  }
  return (
    <form onSubmit={submit}>
      <h1>Log in</h1>
      <label>
        Email <input name="email" type="email" />
      </label>
      <label>
        Password <input name="password" type="password" />
      </label>
      <button>Log in</button>
    </form>
  )
}

function newSession(initial: InitialFacts<CommerceEngineUser> | null) {
  // Rendered on the server it begins nothing, and asks nobody.
  const url = typeof location === "object" ? "/auth" : "http://localhost/auth"
  return createSession({ provider: bff<CommerceEngineUser, CommerceEngineCredentials>({ url }), ...(initial && { initial }) })
}
