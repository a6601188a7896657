import { expect, test } from "vitest"
import { createEmulator } from "../../src/testing/emulator.ts"
import type { Emulator } from "../../src/testing/emulator.types.ts"

test("mint answers in the refresh reply's form", async () => {
  const emulator = createEmulator("vault")
  expect(await (await emulator.mint()).json()).toEqual({
    access_token: expect.stringMatching(/^ey/),
    refresh_token: expect.any(String),
    expires_in: 86_400,
    token_type: "Bearer",
  })
  expect(emulator.credentials).toBeUndefined()
})

test("switches leave out the new refresh token, expires_in and the JWT", async () => {
  const emulator = createEmulator("vault", {
    switches: { newRefreshToken: false, expiresIn: false, accessToken: "opaque" },
  })
  const { refresh_token } = (await (await emulator.mint()).json()) as { refresh_token: string }
  for (const _ of [1, 2])
    expect(await (await refresh(emulator, { refreshToken: refresh_token })).json()).toEqual({
      access_token: expect.not.stringContaining("."),
      token_type: "Bearer",
    })
})

test.each([
  [400, true],
  [401, false],
] as const)("a refusal can have status %i, and a body or none", async (refusalStatus, refusalBody) => {
  const emulator = createEmulator("vault", { switches: { refusalStatus, refusalBody } })
  const answer = await refresh(emulator, { refreshToken: "unknown" })
  expect(answer.status).toBe(refusalStatus)
  if (refusalBody) expect(await answer.json()).toMatchObject({ error: "invalid_grant" })
  else expect(await answer.text()).toBe("")
})

test.each([
  [{}, {}],
  [{ refreshToken: "x" }, { partnerId: "0x1267" }],
  [{ refreshToken: "x" }, { grantType: "password" }],
  [{ refreshToken: "x" }, { partnerId: "" }],
  [{ refreshToken: "x" }, { "content-type": "text/plain" }],
])("body %j with headers %j is an invalid request", async (body, headers) => {
  const answer = await refresh(createEmulator("vault"), body, headers)
  expect(answer.status).toBe(400)
  expect(await answer.json()).toMatchObject({ error: "invalid_request" })
})

function refresh(emulator: Emulator<"vault">, body: unknown, headers: Record<string, string> = {}) {
  return emulator.fetch(`${emulator.options.baseUrl}/v1/auth/token`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      partnerId: String(emulator.options.partnerId),
      grantType: "refresh_token",
      ...headers,
    },
    body: JSON.stringify(body),
  })
}
