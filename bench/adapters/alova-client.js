import { createClientTokenAuthentication } from "alova/client"
import { alovaOf } from "./alova-of.js"
import { askForTokens } from "./ask-for-tokens.js"

export const name = "alova, client-based"
export const packages = ["alova"]
export const gives = "data"
export const cannot = { E: "as the server-based one" }

/** alova's "Token authentication interceptor", "Client-based": the expiry that came with the token counts. @type {import("./adapter.js").Create} */
export function create({ fetch }) {
  let grant
  const request = alovaOf(
    fetch,
    createClientTokenAuthentication({
      assignToken(method) {
        method.config.headers.Authorization = `Bearer ${grant.accessToken}`
      },
      refreshToken: {
        isExpired: () => Date.now() >= grant.expiresAt,
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
