import { decodeJwt } from "jose"
import { expect, test } from "vitest"
import { createEmulator } from "../../src/testing/emulator.ts"
import type { Emulator } from "../../src/testing/emulator.types.ts"

interface Content {
  user?: { id: string; is_anonymous: boolean }
  access_token: string
  refresh_token: string
}

test("login answers with the user and two JWTs, and says no expiry", async () => {
  const emulator = createEmulator("commerce-engine", { clock: { now: () => 1_000_000_900 } })
  const answer = await post(emulator, "/auth/login/password", emulator.credentials)
  const reply = (await answer.json()) as { success: boolean; content: Content }
  expect(reply).toMatchObject({ success: true, content: { user: { email: emulator.credentials.email } } })
  expect(Object.keys(reply.content).sort()).toEqual(["access_token", "refresh_token", "user"])
  expect(decodeJwt(reply.content.access_token)).toMatchObject({ iat: 1_000_000, exp: 1_003_600 })
  expect(decodeJwt(reply.content.refresh_token)).toMatchObject({ exp: 1_000_000 + 30 * 86_400 })
})

test("a visitor begins anonymously, with the API key", async () => {
  const emulator = createEmulator("commerce-engine")
  expect((await post(emulator, "/auth/anonymous", {})).status).toBe(400)
  const answer = await post(emulator, "/auth/anonymous", {}, { "X-Api-Key": emulator.options.apiKey })
  const { content } = (await answer.json()) as { content: Content }
  expect(content.user?.is_anonymous).toBe(true)
  expect(await (await resource(emulator, content.access_token)).json()).toMatchObject({ user: content.user?.id })
  expect(emulator.ledger.signedIn()).toEqual([])
  expect(emulator.stats.logins).toBe(1)
})

test("logout ends the session and hands out an anonymous pair", async () => {
  const emulator = createEmulator("commerce-engine")
  const before = await minted(emulator)
  const answer = await post(emulator, "/auth/logout", {}, { authorization: `Bearer ${before.access_token}` })
  const { content: after } = (await answer.json()) as { content: Content }
  expect(after.user?.is_anonymous).toBe(true)
  expect((await resource(emulator, before.access_token)).status).toBe(401)
  expect((await resource(emulator, after.access_token)).status).toBe(200)
  expect((await refresh(emulator, before.refresh_token)).status).toBe(400)
  expect(emulator.ledger.signedIn()).toEqual([])
  expect(emulator.stats).toMatchObject({ logouts: 1, logins: 1 })
})

test.each([400, 401, 404] as const)("a dead refresh token is refused with %i, in the envelope", async (refusalStatus) => {
  const answer = await refresh(createEmulator("commerce-engine", { switches: { refusalStatus } }), "dead")
  expect(answer.status).toBe(refusalStatus)
  expect(await answer.json()).toEqual({ message: expect.any(String), success: false, code: expect.any(String) })
})

test("a refusal may come as 200 with success: false; status faults stay what they are", async () => {
  const emulator = createEmulator("commerce-engine", { switches: { successFalse: true } })
  const answer = await refresh(emulator, "dead")
  expect(answer.status).toBe(200)
  expect(await answer.json()).toMatchObject({ success: false })
  emulator.fail({ on: "refresh", with: 404 })
  expect((await refresh(emulator, "dead")).status).toBe(404)
})

test("a refresh may want Authorization too; an expired access token will do", async () => {
  let now = 0
  const emulator = createEmulator("commerce-engine", {
    clock: { now: () => now },
    switches: { refreshNeedsAuthorization: true, refreshToken: "opaque" },
  })
  const { access_token, refresh_token } = await minted(emulator)
  expect(refresh_token).not.toContain(".")
  now = 2 * 3600 * 1000
  expect((await refresh(emulator, refresh_token)).status).toBe(401)
  expect((await refresh(emulator, refresh_token, { authorization: `Bearer ${access_token}` })).status).toBe(200)
  expect(emulator.ledger.refreshCredentials[0]?.presented).toEqual([now])
})

test("the user can be read by id", async () => {
  const emulator = createEmulator("commerce-engine")
  const { access_token, user } = await minted(emulator)
  const read = (id = "") => emulator.fetch(`${emulator.url}/auth/user/${id}`, { headers: { authorization: `Bearer ${access_token}` } })
  expect(await (await read(user?.id)).json()).toMatchObject({ content: { user } })
  expect((await read("someone-else")).status).toBe(404)
})

test("a body without refresh_token is a bad request", async () => {
  const answer = await post(createEmulator("commerce-engine"), "/auth/refresh-token", { refreshToken: "x" })
  expect(answer.status).toBe(400)
})

function post(emulator: Emulator<"commerce-engine">, path: string, body: unknown, headers: Record<string, string> = {}) {
  return emulator.fetch(emulator.options.baseUrl + path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  })
}

function refresh(emulator: Emulator<"commerce-engine">, token: string, headers: Record<string, string> = {}) {
  return post(emulator, "/auth/refresh-token", { refresh_token: token }, headers)
}

function resource(emulator: Emulator<"commerce-engine">, token: string) {
  return emulator.fetch(`${emulator.url}/resource`, { headers: { authorization: `Bearer ${token}` } })
}

async function minted(emulator: Emulator<"commerce-engine">) {
  return ((await (await emulator.mint()).json()) as { content: Content }).content
}
