import { ConfigurationError } from "sessionchart"
import { geins } from "sessionchart/providers/geins"

/** What becomes of a provider that must not be called from a browser: it says so at once, and names the way out. */
export function ServerOnly() {
  return (
    <div className="page narrow">
      <section className="card" aria-labelledby="server-only-title">
        <h1 id="server-only-title">Geins is for servers only</h1>
        <p>
          Its auth service must not be called from a browser. So <code>geins(…)</code> throws here, before anything is sent:
        </p>
        <pre className="notice bad" role="alert">
          {complaint()}
        </pre>
        <p>On a server the same line works. There it keeps the tokens, and the browser has a cookie.</p>
      </section>
    </div>
  )
}

function complaint(): string {
  try {
    geins({ account: "acme", merchantApiKey: "emulated-key" })
    return "Nothing was thrown."
  } catch (error) {
    return error instanceof ConfigurationError ? `${error.name} (${error.code})\n${error.message}` : String(error)
  }
}
