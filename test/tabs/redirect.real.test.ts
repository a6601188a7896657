import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest"
import type { Emulator } from "../../src/testing/emulator.types.ts"
import { startEmulator } from "../../src/testing/node.ts"
import { executablePath } from "./chromium.ts"
import { atVault } from "./emulators.ts"
import { openTabsLab, type Tab, type TabsLab } from "./tabs-lab.ts"
import { prove, tallyOf } from "./tally.ts"

describe.skipIf(executablePath === undefined)("S18 redirects in Chromium", () => {
  let lab: TabsLab
  let emulator: Emulator<"vault">
  let elsewhere: Emulator<"vault">
  let tab: Tab
  beforeAll(async () => {
    lab = await openTabsLab()
    emulator = await startEmulator("vault", { graceS: 0 })
    elsewhere = await startEmulator("vault", { graceS: 0 })
    tab = await lab.tab(lab.freshSite(), { ...atVault(emulator), allowedOrigins: [emulator.url, elsewhere.url] })
  }, 60_000)
  afterAll(async () => {
    await lab?.close()
    await emulator?.close()
    await elsewhere?.close()
  })
  beforeEach(async () => {
    await tab.call("accept", await (await emulator.mint()).text())
  })

  /** What has reached the other origin of the session's secrets: none of them, in any header, path or body. */
  function secretsElsewhere(): string[] {
    const { accessTokens, refreshCredentials } = emulator.ledger
    const secrets = [...accessTokens.map(({ token }) => token), ...refreshCredentials.map(({ credential }) => credential)]
    const heard = JSON.stringify(elsewhere.log)
    return secrets.filter((secret) => heard.includes(secret))
  }

  test.for(["GET", "POST"])(
    "a %s that leads to another origin, though it may have the credential, arrives without; the platform drops it, and its 401 refreshes nothing",
    async (method, { task }) => {
      const before = [emulator.log.length, elsewhere.log.length] as const
      const to = encodeURIComponent(`${elsewhere.url}/resource`)
      const headers = { "x-of-the-caller": "goes along" }
      expect(await tab.call("fetch", `/redirect?to=${to}`, { method, headers })).toBe(401)
      const sent = emulator.log.slice(before[0]).find((entry) => entry.method === method)
      const arrived = elsewhere.log.slice(before[1]).find(({ on }) => on === "resource")
      expect(sent?.headers["authorization"]).toMatch(/^Bearer ./)
      expect(arrived).toMatchObject({ status: 401, headers })
      expect(arrived?.headers).not.toHaveProperty("authorization")
      expect(secretsElsewhere()).toEqual([])
      prove(task, `S18: a ${method} is redirected to another origin`, "1 request", { ...tallyOf(emulator), "secrets there": 0 })
      expect(emulator.stats.refreshes).toBe(0)
    },
  )

  test("within the origin it keeps the credential", async () => {
    expect(await tab.call("fetch", "/redirect?to=/resource/here")).toBe(200)
  })

  test.for([307, 302])("a refresh that the provider redirects (%i) leads nowhere, and logs nobody out", async (status) => {
    const before = elsewhere.log.length
    emulator.fail({
      on: "refresh",
      with: ({ headers }) =>
        new Response(null, {
          status,
          headers: {
            location: `${elsewhere.url}/v1/auth/token`,
            "access-control-allow-origin": headers.get("origin")!,
            "access-control-allow-credentials": "true",
          },
        }),
    })
    expect(await tab.call("refresh")).toBe("refresh_unavailable")
    expect(elsewhere.log.slice(before)).toEqual([])
    expect(await tab.call("shows")).toMatchObject({ reason: null, generation: 1 })
    expect(await tab.call("refresh")).toBe(2)
    expect(secretsElsewhere()).toEqual([])
    expect(tallyOf(emulator).reused).toBe(0)
  })
})
