import { createAlova } from "alova"
import adapterFetch from "alova/fetch"
import { api } from "../stub/api.js"

/** An alova instance as its README shows it; its cache and its sharing of requests are off, or one answer would serve them all. */
export function alovaOf(fetch, { onAuthRequired, onResponseRefreshToken }) {
  const alova = createAlova({
    baseURL: api.origin,
    requestAdapter: adapterFetch({ customFetch: fetch }),
    cacheFor: null,
    shareRequest: false,
    beforeRequest: onAuthRequired(),
    responded: onResponseRefreshToken(async (response) => {
      if (!response.ok) throw new Error(`the API answered ${response.status}`)
      return response.body === null ? null : response.json()
    }),
  })
  return () => alova.Get(api.resource)
}
