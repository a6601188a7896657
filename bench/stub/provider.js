import { api } from "./api.js"
import { fakeJwt } from "./fake-jwt.js"

/** @typedef {{ accessToken: string, refreshToken: string, expiresAt: number }} Grant */

/**
 * A provider with its API behind one `fetch`: rotating refresh tokens that may be spent once (a second time ends the whole login, as
 * RFC 9700, 4.14.2 asks), access tokens that can be revoked, and faults. It answers `/token` as RFC 6749 says, and
 * `/token?grant_type=refresh_token` as Supabase Auth does.
 *
 * @param {{ ttlS?: number, refreshMs?: number, aheadMs?: number, graceMs?: number }} options `aheadMs`: how far its clock is ahead of
 *   ours; `graceMs`: for how long a spent refresh token is answered with its successor again.
 */
export function createProvider({ ttlS = 900, refreshMs = 20, aheadMs = 0, graceMs = 0 } = {}) {
  const access = new Map()
  const refresh = new Map()
  const stats = { refreshes: 0, reused: 0, requests: 0, unauthorized: 0, refreshedAt: [] }
  /** What a refresh meets: one of `faults`, or null. */
  let fault = null
  /** For how long an answer of the API is on its way, ms. @type {(nth: number) => number} */
  let answerMs = () => 0
  let logins = 0

  const now = () => Date.now() + aheadMs

  function issue(family) {
    const grant = {
      accessToken: fakeJwt({ sub: "ada", iat: Math.floor(now() / 1000), exp: Math.floor(now() / 1000) + ttlS, jti: access.size }),
      refreshToken: `refresh-${family}-${refresh.size}`,
    }
    access.set(grant.accessToken, { family, until: now() + ttlS * 1000 })
    refresh.set(grant.refreshToken, { family, successor: null, spentAt: null })
    return grant
  }

  function rotate(refreshToken) {
    const held = refresh.get(refreshToken)
    if (held === undefined) return null
    if (held.successor === null) return Object.assign(held, { successor: issue(held.family), spentAt: now() }).successor
    stats.reused++
    if (now() - held.spentAt <= graceMs) return held.successor
    for (const tokens of [access, refresh]) for (const [token, { family }] of tokens) if (family === held.family) tokens.delete(token)
    return null
  }

  async function answerRefresh(url, init) {
    stats.refreshes++
    stats.refreshedAt.push(Date.now())
    const body = typeof init.body === "string" ? JSON.parse(init.body) : Object.fromEntries(init.body)
    const fails = fault
    if (fails?.once) fault = null
    if (fails?.before) await fails.before()
    else if (refreshMs > 0) await after(refreshMs)
    if (fails?.instead) return fails.instead()
    const tokens = rotate(body.refresh_token)
    if (fails?.lost) throw new TypeError("fetch failed")
    if (tokens === null) return json({ error: "invalid_grant", error_description: "Invalid Refresh Token" }, 400)
    return json(url.includes("?") ? asSupabase(tokens) : asOAuth(tokens))
  }

  const asOAuth = ({ accessToken, refreshToken }) => ({
    access_token: accessToken,
    refresh_token: refreshToken,
    token_type: "Bearer",
    expires_in: ttlS,
  })

  const asSupabase = (tokens) => ({
    ...asOAuth(tokens),
    expires_at: Math.floor(now() / 1000) + ttlS,
    user: { id: "ada", aud: "authenticated", role: "authenticated" },
  })

  const json = (body, status = 200) =>
    new Response(JSON.stringify(body), {
      status,
      headers: { "content-type": "application/json", date: new Date(now()).toUTCString() },
    })

  async function answerResource(authorization) {
    const nth = stats.requests++
    const isGood = (access.get(authorization?.slice("Bearer ".length))?.until ?? 0) > now()
    if (!isGood) stats.unauthorized++
    const ms = answerMs(nth)
    if (ms > 0) await after(ms)
    return isGood ? json({ orders: [] }) : json({ message: "Unauthorized" }, 401)
  }

  return {
    stats,
    /** @type {typeof fetch} */
    fetch: async (input, init) => {
      const { url, signal, headers, body } = await partsOf(input, init)
      signal?.throwIfAborted()
      if (url.startsWith(api.tokenUrl)) return unlessAborted(answerRefresh(url, { body, signal }), signal)
      if (url.endsWith("/user")) return json(asSupabase({}).user)
      return unlessAborted(answerResource(headers.get("authorization")), signal)
    },
    /** Somebody logs in. The moment is in our time. @returns {Grant} */
    login() {
      return { ...issue(`login${++logins}`), expiresAt: Date.now() + ttlS * 1000 }
    },
    revokeAccessTokens() {
      for (const held of access.values()) held.until = 0
    },
    /** From now on refreshes meet this one of `faults`; null: none. */
    fail(next) {
      fault = next
      if (next?.ends) refresh.clear()
    },
    answerAfter(ms) {
      answerMs = ms
    },
  }
}

async function partsOf(input, init = {}) {
  if (!(input instanceof Request)) {
    return { url: String(input), signal: init.signal, headers: new Headers(init.headers), body: init.body }
  }
  return { url: input.url, signal: init.signal ?? input.signal, headers: input.headers, body: new URLSearchParams(await input.text()) }
}

const after = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

function unlessAborted(answer, signal) {
  if (!signal) return answer
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true })
    answer.then(resolve, reject)
  })
}
