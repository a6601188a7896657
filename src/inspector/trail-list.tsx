import type { ReactNode } from "react"
import type { TrailEntry } from "../trail.ts"

/** A session's last transitions, the newest first: when, by what, from where to where, and by which rule. */
export function TrailList({ trail }: { readonly trail: readonly TrailEntry[] }): ReactNode {
  if (trail.length === 0) return <p className="quiet">Nothing has happened yet.</p>
  return (
    <div className="trail" role="region" aria-label="Trail" tabIndex={0}>
      <ol>{trail.map((entry, place) => <Entry key={`${entry.at} ${place}`} entry={entry} />).toReversed()}</ol>
    </div>
  )
}

function Entry({ entry: { at, chart, event, from, to, says, rule, source } }: { readonly entry: TrailEntry }): ReactNode {
  return (
    <li data-chart={chart}>
      <p className="when">
        <time dateTime={new Date(at).toISOString()}>{new Date(at).toISOString().slice(11, 23)}</time> <span className="chart">{chart}</span>
      </p>
      <p>
        <code>{event}</code>
      </p>
      <p className="step">
        {from === "" ? "begins" : from}{" "}
        <span role="img" aria-label="to">
          →
        </span>{" "}
        <strong>{to}</strong>
      </p>
      {says !== undefined && <p className="says">{says}</p>}
      {rule !== undefined && (
        <p className="rule">
          Rule <code>{rule}</code>
          {source !== undefined && (
            <>
              {": "}
              {source.url === undefined ? source.document : <a href={source.url}>{source.document}</a>}, {source.section}
            </>
          )}
        </p>
      )}
    </li>
  )
}
