import { useSession } from "sessionchart/react"
import { useOnline } from "./use-online.ts"

/** Says what keeps the session from being well. A fault logs nobody out; it is said, and mended in the background. */
export function StatusBanner() {
  const { degraded, authenticated, usable, error, refresh } = useSession()
  const isOnline = useOnline()
  const trouble = degraded && troubleOf({ degraded, isOnline, authenticated, usable })
  return (
    <div role="status">
      {trouble && (
        <section className="card banner" aria-labelledby="trouble">
          <h2 id="trouble">{trouble.title}</h2>
          <p>{trouble.says}</p>
          {trouble.canRetry && (
            <button className="quiet" onClick={() => void refresh().catch(() => {})}>
              Try now
            </button>
          )}
          {error && (
            <details>
              <summary>Details</summary>
              <code>{error.message}</code>
            </details>
          )}
        </section>
      )}
    </div>
  )
}

interface Circumstances {
  readonly degraded: "network" | "store" | "configuration"
  readonly isOnline: boolean
  readonly authenticated: boolean
  readonly usable: boolean
}

interface Trouble {
  readonly title: string
  readonly says: string
  readonly canRetry: boolean
}

function troubleOf({ degraded, isOnline, authenticated, usable }: Circumstances): Trouble {
  if (degraded === "store")
    return authenticated
      ? {
          title: "We cannot save your session on this device",
          says: "You are logged in and can go on. If you close this page now, you may have to log in again.",
          canRetry: false,
        }
      : { title: "We cannot read your session yet", says: "This device keeps it from us for the moment. We keep trying.", canRetry: false }
  if (degraded === "configuration")
    return {
      title: "Something is set up wrongly on our side",
      says: "You stay logged in, and nothing is lost. Trying again helps as soon as we have mended it.",
      canRetry: true,
    }
  if (!isOnline)
    return { title: "You are offline", says: "You stay logged in. We go on by ourselves as soon as you are back.", canRetry: false }
  return {
    title: "We cannot renew your session right now",
    says: usable
      ? "You stay logged in and can go on. We keep trying."
      : "You stay logged in. What you ask for waits until we get through; we keep trying.",
    canRetry: true,
  }
}
