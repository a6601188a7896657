import { describe, expect, test } from "vitest"
import { createEmulator } from "../../src/testing/emulator.ts"
import type { EmulatorName } from "../../src/testing/emulator.types.ts"
import { providerCalls } from "./provider-calls.ts"

const names: EmulatorName[] = ["geins", "unisouk", "menu", "commerce-engine", "vault", "oauth2"]
const dayMs = 24 * 3600 * 1000

function movedClock() {
  let now = Date.UTC(2026, 0, 1, 0, 0, 0, 250)
  return { now: () => now, move: (ms: number) => void (now += ms) }
}

describe.each(names)("every emulator: %s", (name) => {
  test("a session goes from mint to resource, refresh and resource", async () => {
    const emulator = createEmulator(name)
    const calls = providerCalls(emulator)
    const first = await calls.begin()
    expect(await (await calls.resource(first.access)).json()).toEqual({
      user: emulator.ledger.signedIn()[0],
      method: "GET",
      body: "",
      path: "/resource",
    })
    const answer = await calls.refresh(first)
    expect(answer.status).toBe(200)
    const second = await calls.read(answer, first)
    expect(second.access).not.toBe(first.access)
    expect((await calls.resource(second.access)).status).toBe(200)
    expect(emulator.stats).toEqual({ logins: 1, refreshes: 1, reused: 0, unauthorized: 0, logouts: 0, requests: 2 })
    expect(emulator.log.map(({ on, status }) => [on, status])).toEqual([
      ["resource", 200],
      ["refresh", 200],
      ["resource", 200],
    ])
    expect(emulator.log[1]?.credential).toBe(first.refresh)
  })

  test("the access token dies at its expiry by the emulator's clock, and not before", async () => {
    const clock = movedClock()
    const calls = providerCalls(createEmulator(name, { clock, accessTokenTtlS: 60 }))
    const { access } = await calls.begin()
    clock.move(59_700)
    expect((await calls.resource(access)).status).toBe(200)
    clock.move(50)
    expect((await calls.resource(access)).status).toBe(401)
  })

  test("a spent refresh credential is refused, counted, and leaves its successor alone", async () => {
    const emulator = createEmulator(name)
    const calls = providerCalls(emulator)
    const first = await calls.begin()
    const second = await calls.read(await calls.refresh(first))
    const refused = await calls.refresh(first)
    expect(refused.ok).toBe(false)
    expect(emulator.stats).toMatchObject({ refreshes: 1, reused: 1 })
    expect(emulator.ledger.refreshCredentials.map(({ state, presented }) => [state, presented.length])).toEqual([
      ["spent", 2],
      ["live", 0],
    ])
    expect((await calls.refresh(second)).status).toBe(200)
  })

  test("on reuse the whole family can be revoked", async () => {
    const emulator = createEmulator(name, { onReuse: "revokeFamily" })
    const calls = providerCalls(emulator)
    const first = await calls.begin()
    const second = await calls.read(await calls.refresh(first))
    await calls.refresh(first)
    expect((await calls.refresh(second)).ok).toBe(false)
    expect((await calls.resource(second.access)).status).toBe(401)
    expect(emulator.ledger.signedIn()).toEqual([])
  })

  test("within the grace a replay gets the same successor; after it, it is reuse", async () => {
    const clock = movedClock()
    const emulator = createEmulator(name, { clock, graceS: 10 })
    const calls = providerCalls(emulator)
    const first = await calls.begin()
    const second = await calls.read(await calls.refresh(first))
    clock.move(9_999)
    const replayed = await calls.read(await calls.refresh(first))
    expect(replayed.refresh).toBe(second.refresh)
    expect(emulator.stats.reused).toBe(0)
    clock.move(1)
    expect((await calls.refresh(first)).ok).toBe(false)
    expect(emulator.stats.reused).toBe(1)
  })

  test("without rotation a credential may be used again and again", async () => {
    const emulator = createEmulator(name, { rotation: false })
    const calls = providerCalls(emulator)
    const first = await calls.begin()
    for (const _ of [1, 2, 3]) expect((await calls.refresh(first)).status).toBe(200)
    expect(emulator.stats).toMatchObject({ refreshes: 3, reused: 0 })
  })

  test("fifty refreshes at once with one credential: one is granted", async () => {
    const emulator = createEmulator(name)
    const calls = providerCalls(emulator)
    const first = await calls.begin()
    const answers = await Promise.all(Array.from({ length: 50 }, () => calls.refresh(first)))
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
    expect(emulator.stats).toMatchObject({ refreshes: 1, reused: 49 })
  })

  test("the refresh credential runs out", async () => {
    const clock = movedClock()
    const calls = providerCalls(createEmulator(name, { clock }))
    const first = await calls.begin()
    clock.move(31 * dayMs)
    expect((await calls.refresh(first)).ok).toBe(false)
  })

  test("revoked access tokens are refused by the resource only", async () => {
    const emulator = createEmulator(name)
    const calls = providerCalls(emulator)
    const first = await calls.begin()
    emulator.revokeAccessToken()
    expect((await calls.resource(first.access)).status).toBe(401)
    const second = await calls.read(await calls.refresh(first), first)
    expect((await calls.resource(second.access)).status).toBe(200)
    expect(emulator.stats.unauthorized).toBe(1)
  })

  test("a revoked session is refused everywhere, without being reuse", async () => {
    const emulator = createEmulator(name)
    const calls = providerCalls(emulator)
    const first = await calls.begin()
    emulator.revokeSession()
    expect((await calls.resource(first.access)).status).toBe(401)
    expect((await calls.refresh(first)).ok).toBe(false)
    expect(emulator.stats.reused).toBe(0)
    expect(emulator.ledger.signedIn()).toEqual([])
  })

  test("a suspended user is refused until reactivated; the other user is not", async () => {
    const emulator = createEmulator(name)
    const calls = providerCalls(emulator)
    const first = await calls.begin()
    emulator.suspendUser(0)
    expect((await calls.refresh(first)).ok).toBe(false)
    const other = await calls.read(await emulator.mint({ user: 1 }))
    expect((await calls.refresh(other)).status).toBe(200)
    emulator.reactivateUser()
    expect((await calls.refresh(first)).status).toBe(200)
  })

  test("unknown paths are 404, wrong methods 400, and neither touches the books", async () => {
    const emulator = createEmulator(name)
    const calls = providerCalls(emulator)
    const first = await calls.begin()
    expect((await emulator.fetch(`${emulator.url}/nowhere`)).status).toBe(404)
    await calls.refresh(first)
    const { pathname } = new URL(emulator.log[1]?.path ?? "", emulator.url)
    expect((await emulator.fetch(emulator.url + pathname, { method: "DELETE" })).status).toBe(400)
    expect(emulator.stats.refreshes).toBe(1)
  })

  test("two tokens of the same millisecond differ", async () => {
    const emulator = createEmulator(name, { clock: { now: () => 1_000_000 } })
    const calls = providerCalls(emulator)
    expect((await calls.begin()).access).not.toBe((await calls.begin()).access)
  })

  test("after close nobody answers", async () => {
    const emulator = createEmulator(name)
    await emulator.close()
    await expect(emulator.fetch(`${emulator.url}/resource`)).rejects.toMatchObject({
      message: "fetch failed",
      cause: { code: "ECONNREFUSED" },
    })
  })
})

test("names and switches that do not exist are named", () => {
  expect(() => createEmulator("gains" as "geins")).toThrow(/no provider "gains".*geins/)
  expect(() => createEmulator("vault", { switches: { expiresOut: true } as never })).toThrow(/vault has no switch "expiresOut".*expiresIn/)
})
