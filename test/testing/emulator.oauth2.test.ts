import { describe, expect, test } from "vitest"
import { createEmulator } from "../../src/testing/emulator.ts"
import type { Emulator, EmulatorOptions } from "../../src/testing/emulator.types.ts"

type Form = Record<string, string>

describe("client authentication", () => {
  test("none: the id is a parameter", async () => {
    const emulator = createEmulator("oauth2")
    expect(emulator.options.clientSecret).toBeUndefined()
    const refresh_token = await minted(emulator)
    expect(await error(await token(emulator, { refresh_token }))).toEqual([400, "invalid_client"])
    expect((await token(emulator, { refresh_token, client_id: emulator.options.clientId })).status).toBe(200)
  })

  test("client_secret_basic: id and secret are form-encoded in the header, and a wrong one is challenged", async () => {
    const emulator = create("client_secret_basic")
    const { clientId, clientSecret = "" } = emulator.options
    const refresh_token = await minted(emulator)
    const basic = (secret: string) => ({ authorization: `Basic ${btoa(`${encode(clientId)}:${encode(secret)}`)}` })
    const refused = await token(emulator, { refresh_token }, basic("wrong"))
    expect(refused.headers.get("www-authenticate")).toMatch(/^Basic/)
    expect(await error(refused)).toEqual([401, "invalid_client"])
    const unencoded = { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` }
    expect(await error(await token(emulator, { refresh_token }, unencoded))).toEqual([401, "invalid_client"])
    expect((await token(emulator, { refresh_token }, basic(clientSecret))).status).toBe(200)
    expect(emulator.stats).toMatchObject({ refreshes: 1, reused: 0 })
  })

  test("client_secret_post: both are parameters", async () => {
    const emulator = create("client_secret_post")
    const { clientId: client_id, clientSecret: client_secret = "" } = emulator.options
    const refresh_token = await minted(emulator)
    expect(await error(await token(emulator, { refresh_token, client_id }))).toEqual([400, "invalid_client"])
    expect((await token(emulator, { refresh_token, client_id, client_secret })).status).toBe(200)
  })
})

test("errors are those of RFC 6749", async () => {
  const emulator = createEmulator("oauth2")
  const client_id = emulator.options.clientId
  expect(await error(await token(emulator, { client_id, refresh_token: "dead" }))).toEqual([400, "invalid_grant"])
  expect(await error(await token(emulator, { client_id }))).toEqual([400, "invalid_request"])
  expect(await error(await token(emulator, { client_id, grant_type: "password" }))).toEqual([400, "unsupported_grant_type"])
  const send = (body: string, type: string) =>
    emulator.fetch(emulator.options.tokenUrl, { method: "POST", headers: { "content-type": type }, body })
  expect(await error(await send("{}", "application/json"))).toEqual([400, "invalid_request"])
  expect(await error(await send("a=1&a=2", "application/x-www-form-urlencoded"))).toEqual([400, "invalid_request"])
})

test("switches: no new refresh token, no expires_in, JWTs", async () => {
  const emulator = createEmulator("oauth2", {
    switches: { newRefreshToken: false, expiresIn: false, accessToken: "jwt" },
  })
  const refresh_token = await minted(emulator)
  for (const _ of [1, 2]) {
    const answer = await token(emulator, { refresh_token, client_id: emulator.options.clientId })
    expect(answer.headers.get("cache-control")).toBe("no-store")
    expect(await answer.json()).toEqual({ access_token: expect.stringMatching(/^ey/), token_type: "Bearer" })
  }
})

test("revoking a refresh token ends the session; revoking a token nobody knows is fine", async () => {
  const emulator = createEmulator("oauth2")
  const refreshToken = await minted(emulator)
  const revoke = (body: Form) => emulator.fetch(emulator.options.revocationUrl, { method: "POST", body: new URLSearchParams(body) })
  const client_id = emulator.options.clientId
  expect((await revoke({ token: "unknown", client_id })).status).toBe(200)
  expect(emulator.stats.logouts).toBe(0)
  expect((await revoke({ token: refreshToken })).status).toBe(400)
  expect((await revoke({ token: refreshToken, client_id })).status).toBe(200)
  expect(emulator.ledger.signedIn()).toEqual([])
  expect(emulator.stats.logouts).toBe(1)
})

test.each([
  ["invalid_token", 200],
  ["insufficient_user_authentication", 401],
  ["insufficient_scope", 403],
] as const)("resource challenge %s answers a live bearer %i", async (resourceChallenge, status) => {
  const emulator = createEmulator("oauth2", { switches: { resourceChallenge } })
  const { access_token } = (await (await emulator.mint()).json()) as { access_token: string }
  const read = (authorization: string) => emulator.fetch(`${emulator.url}/resource`, { headers: { authorization } })
  const answer = await read(`Bearer ${access_token}`)
  expect(answer.status).toBe(status)
  if (status !== 200) expect(answer.headers.get("www-authenticate")).toContain(`error="${resourceChallenge}"`)
  expect((await read("Bearer dead")).headers.get("www-authenticate")).toContain('error="invalid_token"')
  const bare = await emulator.fetch(`${emulator.url}/resource`)
  expect(bare.headers.get("www-authenticate")).toBe('Bearer realm="emulator"')
})

function create(clientAuthentication: "client_secret_basic" | "client_secret_post") {
  return createEmulator("oauth2", { switches: { clientAuthentication } } satisfies EmulatorOptions<"oauth2">)
}

function token(emulator: Emulator<"oauth2">, form: Form, headers: Record<string, string> = {}) {
  const body = new URLSearchParams({ grant_type: "refresh_token", ...form })
  return emulator.fetch(emulator.options.tokenUrl, { method: "POST", headers, body })
}

async function minted(emulator: Emulator<"oauth2">) {
  return ((await (await emulator.mint()).json()) as { refresh_token: string }).refresh_token
}

async function error(response: Response) {
  return [response.status, ((await response.json()) as { error: string }).error]
}

function encode(text: string) {
  return new URLSearchParams({ "": text }).toString().slice(1)
}
