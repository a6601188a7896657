import { expect, test } from "vitest"
import { createEmulator } from "../../src/testing/emulator.ts"
import type { Emulator } from "../../src/testing/emulator.types.ts"

const json = { "content-type": "application/json" }

test("login takes three calls and answers with token, maxAge and the refresh header", async () => {
  const emulator = createEmulator("geins")
  const answer = await login(emulator, emulator.users[1])
  expect(answer.status).toBe(200)
  expect(await answer.json()).toEqual({ token: expect.stringMatching(/^ey/), maxAge: 900 })
  expect(answer.headers.get("x-auth-refresh-token")).toMatch(/^[\w-]{43}$/)
  expect(emulator.stats.logins).toBe(1)
  expect(emulator.log.map(({ on }) => on)).toEqual(["login", "login", "login"])
})

test("a wrong password, a made-up signature and a suspended user are refused", async () => {
  const emulator = createEmulator("geins", { switches: { refusalStatus: 400 } })
  const { username, password } = emulator.credentials
  expect((await login(emulator, { username, password: "wrong" })).status).toBe(400)
  const forged = { username, password, signature: { identity: "a", timestamp: "b", signature: "c" } }
  expect((await post(emulator, loginUrl(emulator), forged)).status).toBe(400)
  emulator.suspendUser()
  expect((await login(emulator, { username, password })).status).toBe(400)
  expect(emulator.stats.logins).toBe(0)
})

test("a client that hashes passwords is understood when told how", async () => {
  const emulator = createEmulator("geins", { switches: { passwordOnTheWire: async (password) => `hash of ${password}` } })
  const { username, password } = emulator.credentials
  expect((await login(emulator, { username, password })).status).toBe(401)
  expect((await login(emulator, { username, password: `hash of ${password}` })).status).toBe(200)
})

test("a refresh may keep the old token, which then stays good", async () => {
  const emulator = createEmulator("geins", { switches: { newRefreshToken: false } })
  const refreshToken = (await emulator.mint()).headers.get("x-auth-refresh-token") ?? ""
  for (const cacheControl of ["no-cache", "max-age=0"]) {
    const answer = await emulator.fetch(loginUrl(emulator), {
      headers: { "x-auth-refresh-token": refreshToken, "cache-control": cacheControl },
    })
    expect(answer.status).toBe(200)
    expect(answer.headers.has("x-auth-refresh-token")).toBe(false)
  }
  expect(emulator.stats.reused).toBe(0)
})

test("a refresh without its header is not allowed, unless the emulator is told not to be strict", async () => {
  expect((await (async (emulator) => emulator.fetch(loginUrl(emulator)))(createEmulator("geins"))).status).toBe(400)
  const lenient = createEmulator("geins", { strict: false })
  expect((await lenient.fetch(loginUrl(lenient))).status).toBe(401)
})

test("logout is a GET that ends the session", async () => {
  const emulator = createEmulator("geins")
  const refreshToken = (await emulator.mint()).headers.get("x-auth-refresh-token") ?? ""
  const url = loginUrl(emulator).replace("/login", "/logout")
  expect((await emulator.fetch(url, { headers: { "x-auth-refresh-token": refreshToken } })).status).toBe(200)
  expect(emulator.ledger.signedIn()).toEqual([])
  expect(emulator.stats).toMatchObject({ logouts: 1, reused: 0 })
  expect(emulator.ledger.refreshCredentials[0]).toMatchObject({ state: "revoked", presented: [] })
})

test("user data wants the API key and the bearer", async () => {
  const emulator = createEmulator("geins")
  const { token } = (await (await emulator.mint()).json()) as { token: string }
  const ask = (headers: Record<string, string>) =>
    emulator.fetch(`${emulator.url}/graphql`, { method: "POST", headers: { ...json, ...headers }, body: "{}" })
  const apiKey = { "X-ApiKey": emulator.options.merchantApiKey }
  expect((await ask({ authorization: `Bearer ${token}` })).status).toBe(400)
  expect((await ask(apiKey)).status).toBe(401)
  expect(await (await ask({ ...apiKey, authorization: `Bearer ${token}` })).json()).toMatchObject({
    data: { getUser: { email: emulator.credentials.username } },
  })
})

test("a page may read the resource, but not the auth service", async () => {
  const emulator = createEmulator("geins")
  const asksFirst = (url: string) =>
    emulator.handle(
      new Request(url, {
        method: "OPTIONS",
        headers: { origin: "https://shop.test", "access-control-request-method": "GET" },
      }),
    )
  expect((await asksFirst(loginUrl(emulator))).headers.has("access-control-allow-origin")).toBe(false)
  const resource = await asksFirst(`${emulator.url}/resource`)
  expect(resource.status).toBe(204)
  expect(resource.headers.get("access-control-allow-origin")).toBe("https://shop.test")
  expect(emulator.stats.unauthorized).toBe(0)
})

function loginUrl({ options: { authUrl, account, environment } }: Emulator<"geins">) {
  return `${authUrl}/api/${account}_${environment}/login`
}

function post(emulator: Emulator<"geins">, url: string, body: unknown) {
  return emulator.fetch(url, { method: "POST", headers: json, body: JSON.stringify(body) })
}

async function login(emulator: Emulator<"geins">, { username, password }: { username: string; password: string }) {
  const { sign } = (await (await post(emulator, loginUrl(emulator), { username })).json()) as { sign: string }
  const { merchantApiUrl, merchantApiKey } = emulator.options
  const signed = await emulator.fetch(`${merchantApiUrl}/auth/sign/${merchantApiKey}?identity=${sign}`)
  return post(emulator, loginUrl(emulator), { username, password, signature: await signed.json() })
}
