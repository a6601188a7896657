import type { IncomingMessage } from "node:http"
import { connect } from "node:net"
import { afterEach, describe, expect, test, vi } from "vitest"
import { closeServed, served } from "./served.ts"

afterEach(closeServed)

/** A signed-in browser that says what it likes, byte by byte, to a handler before an API that notes what it hears. */
async function signedIn(options: Parameters<typeof served>[1] = {}, note: (request: IncomingMessage) => void = () => {}) {
  const heard: string[] = []
  const server = await served((request, response) => {
    heard.push(`${request.method} ${request.url}`)
    note(request)
    request.resume().on("end", () => response.end("fine"))
  }, options)
  await server.logIn()
  const { hostname, port } = new URL(server.origin)
  const own = [
    `host: ${hostname}:${port}`,
    `origin: ${server.origin}`,
    "x-sessionchart: 1",
    `cookie: ${server.cookie()}`,
    "connection: close",
  ]
  /** Says a request as it is, and resolves with the answer as it is. */
  const say = (line: string, headers: readonly string[] = [], body = "") =>
    new Promise<string>((resolve) => {
      let answer = ""
      const socket = connect(Number(port), hostname)
      socket
        .on("data", (part) => (answer += String(part)))
        .on("close", () => resolve(answer))
        .on("error", () => {})
      socket.write([line, ...own, ...headers, "", body].join("\r\n"))
    })
  const statusOf = async (line: string, headers?: readonly string[], body?: string) =>
    Number((await say(line, headers, body)).split(" ")[1] ?? 0)
  return { ...server, heard, say, statusOf }
}

describe("what is said on the wire", () => {
  test("does not lead out of the API, however the path is written", async () => {
    const { say, statusOf, heard, origin } = await signedIn()
    const refused = [
      ["/auth/api/../../admin", 404],
      ["/auth/api/%2e%2e/%2E./admin", 404],
      ["/auth/api\\..\\admin", 400],
      ["/auth/api/..%5cadmin", 400],
      ["/auth/api/x%2f..%2f..%2fadmin", 400],
      ["/auth/api/..;/admin", 400],
      ["/auth/api/..;a=b/admin", 400],
      ["/auth/api/.%3b/admin", 400],
      ["/auth/api/%2e%2e%3b%2fadmin", 400],
      ["/auth/api/%c0%ae%c0%ae/admin", 400],
      ["/auth/api/x%0d%0ahost:%20evil.example", 400],
      ["/auth/api/%252e%252e%255cadmin", 400],
      ["//evil.example/x", 404],
      ["/auth/apiary", 404],
      ["http://evil.example/auth/apiary", 404],
    ] as const
    const came = await Promise.all(refused.map(async ([path]) => [path, await statusOf(`GET ${path} HTTP/1.1`)] as const))
    expect(came.map(String)).toEqual(refused.map(String))
    expect(heard).toEqual([])
    // What is no way out arrives as it was written.
    const fine = ["/auth/api/a;b=1/c", "/auth/api/..a/;/...;x", "/auth/api/%EF%BC%8E%EF%BC%8E/x"]
    for (const path of fine) expect([path, await statusOf(`GET ${path} HTTP/1.1`)]).toEqual([path, 200])
    // Whatever host is named, the API is asked.
    const { host } = new URL(origin)
    expect(await statusOf("GET http://evil.example/auth/api/absolute HTTP/1.1")).toBe(200)
    expect(await say(`GET http://user:password@${host}/auth/api/absolute HTTP/1.1`)).toMatch(/^HTTP\/1.1 400 [^]*bad_request/)
    expect(new Set(heard)).toEqual(new Set([...fine.map((path) => `GET ${path.slice("/auth/api".length)}`), "GET /absolute"]))
  })

  test("cannot be read as two requests", async () => {
    const { statusOf, heard } = await signedIn()
    const smuggled = "0\r\n\r\nGET /admin HTTP/1.1\r\nhost: x\r\n\r\n"
    expect(await statusOf("POST /auth/api/x HTTP/1.1", ["content-length: 4", `content-length: ${smuggled.length}`], smuggled)).toBe(400)
    expect(await statusOf("POST /auth/api/x HTTP/1.1", ["content-length: 4", "transfer-encoding: chunked"], smuggled)).toBe(400)
    expect(await statusOf("POST /auth/api/x HTTP/1.1", ["transfer-encoding: chunked, identity"], smuggled)).toBe(400)
    expect(heard).toEqual([])
  })

  test("does not strip the credential, nor bring another one", async () => {
    const said: (string | undefined)[] = []
    const server = await signedIn({}, ({ headers }) =>
      said.push(headers.authorization, headers.cookie, headers["x-sessionchart"] as string),
    )
    await server.say("GET /auth/api/x HTTP/1.1", ["connection: authorization, cookie, x-sessionchart", "authorization: Bearer of-mine"])
    const [{ token } = { token: "" }] = server.emulator.ledger.accessTokens
    expect(said).toEqual([`Bearer ${token}`, undefined, undefined])
  })

  test("of thousands of cookies and headers the server takes none", async () => {
    const { statusOf, heard } = await signedIn()
    const cookies = Array.from({ length: 3_000 }, (_, index) => `c${index}=1`).join("; ")
    expect(await statusOf("GET /auth/api/x HTTP/1.1", [`x-cookies: ${cookies}`])).toBe(431)
    expect(heard).toEqual([])
  })

  test.each(["TRACE", "TRACK", "CONNECT"])("%s does not reach the API, which would show the credential", async (method) => {
    const log = vi.spyOn(console, "error").mockReturnValue()
    const { say, heard, emulator } = await signedIn()
    const answer = await say(`${method} /auth/api/x HTTP/1.1`)
    expect(heard).toEqual([])
    expect(answer).toMatch(method === "CONNECT" ? /^$/ : /^HTTP\/1.1 40[05] /)
    for (const { token } of emulator.ledger.accessTokens) expect(answer).not.toContain(token)
    expect(log).not.toHaveBeenCalled()
    log.mockRestore()
  })

  test("HEAD and OPTIONS are the API's to answer; the routes of a session know one method each", async () => {
    const { statusOf, heard } = await signedIn()
    expect([await statusOf("HEAD /auth/api/x HTTP/1.1"), await statusOf("OPTIONS /auth/api/x HTTP/1.1")]).toEqual([200, 200])
    expect(heard).toEqual(["HEAD /x", "OPTIONS /x"])
    expect([await statusOf("HEAD /auth/session HTTP/1.1"), await statusOf("OPTIONS /auth/login HTTP/1.1")]).toEqual([405, 405])
  })
})

