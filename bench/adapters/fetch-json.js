import { api } from "../stub/api.js"

export const name = "fetch and json()"
export const gives = "data"
/** The free stub answers without a body. */
export const stubs = ["real"]
/** The floor of those who parse the body unasked. */
export const cannot = { B: "no refresh", C: "no refresh", D: "no session", F: "no refresh" }

/** @type {import("./adapter.js").Create} */
export function create({ fetch }) {
  let headers = {}
  return {
    async signIn({ accessToken }) {
      headers = { authorization: `Bearer ${accessToken}` }
    },
    request: async () => (await fetch(api.resourceUrl, { headers })).json(),
    stop() {},
  }
}
