import { api } from "../stub/api.js"

/**
 * One refresh by RFC 6749, section 6: what whoever brings no refresh of his own writes by hand. As in the recipes that are in the
 * documentations, nobody looks whether there is a token in the answer.
 *
 * @param {typeof fetch} fetch
 * @param {string} refreshToken
 * @returns {Promise<import("../stub/provider.js").Grant>}
 */
export async function askForTokens(fetch, refreshToken) {
  const sentAt = Date.now()
  const response = await fetch(api.tokenUrl, {
    method: "POST",
    body: new URLSearchParams({ grant_type: "refresh_token", refresh_token: refreshToken, client_id: "bench" }),
  })
  if (!response.ok) throw new Error(`refresh answered ${response.status}`)
  const { access_token, refresh_token, expires_in } = await response.json()
  return { accessToken: access_token, refreshToken: refresh_token, expiresAt: sentAt + expires_in * 1000 }
}
