import { createFetch } from "ofetch"
import { api } from "../stub/api.js"
import { askForTokens } from "./ask-for-tokens.js"

export const name = "ofetch, interceptors"
export const packages = ["ofetch"]
export const gives = "data"

/**
 * ofetch's README, "Interceptors" and "Auto Retry": the header in `onRequest`, the refresh in `onResponseError`, 401 among
 * `retryStatusCodes`. It names no recipe for tokens; this is the one that its users pass on (unjs/community, discussion 34).
 *
 * @type {import("./adapter.js").Create}
 */
export function create({ fetch }) {
  let grant
  const $fetch = createFetch({
    fetch,
    Headers,
    defaults: {
      baseURL: api.origin,
      retry: 1,
      retryStatusCodes: [401],
      onRequest({ options }) {
        options.headers.set("authorization", `Bearer ${grant.accessToken}`)
      },
      async onResponseError({ response }) {
        if (response.status === 401) grant = await askForTokens(fetch, grant.refreshToken)
      },
    },
  })
  return {
    async signIn(given) {
      grant = given
    },
    request: () => $fetch(api.resource),
    stop() {},
  }
}
