import { describe, expect, test } from "vitest"
import { createEmulator } from "../../src/testing/emulator.ts"
import type { Fault } from "../../src/testing/emulator.types.ts"
import { manualClock } from "../../src/testing/manual-clock.ts"
import { providerCalls } from "./provider-calls.ts"

async function signedIn(options: Parameters<typeof createEmulator<"vault">>[1] = {}) {
  const emulator = createEmulator("vault", options)
  const calls = providerCalls(emulator)
  const tokens = await calls.begin()
  const failing = (fault: Omit<Fault, "on">) => {
    emulator.fail({ on: "refresh", ...fault })
    return calls.refresh(tokens)
  }
  const credential = () => emulator.ledger.refreshCredentials[0]
  return { emulator, calls, tokens, failing, credential }
}

test("a network fault carries nothing out; a lost answer does", async () => {
  const { emulator, failing, credential } = await signedIn()
  await expect(failing({ with: "network" })).rejects.toMatchObject({ message: "fetch failed", cause: { code: "ECONNRESET" } })
  expect(credential()).toMatchObject({ state: "live", presented: [] })
  await expect(failing({ with: "lost" })).rejects.toBeInstanceOf(TypeError)
  expect(credential()?.state).toBe("spent")
  expect(emulator.stats.refreshes).toBe(1)
  expect(emulator.log.map(({ status }) => status)).toEqual(["network", "lost"])
})

test("garbage, a web page and an empty body are 200 answers that carry nothing out", async () => {
  const { failing, credential } = await signedIn()
  for (const wrong of ["garbage", "html", "empty"] as const) {
    const answer = await failing({ with: wrong })
    expect(answer.status).toBe(200)
    await expect(answer.json()).rejects.toThrow()
  }
  expect((await failing({ with: "html" })).headers.get("content-type")).toContain("text/html")
  expect(credential()?.presented).toEqual([])
})

