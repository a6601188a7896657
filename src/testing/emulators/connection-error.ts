/** How `fetch` of Node rejects when a connection fails. */
export function connectionError(code: "ECONNREFUSED" | "ECONNRESET" | "ENOTFOUND"): TypeError {
  return new TypeError("fetch failed", { cause: Object.assign(new Error(code), { code }) })
}
