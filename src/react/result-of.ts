import type { SessionSnapshot } from "../session.types.ts"
import type { AnyResult, AnySession, SessionActions } from "./use-session.types.ts"

/** A snapshot together with the session's methods: one object per snapshot, so that whoever compares sees no change where there is none. */
export function resultOf(session: AnySession, snapshot: SessionSnapshot): AnyResult {
  const { actions, results } = shownOf(session)
  const known = results.get(snapshot)
  if (known !== undefined) return known
  const result = Object.freeze({ ...snapshot, ...actions })
  results.set(snapshot, result)
  return result
}

interface Shown {
  readonly actions: SessionActions<unknown, unknown>
  readonly results: WeakMap<SessionSnapshot, AnyResult>
}

const shown = /* @__PURE__ */ new WeakMap<AnySession, Shown>()

function shownOf(session: AnySession): Shown {
  const known = shown.get(session)
  if (known !== undefined) return known
  const fresh = { actions: actionsOf(session), results: new WeakMap<SessionSnapshot, AnyResult>() }
  shown.set(session, fresh)
  return fresh
}

function actionsOf(session: AnySession): SessionActions<unknown, unknown> {
  return {
    login: (credentials, options) => session.login(credentials, options),
    accept: (tokens) => session.accept(tokens),
    refresh: (options) => session.refresh(options),
    logout: (options) => session.logout(options),
    touch: () => session.touch(),
    accessToken: (options) => session.accessToken(options),
    fetch: session.fetch,
  }
}
