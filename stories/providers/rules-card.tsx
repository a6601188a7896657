import type { Rules } from "sessionchart"

/** A provider's rules in words, as its own data says them. */
export function RulesCard({ rules }: { readonly rules: Rules }) {
  return (
    <section className="card" aria-labelledby="rules-title">
      <h2 id="rules-title">Its rules</h2>
      <dl className="facts">
        <div>
          <dt>Refreshes with</dt>
          <dd>{CREDENTIALS[rules.credential]}</dd>
        </div>
        <div>
          <dt>A refresh hands out</dt>
          <dd>{rules.rotation === "always" ? "a new credential, always" : "a new credential, if it likes"}</dd>
        </div>
        <div>
          <dt>The old access token</dt>
          <dd>{rules.oldToken === "dies" ? "dies at once" : "lives on until it expires"}</dd>
        </div>
        <div>
          <dt>A refresh is possible</dt>
          <dd>{windowOf(rules)}</dd>
        </div>
      </dl>
      <h3>What ends or blocks a session</h3>
      <ul className="answers">
        {Object.entries(rules.answers).map(([name, { verdict, says, source }]) => (
          <li key={name}>
            <code>{name}</code> <span className="soft">{verdict === "refused" ? "ends it" : "blocks it"}</span>
            <p>{says}</p>
            <p className="small soft">
              {source.url ? <a href={source.url}>{`${source.document}, ${source.section}`}</a> : `${source.document}, ${source.section}`}
            </p>
          </li>
        ))}
      </ul>
    </section>
  )
}

const CREDENTIALS: Record<Rules["credential"], string> = {
  header: "a token in a header",
  body: "a token in the body",
  bearer: "the access token itself, expired or not",
  cookie: "a cookie that script never sees",
}

function windowOf({ window }: Rules): string {
  if (window === null) return "until the provider says no: its documents give no time"
  if (window.from === "refreshJwt") return "until the credential’s own end"
  const days = window.afterS / 86_400
  return window.from === "iat" ? `for ${days} days after the login` : `for ${days} days after the last new credential`
}
