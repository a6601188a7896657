import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { fileURLToPath } from "node:url"
import type { CDPSession, Page } from "playwright"
import { expect } from "vitest"
import { pageScriptOf } from "../bundles/page-script-of.ts"
import type { app as pageApp, AppOptions } from "./app.ts"
import { openChromium, type Chromium, type ChromiumOptions } from "./chromium.ts"
import { tlsFront } from "./tls-front.ts"

type App = typeof pageApp
declare global {
  /** In the page. */
  var app: App
}

/** A real browser, and an app whose tabs can be told what to do. */
export async function openTabsLab({ entry = "app.ts", tls = false, args = [], ...options }: LabOptions = {}): Promise<TabsLab> {
  const script = await pageScriptOf(fileURLToPath(new URL(entry, import.meta.url)))
  const server = createServer(({ url }, response) => {
    if (url === "/app.js") response.setHeader("content-type", "text/javascript").end(script)
    else response.setHeader("content-type", "text/html").end(`<!doctype html><script type="module" src="/app.js"></script>`)
  })
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening))
  const { port } = server.address() as AddressInfo
  const front = tls ? await tlsFront(port) : null
  const chromium = await openChromium({ ...options, args: [...args, ...(tls ? TLS_ARGS : [])] })
  return new TabsLab(chromium, front?.port ?? port, tls, async () => {
    await front?.close()
    server.closeAllConnections()
    await new Promise((closed) => server.close(closed))
  })
}

export interface LabOptions extends ChromiumOptions {
  /** The app's script. Default: `app.ts`. */
  readonly entry?: string
  /** Over TLS, under names that are not this machine's. Default: false. */
  readonly tls?: boolean
}

/** Names under .test are nobody's (RFC 2606), and our certificates are trusted by nobody else. */
const TLS_ARGS = ["--host-resolver-rules=MAP *.test 127.0.0.1", "--ignore-certificate-errors"]

export class TabsLab {
  readonly chromium: Chromium
  readonly #port: number
  readonly #tls: boolean
  readonly #closeServer: () => Promise<unknown>
  #sites = 0

  constructor(chromium: Chromium, port: number, tls: boolean, closeServer: () => Promise<unknown>) {
    this.chromium = chromium
    this.#port = port
    this.#tls = tls
    this.#closeServer = closeServer
  }

  /** A site that no earlier test has touched: tabs of it share what is stored, and cookies with its API. */
  freshSite(): Site {
    const host = `t${++this.#sites}.${this.#tls ? "test" : "localhost"}`
    const scheme = this.#tls ? "https" : "http"
    return { origin: `${scheme}://${host}:${this.#port}`, api: (url) => `${scheme}://api.${host}:${new URL(url).port}` }
  }

  /** Opens a tab whose session has begun. It is the one that the user looks at. */
  async tab({ origin }: Site, options: AppOptions, prepare: (page: Page) => Promise<unknown> = async () => {}): Promise<Tab> {
    const { context } = this.chromium
    const page = await context.newPage()
    await prepare(page)
    await page.goto(origin)
    const tab = new Tab(page, await context.newCDPSession(page))
    await tab.begin(options)
    return tab
  }

  /** Opens so many tabs, each a process of its own. */
  async tabs(many: number, site: Site, options: AppOptions): Promise<Tab[]> {
    const before = await this.chromium.renderers()
    const opened: Tab[] = []
    while (opened.length < many) opened.push(await this.tab(site, options))
    const added = async () => (await this.chromium.renderers()).filter((id) => !before.includes(id)).length
    await expect.poll(added, { message: "tabs that share a process prove little" }).toBe(many)
    return opened
  }

  /** Closes all tabs but the first, without which the browser would end. */
  async closeTabs(): Promise<void> {
    const [, ...pages] = this.chromium.context.pages()
    await Promise.all(pages.map((page) => page.close()))
  }

  async close(): Promise<void> {
    await this.chromium.close()
    await this.#closeServer()
  }
}

export interface Site {
  readonly origin: string
  /** The URL of a server on this machine, as the API of this site. */
  readonly api: (url: string) => string
}

export class Tab {
  readonly page: Page
  readonly devtools: CDPSession

  constructor(page: Page, devtools: CDPSession) {
    this.page = page
    this.devtools = devtools
  }

  /** Begins the session of a page that has just been loaded. */
  async begin(options: AppOptions): Promise<void> {
    // Not by animation frames: a hidden page has none.
    await this.page.waitForFunction(() => "app" in globalThis, null, { polling: 20 })
    await this.call("begin", options)
  }

  /** Calls a function of the app. */
  call<Name extends Functions>(name: Name, ...given: Parameters<App[Name]>): Promise<Awaited<ReturnType<App[Name]>>> {
    return this.page.evaluate(([asked, with_]) => (app[asked] as (...given: unknown[]) => unknown)(...with_), [
      name,
      given,
    ] as const) as Promise<Awaited<ReturnType<App[Name]>>>
  }

  diary() {
    return this.page.evaluate(() => app.diary)
  }

  uses() {
    return this.page.evaluate(() => app.uses)
  }

  /** The user looks at it; all other tabs are hidden. */
  show(): Promise<void> {
    return this.page.bringToFront()
  }

  /** As a background tab that the browser has stopped: it keeps its Web Locks, and does nothing. It must be hidden. */
  freeze() {
    return this.devtools.send("Page.setWebLifecycleState", { state: "frozen" })
  }

  thaw() {
    return this.devtools.send("Page.setWebLifecycleState", { state: "active" })
  }

  /** Kills its process. */
  crash(): void {
    void this.devtools.send("Page.crash").catch(() => {})
  }

  /** Cuts the network, or joins it again. */
  network(is: "cut" | "there") {
    return this.devtools.send("Network.emulateNetworkConditions", {
      offline: is === "cut",
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput: -1,
    })
  }
}

type Functions = { [Name in keyof App]: App[Name] extends (...given: never[]) => unknown ? Name : never }[keyof App]
