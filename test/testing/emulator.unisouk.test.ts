import { expect, test } from "vitest"
import { createEmulator } from "../../src/testing/emulator.ts"
import type { Emulator } from "../../src/testing/emulator.types.ts"

const nowMs = Date.UTC(2026, 0, 1)
const clock = { now: () => nowMs }

test("login answers with the customer and a cookie that no script can read", async () => {
  const emulator = createEmulator("unisouk", { refreshTokenTtlS: 60 })
  const answer = await login(emulator)
  expect(await answer.json()).toMatchObject({
    message: "Login Success",
    data: { customer: { id: "9007199254740993", status: "ACTIVE", mobileNumber: null }, isVerified: true },
    source: "db",
  })
  const { storeId } = emulator.options
  expect(answer.headers.getSetCookie()).toEqual([
    expect.stringMatching(
      new RegExp(`^__Secure-unisouk\\.${storeId}\\.refresh-token=[\\w-]+; Path=/; Max-Age=60; HttpOnly; Secure; SameSite=None$`),
    ),
  ])
})

test("a wrong password is a 401, a login that names no store a 400", async () => {
  const emulator = createEmulator("unisouk")
  expect((await login(emulator, { password: "wrong" })).status).toBe(401)
  expect((await login(emulator, { storeId: "1" })).status).toBe(400)
  expect(emulator.stats.logins).toBe(0)
})

test("refusals come in the documented envelope", async () => {
  const emulator = createEmulator("unisouk", { clock })
  const path = `/auth/refresh/${emulator.options.storeId}`
  const answer = await refresh(emulator, "dead")
  expect(answer.status).toBe(401)
  expect(await answer.json()).toEqual({
    requestId: expect.any(String),
    error: "UnauthorizedException",
    statusCode: 401,
    message: expect.any(String),
    path,
    timestamp: nowMs,
  })
  const withoutStore = await emulator.fetch(emulator.url + path)
  expect(await withoutStore.json()).toMatchObject({ statusCode: 400, error: "BadRequestException" })
})

test.each([
  [400, "BadRequestException"],
  [403, "ForbiddenException"],
  [404, "NotFoundException"],
  [500, "InternalServerError"],
])("status fault %i speaks the envelope", async (status, error) => {
  const emulator = createEmulator("unisouk")
  emulator.fail({ on: "refresh", with: status })
  const answer = await refresh(emulator, "any")
  expect(answer.status).toBe(status)
  expect(await answer.json()).toMatchObject({ error, statusCode: status })
})

test("refresh is a GET, or a POST by switch", async () => {
  const getter = createEmulator("unisouk")
  expect((await refresh(getter, cookieOf(await getter.mint()), "POST")).status).toBe(400)
  const poster = createEmulator("unisouk", { switches: { refreshMethod: "POST" } })
  expect((await refresh(poster, cookieOf(await poster.mint()), "POST")).status).toBe(200)
})

test("a suspended customer gets a 403, or a 200 that says INACTIVE", async () => {
  const strict = createEmulator("unisouk")
  const cookie = cookieOf(await strict.mint())
  strict.suspendUser()
  const answer = await refresh(strict, cookie)
  expect(answer.status).toBe(403)
  expect(await answer.json()).toMatchObject({ error: "ForbiddenException" })
  expect((await login(strict)).status).toBe(403)

  const polite = createEmulator("unisouk", { switches: { inactive: "200" } })
  const other = cookieOf(await polite.mint())
  polite.suspendUser()
  const reply = await refresh(polite, other)
  expect(reply.status).toBe(200)
  expect(await reply.json()).toMatchObject({ data: { customer: { status: "INACTIVE" } } })
})

test("without rotation a refresh sets no cookie and the old one stays good", async () => {
  const emulator = createEmulator("unisouk", { switches: { rotation: false } })
  const cookie = cookieOf(await emulator.mint())
  for (const _ of [1, 2]) expect((await refresh(emulator, cookie)).headers.getSetCookie()).toEqual([])
  expect(emulator.stats).toMatchObject({ refreshes: 2, reused: 0 })
})

test("logout wants a live bearer and clears the cookie", async () => {
  const emulator = createEmulator("unisouk")
  const { data } = (await (await emulator.mint()).json()) as { data: { accessToken: string } }
  const logout = (bearer: string) =>
    emulator.fetch(`${emulator.url}/auth/logout`, {
      headers: { "x-store-id": emulator.options.storeId, authorization: `Bearer ${bearer}` },
    })
  expect((await logout("dead")).status).toBe(401)
  const answer = await logout(data.accessToken)
  expect(await answer.json()).toEqual({
    message: "Logout Success",
    data: { email: emulator.credentials.email },
    source: "",
  })
  expect(answer.headers.getSetCookie()[0]).toContain("Max-Age=0")
  expect(emulator.ledger.signedIn()).toEqual([])
})

test("playing a browser, the emulator keeps the cookie and no script sees it", async () => {
  const emulator = createEmulator("unisouk", { cookies: "jar" })
  const answer = await login(emulator, {}, { credentials: "include" })
  expect(answer.headers.getSetCookie()).toEqual([])
  const forged = { "x-store-id": emulator.options.storeId, cookie: "a=b" }
  const url = `${emulator.url}/auth/refresh/${emulator.options.storeId}`
  expect((await emulator.fetch(url, { headers: forged })).status).toBe(401)
  for (const _ of [1, 2]) expect((await emulator.fetch(url, { headers: forged, credentials: "include" })).status).toBe(200)
  expect(emulator.log.some(({ headers }) => headers["cookie"]?.includes("a=b"))).toBe(false)
})

function login(emulator: Emulator<"unisouk">, changes = {}, init: RequestInit = {}) {
  const { storeId, baseUrl } = emulator.options
  return emulator.fetch(`${baseUrl}/auth/login`, {
    ...init,
    method: "POST",
    headers: { "content-type": "application/json", "x-store-id": storeId },
    body: JSON.stringify({ ...emulator.credentials, storeId, ...changes }),
  })
}

function refresh(emulator: Emulator<"unisouk">, cookie: string, method = "GET") {
  const { storeId, baseUrl } = emulator.options
  return emulator.fetch(`${baseUrl}/auth/refresh/${storeId}`, {
    method,
    headers: { "x-store-id": storeId, cookie: `__Secure-unisouk.${storeId}.refresh-token=${cookie}` },
  })
}

function cookieOf(response: Response) {
  return /refresh-token=([^;]*)/.exec(response.headers.getSetCookie()[0] ?? "")?.[1] ?? ""
}
