import { useMemo, useState, useSyncExternalStore, type KeyboardEvent, type ReactNode } from "react"
import type { Layout } from "../charts/layout.types.ts"
import type { Facts } from "../core/facts.ts"
import type { AnySession } from "../react/use-session.types.ts"
import type { Session, SessionSnapshot } from "../session.types.ts"
import { ChartView } from "./chart-view.tsx"
import { ChartWatch, type Watched } from "./chart-watch.ts"
import { Deadlines } from "./deadlines.tsx"
import { inspectorStyle } from "./inspector-style.ts"
import { TrailList } from "./trail-list.tsx"

/** Props of {@link SessionInspector}. */
export interface SessionInspectorProps {
  readonly session: Session<unknown, never>
  /** As a panel in the corner of the page that a button opens and closes, for development. Default: false, in the page's flow. */
  readonly floating?: boolean
  /** Where to draw the charts of providers of your own, as `npx sessionchart chart <module> --format layout` writes it. */
  readonly layouts?: readonly Layout[]
}

/**
 * Shows a session at work: its chart with the states that it is in and the transition just taken, its deadlines, the provider's refresh
 * chart with the way that the last refresh took, and the trail. It needs no network, and cannot show a token: it sees none.
 *
 * Charts of providers of your own are drawn as nested boxes, unless `layouts` says where everything is.
 *
 * @example
 * {import.meta.env.DEV && <SessionInspector session={session} floating />}
 */
export function SessionInspector({ session, floating = false, layouts = none }: SessionInspectorProps): ReactNode {
  const own = session as AnySession
  return (
    <div className={floating ? "sessionchart-inspector floating" : "sessionchart-inspector"}>
      <style>{inspectorStyle}</style>
      {floating ? <Floating session={own} layouts={layouts} /> : <Panel session={own} layouts={layouts} />}
    </div>
  )
}

const none: readonly Layout[] = []

interface PanelProps {
  readonly session: AnySession
  readonly layouts: readonly Layout[]
}

function Floating({ session, layouts }: PanelProps): ReactNode {
  const [isOpen, setOpen] = useState(false)
  const { status } = useSnapshot(session)
  const closeOnEscape = (event: KeyboardEvent) => {
    if (event.key === "Escape") setOpen(false)
  }
  return (
    <div onKeyDown={closeOnEscape}>
      {isOpen && <Panel session={session} layouts={layouts} />}
      <button type="button" className="opener" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <span className="dot" data-status={status} aria-hidden="true" /> session: {status}
      </button>
    </div>
  )
}

function Panel({ session, layouts }: PanelProps): ReactNode {
  const snapshot = useSnapshot(session)
  const { session: chart, refresh, trail } = useWatched(session)
  return (
    <section className="panel" aria-label="Session inspector">
      <Head snapshot={snapshot} />
      <div className="columns">
        <figure>
          <figcaption>Session</figcaption>
          <ChartView live={chart} layouts={layouts} label="Session chart" />
        </figure>
        {refresh !== null && (
          <figure>
            <figcaption>
              Refresh <span className="quiet">{refresh.isRunning ? "running" : `last one: ${refresh.active.at(-1)}`}</span>
            </figcaption>
            <ChartView live={refresh} layouts={layouts} label="Refresh chart" />
          </figure>
        )}
        <div className="side">
          <h2>Deadlines</h2>
          <Deadlines session={session} snapshot={snapshot} facts={factsOf(session, snapshot)} />
          <h2>Trail</h2>
          <TrailList trail={trail} />
        </div>
      </div>
    </section>
  )
}

function Head({ snapshot }: { readonly snapshot: SessionSnapshot }): ReactNode {
  const { status, usable, authenticated, generation, sid, reason, degraded, error } = snapshot
  return (
    <header>
      <p className="status" role="status">
        <span className="dot" data-status={status} aria-hidden="true" /> <strong>{status}</strong>
        {authenticated && (usable ? " · requests go out" : " · requests wait")}
        {reason !== null && ` · ${reason}`}
        {degraded !== null && ` · degraded: ${degraded}`}
      </p>
      {sid !== null && (
        <p className="quiet">
          session <code>{sid.slice(0, 8)}…</code>, grant {generation}
        </p>
      )}
      {error !== null && <p className="error">{error.message}</p>}
    </header>
  )
}

function useSnapshot(session: AnySession): SessionSnapshot {
  return useSyncExternalStore(session.subscribe, session.getSnapshot, session.getServerSnapshot)
}

function useWatched(session: AnySession): Watched {
  const watch = useMemo(() => new ChartWatch(session), [session])
  return useSyncExternalStore(watch.subscribe, watch.getSnapshot, watch.getSnapshot)
}

/** The facts of the grant in use, once there is one: by then the session has begun. */
function factsOf(session: AnySession, { authenticated, status }: SessionSnapshot): Facts | null {
  if (!authenticated || status === "restoring") return null
  return (session.actor.getSnapshot() as { readonly context: { readonly facts: Facts | null } }).context.facts
}
