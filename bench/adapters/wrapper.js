import { api } from "../stub/api.js"
import { askForTokens } from "./ask-for-tokens.js"

export const name = "hand-written wrapper"
export const gives = "response"

const MARGIN_MS = 60_000

/**
 * What a good developer writes in an afternoon: a margin before the expiry, one refresh for all who wait, one replay after a 401, and
 * none where the 401 is about an older token.
 *
 * @type {import("./adapter.js").Create}
 */
export function create({ fetch }) {
  let grant
  let flight = null

  function refresh() {
    flight ??= askForTokens(fetch, grant.refreshToken)
      .then((fresh) => (grant = fresh))
      .finally(() => (flight = null))
    return flight
  }

  async function send(path, init = {}) {
    if (Date.now() >= grant.expiresAt - MARGIN_MS) await refresh()
    const { accessToken } = grant
    const response = await sendWith(accessToken, path, init)
    if (response.status !== 401) return response
    if (grant.accessToken === accessToken) await refresh()
    return sendWith(grant.accessToken, path, init)
  }

  function sendWith(accessToken, path, init) {
    return fetch(api.origin + path, { ...init, headers: { ...init.headers, authorization: `Bearer ${accessToken}` } })
  }

  return {
    async signIn(given) {
      grant = given
    },
    request: () => send(api.resource),
    stop() {},
  }
}
