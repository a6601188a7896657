import { InMemoryWebStorage, User, UserManager, WebStorageStateStore } from "oidc-client-ts"
import { api } from "../stub/api.js"

export const name = "oidc-client-ts"
export const packages = ["oidc-client-ts"]
export const gives = "response"

/**
 * Its documentation's "Using the access token": `getUser()`, then the header. `automaticSilentRenew` is on by default and works with a
 * refresh token; after a 401 `signinSilent()` and one replay, which is what its users write. It sends by the global `fetch`.
 *
 * @type {import("./adapter.js").Create}
 */
export function create({ fetch }) {
  globalThis.fetch = fetch
  const manager = new UserManager({
    authority: api.origin,
    client_id: "bench",
    redirect_uri: `${api.origin}/callback`,
    metadata: { issuer: api.origin, token_endpoint: api.tokenUrl, authorization_endpoint: `${api.origin}/authorize` },
    userStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
  })

  async function send() {
    const user = await manager.getUser()
    if (user === null) throw new Error("signed out")
    return fetch(api.resourceUrl, { headers: { Authorization: `Bearer ${user.access_token}` } })
  }

  return {
    async signIn({ accessToken, refreshToken, expiresAt }) {
      const profile = { sub: "ada", iss: api.origin, aud: "bench", exp: 0, iat: 0 }
      await manager.storeUser(
        new User({
          access_token: accessToken,
          refresh_token: refreshToken,
          expires_at: Math.floor(expiresAt / 1000),
          token_type: "Bearer",
          profile,
        }),
      )
      await manager.getUser() // starts its timers, as every load of a page does
    },
    async request() {
      const response = await send()
      if (response.status !== 401) return response
      await manager.signinSilent()
      return send()
    },
    stop: () => manager.dispose?.() ?? manager.stopSilentRenew(),
  }
}
