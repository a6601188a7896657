import { createSessionFetch } from "../../dist/src/ofetch.js"
import { api } from "../stub/api.js"
import * as sessionchart from "./sessionchart.js"

export const name = "sessionchart, createSessionFetch"
export const gives = "data"
export const cannot = { D: "the session is the one above" }

/** @type {import("./adapter.js").Create} */
export function create(given) {
  const client = sessionchart.create(given)
  const $fetch = createSessionFetch(client.session)
  return { ...client, request: () => $fetch(api.resource) }
}