test("a truncated body is half of the good one", async () => {
  const { failing, credential } = await signedIn()
  const text = await (await failing({ with: "truncated" })).text()
  expect(text).toMatch(/^\{"access_token":"ey/)
  expect(() => JSON.parse(text) as unknown).toThrow()
  expect(credential()?.state).toBe("spent")
})

test("whether a fault lets the request through can be chosen", async () => {
  const { failing, credential } = await signedIn()
  await expect((await failing({ with: "truncated", processed: false })).json()).rejects.toThrow()
  expect(credential()?.state).toBe("live")
  expect((await failing({ with: 504, processed: true })).status).toBe(504)
  expect(credential()?.state).toBe("spent")
})

test("a status fault says Retry-After, in seconds or as a date", async () => {
  const { failing } = await signedIn()
  expect((await failing({ with: 429, retryAfter: 7 })).headers.get("retry-after")).toBe("7")
  const date = "Thu, 01 Jan 2026 00:00:07 GMT"
  expect((await failing({ with: 503, retryAfter: date })).headers.get("retry-after")).toBe(date)
})

test("a status can come as a web page, or with a body of one's own", async () => {
  const { failing } = await signedIn()
  const page = await failing({ with: { status: 403, html: true } })
  expect([page.status, page.headers.get("content-type")]).toEqual([403, "text/html; charset=utf-8"])
  const body = { error: "slow_down" }
  expect(await (await failing({ with: { status: 400, body } })).json()).toEqual(body)
})

test("faults play in order, as often as asked, on their own kind of request, until healed", async () => {
  const { emulator, calls, tokens } = await signedIn({ rotation: false })
  emulator.fail({ on: "refresh", with: 503, times: 2 })
  emulator.fail({ on: "refresh", with: 500 })
  emulator.fail({ on: "resource", with: 401, times: Infinity })
  const statuses = []
  for (let count = 0; count < 4; count++) statuses.push((await calls.refresh(tokens)).status)
  expect(statuses).toEqual([503, 503, 500, 200])
  expect((await calls.resource(tokens.access)).status).toBe(401)
  expect((await calls.resource(tokens.access)).status).toBe(401)
  emulator.heal()
  expect((await calls.resource(tokens.access)).status).toBe(200)
  expect(emulator.stats).toMatchObject({ unauthorized: 2, requests: 1 })
})

describe("a request that hangs", () => {
  test("ends with its signal's reason", async () => {
    const { emulator } = await signedIn()
    emulator.fail({ on: "resource", with: "hang" })
    const controller = new AbortController()
    const waiting = emulator.fetch(`${emulator.url}/resource`, { signal: controller.signal })
    const reason = new Error("enough")
    setTimeout(() => controller.abort(reason))
    await expect(waiting).rejects.toBe(reason)
    expect(emulator.log.at(-1)?.status).toBe("hang")
  })

  test("ends when the emulator closes", async () => {
    const { emulator, failing } = await signedIn()
    const waiting = failing({ with: "hang" })
    const settled = expect(waiting).rejects.toMatchObject({ cause: { code: "ECONNRESET" } })
    while (emulator.log.length === 0) await Promise.resolve()
    await emulator.close()
    await settled
  })

  test("in its body has headers, and ends with the signal too", async () => {
    const { emulator } = await signedIn()
    emulator.fail({ on: "resource", with: "hang-body" })
    const controller = new AbortController()
    const answer = await emulator.fetch(`${emulator.url}/resource`, { signal: controller.signal })
    expect(answer.status).toBe(200)
    const reason = new Error("enough")
    setTimeout(() => controller.abort(reason))
    await expect(answer.text()).rejects.toBe(reason)
  })

  test("does not hold up a clock that is moved by hand; answers do", async () => {
    const works: Promise<unknown>[] = []
    const track = <T>(work: Promise<T>) => (works.push(work), work)
    const { failing, calls, tokens } = await signedIn({ clock: { now: () => 0, track } })
    let settled = 0
    void failing({ with: "hang" }).finally(() => settled++)
    void calls.refresh(tokens).then(() => settled++)
    expect(works).toHaveLength(2)
    await Promise.all(works)
    await new Promise((resolve) => setTimeout(resolve))
    expect(settled).toBe(1)
  })

  test("lets the manual clock move on", async () => {
    const clock = manualClock()
    const { failing, calls, tokens } = await signedIn({ clock })
    void failing({ with: "hang" })
    let read: unknown
    void calls.refresh(tokens).then(async (answer) => (read = await answer.json()))
    await clock.advance(1000)
    expect(read).toMatchObject({ token_type: "Bearer" })
  })
})

test("an aborted signal sends nothing", async () => {
  const { emulator } = await signedIn()
  const reason = new Error("no")
  await expect(emulator.fetch(`${emulator.url}/resource`, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  expect(emulator.log).toEqual([])
})

test("a fault's own function sees the request and decides when it is carried out", async () => {
  const { emulator, failing, credential } = await signedIn()
  let open = () => {}
  const gate = new Promise<void>((resolve) => (open = resolve))
  let seen = ""
  const waiting = failing({
    async with(request, answer) {
      seen = await request.text()
      await gate
      return answer()
    },
  })
  while (seen === "") await new Promise((resolve) => setTimeout(resolve))
  expect(seen).toContain("refreshToken")
  expect(credential()?.state).toBe("live")
  open()
  expect((await waiting).status).toBe(200)
  expect(emulator.log[0]).toMatchObject({ status: 200 })
})

describe("the in-memory fetch", () => {
  test("reaches no other origin", async () => {
    const { emulator } = await signedIn()
    await expect(emulator.fetch("https://elsewhere.test/")).rejects.toMatchObject({ cause: { code: "ENOTFOUND" } })
  })

  test("follows redirects, refuses them, or hands them over", async () => {
    const { emulator, tokens } = await signedIn()
    const to = (target: string, init?: RequestInit) =>
      emulator.fetch(`${emulator.url}/redirect?to=${encodeURIComponent(target)}`, {
        headers: { authorization: `Bearer ${tokens.access}` },
        ...init,
      })
    expect((await to(`${emulator.url}/resource`)).status).toBe(200)
    expect((await to("https://elsewhere.test/", { redirect: "manual" })).status).toBe(302)
    await expect(to(`${emulator.url}/resource`, { redirect: "error" })).rejects.toThrow("fetch failed")
    await expect(to("https://elsewhere.test/")).rejects.toThrow("fetch failed")
  })

  test("sends bodies, which the resource repeats", async () => {
    const { emulator, tokens } = await signedIn()
    const answer = await emulator.fetch(`${emulator.url}/resource/orders?page=2`, {
      method: "PUT",
      headers: { authorization: `Bearer ${tokens.access}` },
      body: "flour",
    })
    expect(await answer.json()).toEqual({ user: "501", method: "PUT", body: "flour", path: "/resource/orders?page=2" })
    expect(emulator.log.at(-1)).toMatchObject({ body: "flour", credential: tokens.access })
  })
})
