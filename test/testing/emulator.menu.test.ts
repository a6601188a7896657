import { decodeJwt } from "jose"
import { expect, test } from "vitest"
import { createEmulator } from "../../src/testing/emulator.ts"
import type { Emulator } from "../../src/testing/emulator.types.ts"
import { menuHeaders } from "./provider-calls.ts"

const startS = Date.UTC(2026, 0, 1) / 1000
const dayMs = 24 * 3600 * 1000

function movedClock() {
  let now = startS * 1000
  return { now: () => now, move: (ms: number) => void (now += ms) }
}

test("a refreshed token keeps the login's iat; nbf and exp are its own", async () => {
  const clock = movedClock()
  const emulator = createEmulator("menu", { clock })
  const first = await tokenOf(await login(emulator))
  expect(decodeJwt(first.value)).toMatchObject({
    iss: `${emulator.url}/api/customers/login`,
    iat: startS,
    nbf: startS,
    exp: startS + 3600,
    setRefreshTTL: 2_628_000,
  })
  expect(first).toMatchObject({ ttl: 60, refresh_ttl: 2_628_000, issued_token_type: "access_token" })
  clock.move(1_004_000)
  const second = await tokenOf(await refresh(emulator, first.value))
  const claims = decodeJwt(second.value)
  expect(claims).toMatchObject({
    iss: `${emulator.url}/api/customers/refresh`,
    iat: startS,
    nbf: startS + 1004,
    exp: startS + 4604,
  })
  expect(claims.jti).not.toBe(decodeJwt(first.value).jti)
})

test("the reply carries the customer whose id the books use", async () => {
  const emulator = createEmulator("menu")
  const { data } = (await (await emulator.mint({ user: 1 })).json()) as { data: { customer_account: { id: string } } }
  expect(emulator.ledger.signedIn()).toEqual([data.customer_account.id])
})

test("an expired token refreshes; a refreshed one is dead at once, everywhere", async () => {
  const clock = movedClock()
  const emulator = createEmulator("menu", { clock })
  const first = await tokenOf(await emulator.mint())
  clock.move(2 * dayMs)
  const second = await tokenOf(await refresh(emulator, first.value))
  const third = await tokenOf(await refresh(emulator, second.value))
  expect(await resource(emulator, second.value)).toBe(401)
  expect(await resource(emulator, third.value)).toBe(200)
  expect((await refresh(emulator, second.value)).status).toBe(401)
  expect(emulator.stats.reused).toBe(1)
})

test("with grace the old token works for ten seconds more, at both doors", async () => {
  const clock = movedClock()
  const emulator = createEmulator("menu", { clock, switches: { graceS: 10 } })
  const first = await tokenOf(await emulator.mint())
  const second = await tokenOf(await refresh(emulator, first.value))
  clock.move(9_999)
  expect(await resource(emulator, first.value)).toBe(200)
  expect((await tokenOf(await refresh(emulator, first.value))).value).toBe(second.value)
  clock.move(1)
  expect(await resource(emulator, first.value)).toBe(401)
  expect((await refresh(emulator, first.value)).status).toBe(401)
})

test.each([
  ["iat", 401],
  ["expiry", 200],
] as const)("a window from %s answers %i thirty days after the login", async (windowFrom, status) => {
  const clock = movedClock()
  const emulator = createEmulator("menu", { clock, switches: { windowFrom } })
  const first = await tokenOf(await emulator.mint())
  clock.move(20 * dayMs)
  const second = await tokenOf(await refresh(emulator, first.value))
  clock.move(10 * dayMs)
  expect((await refresh(emulator, second.value)).status).toBe(status)
})

test("switches: ttl in seconds, opaque tokens, no logout", async () => {
  const emulator = createEmulator("menu", { switches: { ttlUnit: "seconds", jwt: false, logout: false } })
  const { value, ttl } = await tokenOf(await emulator.mint())
  expect(ttl).toBe(3600)
  expect(value).not.toContain(".")
  expect((await call(emulator, "logout", value)).status).toBe(404)
})

test("logout kills the token", async () => {
  const emulator = createEmulator("menu")
  const { value } = await tokenOf(await emulator.mint())
  expect((await call(emulator, "logout", value)).status).toBe(200)
  expect((await refresh(emulator, value)).status).toBe(401)
  expect(emulator.stats).toMatchObject({ logouts: 1, reused: 0 })
})

test.each(["Application", "Api-Version", "X-Request-ID", "Device-UUID"])("a refresh without %s is a 400", async (name) => {
  const emulator = createEmulator("menu")
  const { value } = await tokenOf(await emulator.mint())
  expect((await call(emulator, "refresh", value, { [name]: "" })).status).toBe(400)
  expect(emulator.ledger.refreshCredentials[0]).toMatchObject({ state: "live", presented: [] })
})

function login(emulator: Emulator<"menu">) {
  return emulator.fetch(`${emulator.url}/api/customers/login`, {
    method: "POST",
    headers: { ...menuHeaders(emulator.options), "content-type": "application/json" },
    body: JSON.stringify(emulator.credentials),
  })
}

function refresh(emulator: Emulator<"menu">, token: string) {
  return call(emulator, "refresh", token)
}

function call(emulator: Emulator<"menu">, name: string, token: string, headers: Record<string, string> = {}) {
  return emulator.fetch(`${emulator.url}/api/customers/${name}`, {
    headers: { ...menuHeaders(emulator.options), authorization: `Bearer ${token}`, ...headers },
  })
}

async function resource(emulator: Emulator<"menu">, token: string) {
  return (await emulator.fetch(`${emulator.url}/resource`, { headers: { authorization: `Bearer ${token}` } })).status
}

async function tokenOf(response: Response) {
  const { data } = (await response.json()) as { data: { token: { value: string; ttl: number; refresh_ttl: number } } }
  return data.token
}
