import { afterEach, describe, expect, test } from "vitest"
import type { Emulator, EmulatorName } from "../../src/testing/emulator.types.ts"
import { startEmulator } from "../../src/testing/node.ts"
import { providerCalls } from "./provider-calls.ts"

const started: Emulator[] = []

async function start<Name extends EmulatorName>(...args: Parameters<typeof startEmulator<Name>>) {
  const emulator = await startEmulator(...args)
  started.push(emulator as unknown as Emulator)
  return emulator
}

afterEach(async () => {
  await Promise.all(started.splice(0).map((emulator) => emulator.close()))
})

const names: EmulatorName[] = ["geins", "unisouk", "menu", "commerce-engine", "vault", "oauth2"]

test.each(names)("%s lives over real HTTP: refresh, resource, reuse", async (name) => {
  const emulator = await start(name)
  expect(emulator.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  const calls = providerCalls(emulator, fetch)
  const first = await calls.begin()
  const second = await calls.read(await calls.refresh(first))
  expect((await calls.resource(second.access)).status).toBe(200)
  expect((await calls.refresh(first)).ok).toBe(false)
  expect(emulator.stats).toMatchObject({ refreshes: 1, reused: 1, requests: 1 })
})

test("a thousand requests at once are all answered", async () => {
  const emulator = await start("vault")
  const calls = providerCalls(emulator, fetch)
  const { access } = await calls.begin()
  const answers = await Promise.all(
    Array.from({ length: 1000 }, async (_, at) => {
      const answer = await calls.resource(at % 2 === 0 ? access : "dead")
      await answer.text()
      return answer.status
    }),
  )
  expect(answers.filter((status) => status === 200)).toHaveLength(500)
  expect(emulator.stats).toMatchObject({ requests: 500, unauthorized: 500 })
})

describe("faults over the wire", () => {
  test.each(["network", "lost"] as const)("%s kills the connection, and the server goes on", async (fault) => {
    const emulator = await start("vault")
    const calls = providerCalls(emulator, fetch)
    const tokens = await calls.begin()
    emulator.fail({ on: "refresh", with: fault })
    await expect(calls.refresh(tokens)).rejects.toThrow("fetch failed")
    expect(emulator.stats.refreshes).toBe(fault === "lost" ? 1 : 0)
    expect(emulator.log.map(({ status }) => status)).toEqual([fault])
    expect((await calls.resource(tokens.access)).status).toBe(200)
  })

  test("a hang ends with the caller's signal; a body that hangs has headers before", async () => {
    const emulator = await start("vault")
    const [first, second] = [new AbortController(), new AbortController()]
    emulator.fail({ on: "resource", with: "hang" })
    const hanging = expect(fetch(`${emulator.url}/resource`, { signal: first.signal })).rejects.toThrow(/abort/)
    while (emulator.log.length === 0) await new Promise((resolve) => setTimeout(resolve, 1))
    first.abort()
    await hanging
    emulator.fail({ on: "resource", with: "hang-body" })
    const answer = await fetch(`${emulator.url}/resource`, { signal: second.signal })
    expect(answer.status).toBe(200)
    second.abort()
    await expect(answer.text()).rejects.toThrow(/abort/)
  })

  test("truncated, empty and status faults arrive as they are", async () => {
    const emulator = await start("vault")
    const calls = providerCalls(emulator, fetch)
    const tokens = await calls.begin()
    emulator.fail({ on: "refresh", with: "empty" })
    expect(await (await calls.refresh(tokens)).text()).toBe("")
    emulator.fail({ on: "refresh", with: 503, retryAfter: 3 })
    expect((await calls.refresh(tokens)).headers.get("retry-after")).toBe("3")
    emulator.fail({ on: "refresh", with: "truncated" })
    await expect((await calls.refresh(tokens)).json()).rejects.toThrow(SyntaxError)
  })
})

test("a redirect to another origin arrives without Authorization", async () => {
  const here = await start("vault")
  const there = await start("vault")
  const to = encodeURIComponent(`${there.url}/resource`)
  const answer = await fetch(`${here.url}/redirect?to=${to}`, { headers: { authorization: "Bearer secret" } })
  expect(answer.status).toBe(401)
  expect(there.log[0]?.headers).not.toHaveProperty("authorization")
})

test("answers carry the emulator's date, not the machine's", async () => {
  const emulator = await start("vault", { clock: { now: () => Date.UTC(2031, 4, 5) } })
  const answer = await fetch(`${emulator.url}/resource`)
  expect(answer.headers.get("date")).toBe("Mon, 05 May 2031 00:00:00 GMT")
})

test("close is prompt, also with requests that hang, and then connections are refused", async () => {
  const emulator = await startEmulator("vault")
  emulator.fail({ on: "resource", with: "hang", times: 2 })
  const hanging = [1, 2].map(() => fetch(`${emulator.url}/resource`))
  const settled = Promise.allSettled(hanging)
  while (emulator.log.length < 2) await new Promise((resolve) => setTimeout(resolve, 1))
  emulator.fail({ on: "resource", with: "hang-body" })
  const half = await fetch(`${emulator.url}/resource`)
  const begun = performance.now()
  await emulator.close()
  expect(performance.now() - begun).toBeLessThan(500)
  expect((await settled).map(({ status }) => status)).toEqual(["rejected", "rejected"])
  await expect(half.text()).rejects.toThrow("terminated")
  await expect(fetch(`${emulator.url}/resource`)).rejects.toMatchObject({ cause: { code: "ECONNREFUSED" } })
})

test("the port can be chosen, and a taken one is an error", async () => {
  const first = await start("menu")
  const port = Number(new URL(first.url).port)
  await expect(startEmulator("menu", { port })).rejects.toMatchObject({ code: "EADDRINUSE" })
  await first.close()
  expect((await start("menu", { port })).url).toBe(first.url)
})
