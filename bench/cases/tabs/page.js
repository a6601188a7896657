// The page of a tab that holds the session of its site.
import { createSession } from "../../../dist/src/index.js"
import { oauth2 } from "../../../dist/src/providers/oauth2.js"
import { webStore } from "../../../dist/src/stores/web.js"

const provider = oauth2({ tokenUrl: `${location.origin}/token`, clientId: "bench", apiUrl: location.origin })
const session = createSession({ provider, baseURL: location.origin, store: webStore(), keepAlive: "on-demand" })
const now = () => performance.timeOrigin + performance.now()
let watching = false

globalThis.tab = {
  async begin(grant) {
    await session.ready()
    if (grant !== null) await session.accept(grant)
  },
  /** Begins a refresh, and says when. */
  refresh() {
    const from = now()
    void session.refresh()
    return from
  },
  isWatching: () => watching,
  /** The moment when this tab shows a newer generation, usable. */
  nextGeneration() {
    const { generation } = session.getSnapshot()
    watching = true
    return new Promise((resolve) => {
      const stop = session.subscribe(() => {
        const shown = session.getSnapshot()
        if (shown.generation === generation || !shown.usable) return
        stop()
        resolve(now())
      })
    })
  },
}
