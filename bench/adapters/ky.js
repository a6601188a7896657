import ky from "ky"
import { api } from "../stub/api.js"
import { askForTokens } from "./ask-for-tokens.js"

export const name = "ky, hooks"
export const packages = ["ky"]
export const gives = "response"

/**
 * ky's README, "hooks.beforeRequest" and "hooks.afterResponse" ("retry with a fresh token on a 401 error"). `delay: 0` is ours: by
 * default `ky.retry` waits 300 ms.
 *
 * @type {import("./adapter.js").Create}
 */
export function create({ fetch }) {
  let grant
  const client = ky.create({
    fetch,
    prefix: api.origin,
    hooks: {
      beforeRequest: [({ request }) => request.headers.set("authorization", `Bearer ${grant.accessToken}`)],
      afterResponse: [
        async ({ request, response, retryCount }) => {
          if (response.status !== 401 || retryCount > 0) return
          grant = await askForTokens(fetch, grant.refreshToken)
          const headers = new Headers(request.headers)
          headers.set("authorization", `Bearer ${grant.accessToken}`)
          return ky.retry({ request: new Request(request, { headers }), code: "TOKEN_REFRESHED", delay: 0 })
        },
      ],
    },
  })
  return {
    async signIn(given) {
      grant = given
    },
    request: () => client(api.resource),
    stop() {},
  }
}
