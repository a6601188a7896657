import { createSession } from "../../dist/src/index.js"
import { oauth2 } from "../../dist/src/providers/oauth2.js"
import { api } from "../stub/api.js"

export const name = "sessionchart, session.fetch"
export const gives = "response"

const provider = oauth2({ tokenUrl: api.tokenUrl, clientId: "bench", apiUrl: api.origin })

/** As README's first example, with OAuth 2.0 as the provider. @type {import("./adapter.js").Create} */
export function create({ fetch }) {
  const session = createSession({ provider, baseURL: api.origin, fetch })
  return {
    session,
    signIn: ({ accessToken, refreshToken, expiresAt }) => session.accept({ accessToken, refreshToken, expiresAt }),
    request: () => session.fetch(api.resource),
    stop: () => session.stop(),
    isSignedIn: () => session.getSnapshot().authenticated,
  }
}
