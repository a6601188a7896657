import { onTestFinished } from "vitest"
import type { Provider } from "../../src/core/provider.ts"
import { commerceEngine } from "../../src/providers/commerce-engine.ts"
import { geins } from "../../src/providers/geins.ts"
import { menu } from "../../src/providers/menu.ts"
import { oauth2 } from "../../src/providers/oauth2.ts"
import { unisouk } from "../../src/providers/unisouk.ts"
import { vault } from "../../src/providers/vault.ts"
import { createSessionHandler, type SessionHandler, type SessionHandlerOptions } from "../../src/server/index.ts"
import { memoryStore } from "../../src/stores/memory.ts"
import { createEmulator, manualClock, type Emulator, type EmulatorName, type EmulatorOptions } from "../../src/testing/index.ts"

export const ORIGIN = "https://shop.example"
export const KEY = "a key of the tests, and of nothing else"

const makers = { geins, unisouk, menu, "commerce-engine": commerceEngine, vault, oauth2 }

interface ServingOptions extends Partial<Omit<SessionHandlerOptions<unknown, unknown>, "clock">> {
  readonly emulator?: object
}

/** A handler before a provider on an emulator in memory, which is its upstream, too; and a way to come there as a browser does. */
export function serving(name: EmulatorName, { emulator: emulatorOptions, ...options }: ServingOptions = {}) {
  const clock = manualClock()
  const emulator = createEmulator(name, {
    clock,
    accessTokenTtlS: 900,
    cookies: "headers",
    ...emulatorOptions,
  } as EmulatorOptions<EmulatorName>) as Emulator
  const store = options.store ?? memoryStore()
  const make = makers[name] as unknown as (options: object) => Provider<unknown, unknown>
  const handlerOptions: SessionHandlerOptions<unknown, unknown> = {
    provider: make(emulator.options),
    upstream: emulator.url,
    origin: ORIGIN,
    keys: [KEY],
    store,
    clock,
    fetch: emulator.fetch,
    ...options,
  }
  const newHandler = (more: Partial<SessionHandlerOptions<unknown, unknown>> = {}) => createSessionHandler({ ...handlerOptions, ...more })
  const handler = newHandler()
  onTestFinished(() => handler.close())
  /** Signs a browser in: by the provider's login, or by a callback that hands its tokens over. */
  const signIn = async (browser: Browser, user: 0 | 1 = 0, by: SessionHandler<unknown> = handler): Promise<Response> => {
    const credentials = emulator.users[user]
    if (credentials !== undefined) return browser.post("/auth/login", credentials)
    return browser.take(await by.accept(browser.request("/callback"), await emulator.mint({ user })))
  }
  return { clock, emulator, store, handler, newHandler, browser: () => new Browser(handler), signIn }
}

/** A browser with a page of the shop: it keeps cookies, and says where its requests come from. */
export class Browser {
  readonly cookies = new Map<string, string>()
  handler: (request: Request) => Promise<Response>

  constructor(handler: (request: Request) => Promise<Response>) {
    this.handler = handler
  }

  request(path: string, { headers = {}, ...init }: RequestInit = {}): Request {
    const cookie = Array.from(this.cookies, ([name, value]) => `${name}=${value}`).join("; ")
    const own = { origin: ORIGIN, "sec-fetch-site": "same-origin", "x-sessionchart": "1", ...(cookie && { cookie }) }
    return new Request(`${ORIGIN}${path}`, { ...init, headers: { ...own, ...Object.fromEntries(new Headers(headers)) } })
  }

  async send(path: string, init?: RequestInit): Promise<Response> {
    return this.take(await this.handler(this.request(path, init)))
  }

  get(path: string, init: RequestInit = {}): Promise<Response> {
    return this.send(path, init)
  }

  post(path: string, body?: unknown, init: RequestInit = {}): Promise<Response> {
    const text = body === undefined ? null : JSON.stringify(body)
    const length = text === null ? {} : { "content-type": "application/json", "content-length": String(text.length) }
    return this.send(path, {
      method: "POST",
      body: text,
      ...init,
      headers: { ...length, ...Object.fromEntries(new Headers(init.headers)) },
    })
  }

  /** Keeps the cookies that a response sets. */
  take(response: Response): Response {
    for (const line of response.headers.getSetCookie()) {
      const [pair = ""] = line.split(";")
      const [name = "", value = ""] = pair.split("=")
      if (/max-age=0/i.test(line)) this.cookies.delete(name)
      else this.cookies.set(name, value)
    }
    return response
  }
}
