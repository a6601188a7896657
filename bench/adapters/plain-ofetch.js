import { createFetch } from "ofetch"
import { api } from "../stub/api.js"

export const name = "ofetch, static header"
export const packages = ["ofetch"]
export const gives = "data"
/** What `createSessionFetch` is measured against. */
export const cannot = { B: "no refresh", C: "no refresh", D: "no session", E: "as the one with interceptors", F: "no refresh" }

/** @type {import("./adapter.js").Create} */
export function create({ fetch }) {
  let $fetch
  return {
    async signIn({ accessToken }) {
      const headers = { authorization: `Bearer ${accessToken}` }
      $fetch = createFetch({ fetch, Headers, defaults: { baseURL: api.origin, headers } })
    },
    request: () => $fetch(api.resource),
    stop() {},
  }
}
