import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import Provider from "oidc-provider"
import { whenOver } from "../redis/closing.ts"
import { KeptForGood } from "./kept-for-good.ts"

/** An OpenID Connect server that nobody here wrote, on loopback: it rotates refresh tokens, and revokes a grant whose token comes twice. */
export interface OidcServer {
  readonly issuer: string
  readonly clientId: string
  /** What it says of itself. */
  readonly seen: { consumed: number; revoked: number; errors: string[] }
  /** Logs a user in as a browser does (authorization code, PKCE), and redeems the code. Resolves with the token endpoint's reply. */
  logIn(login: string): Promise<TokenReply>
}

export interface TokenReply {
  readonly access_token: string
  readonly refresh_token: string
  readonly expires_in: number
}

const CLIENT_ID = "shop"
const CALLBACK = "http://127.0.0.1/callback"

export async function startOidcServer(): Promise<OidcServer> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, resolve))
  whenOver(() => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  })
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const kept = new Map<string, unknown>()
  const provider = new Provider(issuer, {
    adapter: (model: string) => new KeptForGood(model, kept),
    clients: [
      {
        client_id: CLIENT_ID,
        token_endpoint_auth_method: "none",
        application_type: "native",
        grant_types: ["authorization_code", "refresh_token"],
        redirect_uris: [CALLBACK],
      },
    ],
    scopes: ["openid", "offline_access"],
    issueRefreshToken: () => true,
    rotateRefreshToken: true,
    cookies: { keys: ["a key of the tests"] },
    ttl: { AccessToken: 3600, RefreshToken: 86_400, IdToken: 3600, Grant: 86_400, Session: 86_400, Interaction: 3600 },
    findAccount: (_: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id }) }),
  })
  const seen: OidcServer["seen"] = { consumed: 0, revoked: 0, errors: [] }
  provider.on("refresh_token.consumed", () => (seen.consumed += 1))
  provider.on("grant.revoked", () => (seen.revoked += 1))
  for (const event of ["grant.error", "userinfo.error", "server_error"])
    provider.on(event, (_: unknown, error: Error) => seen.errors.push(`${event}: ${error.message}`))
  server.on("request", provider.callback())
  return { issuer, clientId: CLIENT_ID, seen, logIn: (login) => logIn(issuer, login) }
}

async function logIn(issuer: string, login: string): Promise<TokenReply> {
  const verifier = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64url")
  const challenge = Buffer.from(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier))).toString("base64url")
  const asked = new URLSearchParams({
    client_id: CLIENT_ID,
    response_type: "code",
    redirect_uri: CALLBACK,
    scope: "openid offline_access",
    prompt: "consent",
    code_challenge: challenge,
    code_challenge_method: "S256",
  })
  const browser = new Follower()
  let at = await browser.follow(`${issuer}/auth?${asked}`, CALLBACK)
  // Its own pages for development: a login with any password, and a consent.
  for (const form of [{ prompt: "login", login, password: "any" }, { prompt: "consent" }]) {
    if (at.startsWith(CALLBACK)) break
    at = await browser.follow(at, CALLBACK, new URLSearchParams(form))
  }
  const code = new URL(at).searchParams.get("code")
  if (code === null) throw new Error(`the login ended at ${at}`)
  const form = { grant_type: "authorization_code", client_id: CLIENT_ID, redirect_uri: CALLBACK, code, code_verifier: verifier }
  const response = await fetch(`${issuer}/token`, { method: "POST", body: new URLSearchParams(form) })
  if (!response.ok) throw new Error(`the code was answered ${response.status} ${await response.text()}`)
  return (await response.json()) as TokenReply
}

/** A browser as far as logins need one: it keeps cookies and follows redirects. */
class Follower {
  readonly #cookies = new Map<string, string>()

  /** Goes to a page, or sends a form there; resolves with where it comes out: a page, or the end. */
  async follow(url: string, end: string, form?: URLSearchParams): Promise<string> {
    const cookie = Array.from(this.#cookies, ([name, value]) => `${name}=${value}`).join("; ")
    const response = await fetch(url, { redirect: "manual", headers: { cookie }, ...(form && { method: "POST", body: form }) })
    await response.arrayBuffer()
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!
      if (value === "") this.#cookies.delete(name!)
      else this.#cookies.set(name!, value!)
    }
    const location = response.headers.get("location")
    if (location === null && !response.ok) throw new Error(`the login was answered ${response.status} at ${url}`)
    if (location === null) return url
    const next = new URL(location, url).href
    return next.startsWith(end) ? next : this.follow(next, end)
  }
}
