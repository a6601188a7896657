import type { FormEvent } from "react"
import { LoginRefusedError, LoginUnavailableError } from "sessionchart"
import { useSession } from "sessionchart/react"

export function Login() {
  const { status, reason, error, login } = useSession()
  const isLoggingIn = status === "authenticating"
  const complaint = complaintAbout(error)

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const typed = new FormData(event.currentTarget)
    // What goes wrong is in the session's `error`, too.
    login({ email: typed.get("email") as string, password: typed.get("password") as string }).catch(() => {})
  }

  return (
    <form className="card" aria-labelledby="login-title" onSubmit={submit}>
      <h1 id="login-title">Log in</h1>
      {reason && !complaint && (
        <p className="note" role="status">
          {goodbyes[reason] ?? "Your session has ended. Please log in again."}
        </p>
      )}
      <label>
        Email
        <input name="email" type="email" autoComplete="username" required />
      </label>
      <label>
        Password
        <input name="password" type="password" autoComplete="current-password" required />
      </label>
      {complaint && (
        <p className="note bad" role="alert">
          {complaint}
        </p>
      )}
      <button disabled={isLoggingIn}>{isLoggingIn ? "Logging in …" : "Log in"}</button>
    </form>
  )
}

function complaintAbout(error: Error | null): string | null {
  if (error instanceof LoginRefusedError) return "Email or password is wrong."
  if (error instanceof LoginUnavailableError) return "The shop does not answer. Please try again."
  return null
}

const goodbyes: Record<string, string> = {
  user: "You have logged out.",
  windowClosed: "You were away for a while, so we logged you out.",
}