test("a body of unknown length that goes on for too long is cut off, and the API hears of no whole request", async () => {
  let [whole, ended] = [0, () => {}]
  const left = new Promise<void>((resolve) => (ended = resolve))
  const { send, logIn } = await served(
    (request, response) => {
      request.on("end", () => (whole += 1)).on("close", ended)
      request.on("error", () => {}).resume()
      response.on("error", () => {})
    },
    { maxBodyBytes: 100_000 },
  )
  await logIn()
  const drip = () => {
    let sent = 0
    return new ReadableStream<Uint8Array>({
      async pull(controller) {
        await new Promise(setImmediate)
        if (++sent > 1_000) controller.close()
        else controller.enqueue(new Uint8Array(1_000))
      },
    })
  }
  const response = await send("/api/upload", { method: "POST", body: drip(), duplex: "half" } as RequestInit)
  expect([response.status, ((await response.json()) as { error: string }).error]).toEqual([413, "too_large"])
  await left
  expect(whole).toBe(0)
})

test("a browser that goes away in the middle of an answer takes the API's answer with it, after a refresh too", async () => {
  for (const isRefreshed of [false, true]) {
    let leave = () => {}
    const left = new Promise<void>((resolve) => (leave = resolve))
    let asked = 0
    const { send, logIn } = await served((_, response) => {
      asked += 1
      if (isRefreshed && asked === 1) return response.writeHead(401).end()
      response.on("close", leave).writeHead(200).write("first\n")
    })
    await logIn()
    const leaving = new AbortController()
    const reader = (await send("/api/events", { signal: leaving.signal })).body!.getReader()
    expect(new TextDecoder().decode((await reader.read()).value)).toBe("first\n")
    leaving.abort()
    await left
    await reader.closed.catch(() => {})
    expect(asked).toBe(isRefreshed ? 2 : 1)
  }
})

test.each([204, 205, 304])("an answer without a body is one: %s", async (status) => {
  const { send, logIn } = await served((_, response) => response.writeHead(status, { etag: '"1"', "transfer-encoding": "chunked" }).end())
  await logIn()
  const response = await send("/api/x")
  expect([response.status, response.headers.get("etag"), await response.text()]).toEqual([status, '"1"', ""])
})

test("an API that hangs up in the middle of an answer is not taken for one that has ended", async () => {
  const { send, logIn } = await served((_, response) => {
    response.writeHead(200, { "content-length": "100" }).write("half of it", () => response.destroy())
  })
  await logIn()
  const response = await send("/api/x")
  const whole = await response.text().catch(() => null)
  expect(response.ok && whole !== null).toBe(false)
})
