import { useState, type FormEvent } from "react"
import { LoginRefusedError, LoginUnavailableError } from "sessionchart"
import { useSession } from "sessionchart/react"
import { farewellOf } from "./farewell-of.ts"

export interface LoginFormProps {
  /** What the form is filled in with. */
  readonly credentials?: { readonly email: string; readonly password: string } | undefined
  /** The way in, where the provider documents no login of its own: somebody else runs it, and its tokens are handed over. */
  readonly comeIn?: (() => Promise<unknown>) | undefined
}

export function LoginForm({ credentials, comeIn }: LoginFormProps) {
  const { reason, error } = useSession()
  return (
    <section className="card" aria-labelledby="login-title">
      <h1 id="login-title">Log in</h1>
      {error instanceof LoginRefusedError ? (
        <Complaint>Email or password is wrong.</Complaint>
      ) : error instanceof LoginUnavailableError ? (
        <Complaint>We cannot log you in right now. Please try again in a moment.</Complaint>
      ) : (
        reason !== null && (
          <p className="notice" role="status">
            {farewellOf(reason)}
          </p>
        )
      )}
      {comeIn ? <Door comeIn={comeIn} /> : <Fields credentials={credentials} />}
    </section>
  )
}

function Complaint({ children }: { readonly children: string }) {
  return (
    <p className="notice bad" role="alert">
      {children}
    </p>
  )
}

function Fields({ credentials }: Pick<LoginFormProps, "credentials">) {
  const login = useSession((session) => session.login)
  const isLoggingIn = useSession(({ status }) => status === "authenticating")

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    // What goes wrong is in the session's `error`, too.
    login(Object.fromEntries(new FormData(event.currentTarget))).catch(() => {})
  }

  return (
    <form onSubmit={submit}>
      <label>
        Email
        <input name="email" type="email" autoComplete="username" defaultValue={credentials?.email} required />
      </label>
      <label>
        Password
        <input name="password" type="password" autoComplete="current-password" defaultValue={credentials?.password} required />
      </label>
      <button disabled={isLoggingIn}>{isLoggingIn ? "Logging in …" : "Log in"}</button>
    </form>
  )
}

function Door({ comeIn }: Required<Pick<LoginFormProps, "comeIn">>) {
  const [isOpening, setOpening] = useState(false)

  function open() {
    setOpening(true)
    void comeIn?.().finally(() => setOpening(false))
  }

  return (
    <>
      <p className="soft">You are sent to the provider’s own login page, and come back with tokens.</p>
      <button onClick={open} disabled={isOpening}>
        Log in at the provider
      </button>
    </>
  )
}
