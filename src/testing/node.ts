import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { createEmulator } from "./emulator.ts"
import type { Emulator, EmulatorName, EmulatorOptions } from "./emulator.types.ts"

/**
 * Starts an emulator behind a real HTTP server on 127.0.0.1, for tests that want sockets.
 * Its `url` is the server's; `close()` stops the server and destroys every open socket.
 *
 * @throws when the port is taken; the default is a free one.
 * @example
 * ```ts
 * const emulator = await startEmulator("vault", { switches: { refusalStatus: 401 } })
 * const session = createSession({ provider: vault(emulator.options), baseURL: emulator.url })
 * await session.accept(await emulator.mint())
 * ```
 */
export async function startEmulator<Name extends EmulatorName>(
  name: Name,
  { port = 0, ...options }: Omit<EmulatorOptions<Name>, "url"> & { port?: number } = {},
): Promise<Emulator<Name>> {
  const server = createServer({ keepAliveTimeout: 60_000 })
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject)
    // A backlog that takes a thousand connections at once.
    server.listen({ host: "127.0.0.1", port, backlog: 4096 }, resolve)
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  let emulator: Emulator<Name>
  try {
    emulator = createEmulator(name, { ...(options as EmulatorOptions<Name>), url })
  } catch (error) {
    server.close()
    throw error
  }
  server.on("request", (incoming: IncomingMessage, outgoing: ServerResponse) => {
    void answer(emulator, incoming, outgoing)
  })
  return {
    ...emulator,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await emulator.close()
      await closed
    },
  }
}

async function answer(emulator: Emulator, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const gone = new AbortController()
  outgoing.once("close", () => outgoing.writableFinished || gone.abort())
  try {
    const request = await requestOf(incoming, emulator.url, gone.signal)
    await send(await emulator.handle(request), request.method, outgoing, gone.signal)
  } catch {
    // A rejection is the emulator's dead network: nothing more is written, and the client sees the connection end.
    incoming.socket.destroy()
  }
}

async function requestOf(incoming: IncomingMessage, url: string, signal: AbortSignal): Promise<Request> {
  const headers = new Headers()
  for (let at = 0; at < incoming.rawHeaders.length; at += 2)
    headers.append(incoming.rawHeaders[at] ?? "", incoming.rawHeaders[at + 1] ?? "")
  const method = incoming.method ?? "GET"
  const chunks: Uint8Array[] = []
  for await (const chunk of incoming) chunks.push(chunk as Uint8Array)
  const body = method === "GET" || method === "HEAD" ? null : Buffer.concat(chunks)
  return new Request(url + (incoming.url ?? "/"), { method, headers, body, signal })
}

async function send(response: Response, method: string, outgoing: ServerResponse, gone: AbortSignal): Promise<void> {
  outgoing.statusCode = response.status
  for (const [name, value] of response.headers) if (name !== "set-cookie") outgoing.setHeader(name, value)
  const cookies = response.headers.getSetCookie()
  if (cookies.length > 0) outgoing.setHeader("set-cookie", cookies)
  // At once, also when the body never comes.
  outgoing.flushHeaders()
  if (response.body && method !== "HEAD") {
    const reader = response.body.getReader()
    gone.addEventListener("abort", () => void reader.cancel().catch(() => undefined), { once: true })
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) outgoing.write(chunk.value)
  }
  outgoing.end()
}
