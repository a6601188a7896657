const RETRY_AFTER_S = 120

const json = (body, status, headers) =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json", ...headers } })

const broken = () => {
  throw new TypeError("fetch failed", { cause: Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" }) })
}

/**
 * What may become of a refresh. `instead`: the answer in place of the provider's; `before`: what it waits for; `lost`: it is done, but its
 * answer does not arrive; `once`: only the first time; `ends`: the provider has ended the login; `retryAfterS`: what it asks for.
 */
export const faults = {
  network: { says: "connection reset", instead: broken },
  500: { says: "500", instead: () => json({ error: "server_error" }, 500) },
  503: {
    says: `503, Retry-After ${RETRY_AFTER_S}`,
    retryAfterS: RETRY_AFTER_S,
    instead: () => json({}, 503, { "retry-after": `${RETRY_AFTER_S}` }),
  },
  429: {
    says: `429, Retry-After ${RETRY_AFTER_S}`,
    retryAfterS: RETRY_AFTER_S,
    instead: () => json({}, 429, { "retry-after": `${RETRY_AFTER_S}` }),
  },
  hang: { says: "no answer ever", before: () => new Promise(() => {}) },
  html: {
    says: "200 with HTML",
    instead: () => new Response("<!doctype html><h1>Please log in to the Wi-Fi</h1>", { headers: { "content-type": "text/html" } }),
  },
  missing: { says: "200 without a token", instead: () => json({ token_type: "Bearer" }, 200) },
  lost: { says: "done, its answer lost (the provider forgives for 30 s)", lost: true, once: true },
  invalidGrant: { says: "invalid_grant: the login is over", ends: true },
}
