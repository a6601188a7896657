import { api } from "../stub/api.js"

export const name = "fetch, static header"
export const gives = "response"
/** The floor: no session at all. */
export const cannot = { B: "no refresh", C: "no refresh", D: "no session", F: "no refresh" }

/** @type {import("./adapter.js").Create} */
export function create({ fetch }) {
  let headers = {}
  return {
    async signIn({ accessToken }) {
      headers = { authorization: `Bearer ${accessToken}` }
    },
    request: () => fetch(api.resourceUrl, { headers }),
    stop() {},
  }
}
