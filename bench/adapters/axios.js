import axios from "axios"
import { createAuthRefresh } from "axios-auth-refresh"
import { api } from "../stub/api.js"
import { askForTokens } from "./ask-for-tokens.js"

export const name = "axios + axios-auth-refresh"
export const packages = ["axios", "axios-auth-refresh"]
export const gives = "data"

/**
 * axios-auth-refresh's README, "Usage" and "Request interceptor", with its default options; axios' README, "Custom fetch": `env.fetch`.
 *
 * @type {import("./adapter.js").Create}
 */
export function create({ fetch }) {
  let grant
  const client = axios.create({ baseURL: api.origin, adapter: "fetch", env: { fetch, Request: null, Response: null } })
  client.interceptors.request.use((request) => {
    request.headers["Authorization"] = `Bearer ${grant.accessToken}`
    return request
  })
  createAuthRefresh(client, async (failedRequest) => {
    grant = await askForTokens(fetch, grant.refreshToken)
    failedRequest.response.config.headers["Authorization"] = `Bearer ${grant.accessToken}`
  })
  return {
    async signIn(given) {
      grant = given
    },
    request: () => client.get(api.resource),
    stop() {},
  }
}
