import { createServer, type RequestListener } from "node:http"
import type { AddressInfo } from "node:net"
import { getRequestListener } from "@hono/node-server"
import { commerceEngine } from "../../src/providers/commerce-engine.ts"
import { createSessionHandler, type SessionHandlerOptions } from "../../src/server/index.ts"
import { startEmulator } from "../../src/testing/node.ts"
import { KEY } from "./serving.ts"

const opened: (() => unknown)[] = []

/** Closes what was opened since. For `afterEach`. */
export async function closeServed(): Promise<void> {
  for (const close of opened.splice(0).reverse()) await close()
}

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  opened.push(() => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A server with sessions, over real HTTP, before an API of which a test says what it does. */
export async function served(api?: RequestListener, options: Partial<SessionHandlerOptions<never, never>> = {}) {
  const emulator = await startEmulator("commerce-engine")
  opened.push(() => emulator.close())
  const upstream = api === undefined ? emulator.url : await listen(api)
  let answer: (request: Request) => Promise<Response> = () => Promise.reject(new Error("not yet"))
  const origin = await listen(getRequestListener((request) => answer(request), { overrideGlobalObjects: false }))
  const handler = createSessionHandler({
    provider: commerceEngine(emulator.options),
    upstream,
    origin,
    keys: [KEY],
    cookie: { secure: false },
    ...(options as object),
  })
  answer = handler
  opened.push(() => handler.close())
  let cookie = ""
  const send = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = { origin, "x-sessionchart": "1", ...(cookie && { cookie }), ...Object.fromEntries(new Headers(init.headers)) }
    const response = await fetch(`${origin}/auth${path}`, { ...init, headers })
    cookie = response.headers.getSetCookie()[0]?.split(";")[0] ?? cookie
    return response
  }
  const logIn = () => send("/login", { method: "POST", body: JSON.stringify(emulator.credentials) })
  return { emulator, origin, send, logIn, cookie: () => cookie }
}
