import { afterEach, expect, test, vi } from "vitest"
import { closeServed, served } from "./served.ts"

afterEach(closeServed)

test("a session lives over real HTTP: login, requests, a revoked token, logout", async () => {
  const { emulator, send, logIn, cookie } = await served()
  const login = await logIn()
  expect([login.status, cookie()]).toEqual([200, expect.stringMatching(/^session=[\w-]{43}$/)])
  expect((await send("/api/resource")).status).toBe(200)
  emulator.revokeAccessToken()
  const answers = await Promise.all(Array.from({ length: 200 }, () => send("/api/resource")))
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
  expect([emulator.stats.refreshes, emulator.stats.reused]).toEqual([1, 0])
  expect(await (await send("/logout", { method: "POST" })).json()).toEqual({ revoked: true })
  expect((await send("/api/resource")).status).toBe(401)
})

test("an answer streams through while it is made", async () => {
  let goOn = () => {}
  const { send, logIn } = await served((_, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" }).write("first\n")
    goOn = () => response.end("last\n")
  })
  await logIn()
  const reader = (await send("/api/events")).body!.pipeThrough(new TextDecoderStream()).getReader()
  expect((await reader.read()).value).toBe("first\n")
  goOn()
  expect((await reader.read()).value).toBe("last\n")
})

test("a body streams through while it is made", async () => {
  const seen: string[] = []
  let sawFirst = () => {}
  const first = new Promise<void>((resolve) => (sawFirst = resolve))
  const { send, logIn } = await served((request, response) => {
    request.setEncoding("utf8").on("data", (part: string) => {
      seen.push(part)
      sawFirst()
    })
    request.on("end", () => response.end("done"))
  })
  await logIn()
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      controller.enqueue(new TextEncoder().encode("first"))
      await first
      controller.enqueue(new TextEncoder().encode("last"))
      controller.close()
    },
  })
  const response = await send("/api/upload", { method: "POST", body, duplex: "half" } as RequestInit)
  expect([await response.text(), seen.join("")]).toEqual(["done", "firstlast"])
})

test("a browser that goes away takes its request with it", async () => {
  let [arrive, leave] = [() => {}, () => {}]
  const [arrived, left] = [new Promise<void>((resolve) => (arrive = resolve)), new Promise<void>((resolve) => (leave = resolve))]
  const { send, logIn } = await served((_, response) => {
    response.on("close", leave)
    arrive()
  })
  await logIn()
  const leaving = new AbortController()
  const request = send("/api/slow", { signal: leaving.signal }).catch((error: Error) => error.name)
  await arrived
  leaving.abort()
  expect(await request).toBe("AbortError")
  await left
})

test("an API that is away is a 502 of ours, without a word of where it is", async () => {
  const { send, logIn } = await served((request) => request.socket.destroy())
  await logIn()
  const log = vi.spyOn(console, "error").mockReturnValueOnce()
  const response = await send("/api/orders")
  expect(log).toHaveBeenCalledOnce()
  expect([response.status, await response.json()]).toEqual([502, { error: "upstream" }])
})

test("a redirect of the API is the browser's to follow; the credential does not", async () => {
  const { send, logIn } = await served((_, response) => response.writeHead(302, { location: "https://elsewhere.example/" }).end())
  await logIn()
  const response = await send("/api/orders", { redirect: "manual" })
  expect([response.status, response.headers.get("location")]).toEqual([302, "https://elsewhere.example/"])
})
