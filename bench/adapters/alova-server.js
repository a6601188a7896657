import { createServerTokenAuthentication } from "alova/client"
import { alovaOf } from "./alova-of.js"
import { askForTokens } from "./ask-for-tokens.js"

export const name = "alova, server-based"
export const packages = ["alova"]
export const gives = "data"

/** alova's "Token authentication interceptor", "Server-based": a 401 says that the token is over. @type {import("./adapter.js").Create} */
export function create({ fetch }) {
  let grant
  const request = alovaOf(
    fetch,
    createServerTokenAuthentication({
      assignToken(method) {
        method.config.headers.Authorization = `Bearer ${grant.accessToken}`
      },
      refreshTokenOnSuccess: {
        isExpired: (response) => response.status === 401,
        async handler() {
          grant = await askForTokens(fetch, grant.refreshToken)
        },
      },
    }),
  )
  return {
    async signIn(given) {
      grant = given
    },
    request,
    stop() {},
  }
}
