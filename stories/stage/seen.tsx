import { useSyncExternalStore } from "react"
import type { RemoteEmulator } from "../emulators/remote-emulator.ts"

/** What the provider has seen so far. */
export function Seen({ emulator }: { readonly emulator: RemoteEmulator }) {
  const stats = useSyncExternalStore(emulator.subscribe, emulator.getStats)
  const counts = {
    Logins: stats.logins,
    Refreshes: stats.refreshes,
    "Spent credentials shown again": stats.reused,
    "Requests answered": stats.requests,
    "Requests refused with 401": stats.unauthorized,
    Logouts: stats.logouts,
  }
  return (
    <section aria-labelledby="seen-title" className="card">
      <h2 id="seen-title">What the provider has seen</h2>
      <dl className="facts">
        {Object.entries(counts).map(([what, count]) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd>{count}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
