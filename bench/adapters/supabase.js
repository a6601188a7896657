import { AuthClient } from "@supabase/auth-js"
import { api } from "../stub/api.js"

export const name = "@supabase/auth-js"
export const packages = ["@supabase/auth-js"]
export const gives = "response"

let clients = 0

/**
 * auth-js' README, "Custom fetch implementation", and what supabase-js does for every request: `auth.getSession()`, then the header. Its
 * own refresh timer runs (`autoRefreshToken`, the default) where a server keeps sessions in memory by a storage each.
 *
 * @type {import("./adapter.js").Create}
 */
export function create({ fetch }) {
  const auth = new AuthClient({ url: api.origin, fetch, storageKey: `client-${clients++}`, storage: memoryStorage() })
  return {
    async signIn({ accessToken, refreshToken }) {
      const { error } = await auth.setSession({ access_token: accessToken, refresh_token: refreshToken })
      if (error) throw error
      await auth.startAutoRefresh()
    },
    async request() {
      const { data } = await auth.getSession()
      if (data.session === null) throw new Error("signed out")
      const headers = new Headers()
      headers.set("Authorization", `Bearer ${data.session.access_token}`)
      return fetch(api.resourceUrl, { headers })
    },
    stop: () => auth.stopAutoRefresh(),
  }
}

function memoryStorage() {
  const items = new Map()
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  }
}
