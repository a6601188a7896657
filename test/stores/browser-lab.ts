import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { fileURLToPath } from "node:url"
import { chromium, type Browser, type BrowserContext, type CDPSession, type Page } from "playwright"
import { expect } from "vitest"
import { pageScriptOf } from "../bundles/page-script-of.ts"
import { CHROMIUM_ARGS } from "../browser/chromium-args.ts"
import { findChromium } from "../browser/find-chromium.ts"
import type { SessionRecord } from "../../src/core/record.ts"
import type { StoreConnection } from "../../src/core/store.ts"
import type { lab as pageLab, LabOptions } from "./lab.ts"

declare global {
  /** In the page. */
  var lab: typeof pageLab
  var wasLeft: boolean | undefined
}

export const executablePath = findChromium()

/** A real browser on pages that can be told what to do with a `webStore`, and a provider that takes every credential once. */
export async function openBrowserLab() {
  const script = await pageScriptOf(fileURLToPath(new URL("lab.ts", import.meta.url)))
  /** How often a credential was presented to the provider, and how often one that it did not expect. */
  const provider = { expects: "0", rotations: 0, refused: 0 }
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url!, "http://127.0.0.1")
    if (pathname === "/lab.js") {
      // A page in a sandboxed frame is of no origin, and modules are fetched with CORS.
      return response.setHeader("content-type", "text/javascript").setHeader("access-control-allow-origin", "*").end(script)
    }
    if (pathname !== "/rotate") return response.setHeader("content-type", "text/html").end(`<script type="module" src="/lab.js"></script>`)
    const spent = searchParams.get("spent") ?? /credential=(\d+)/.exec(request.headers.cookie ?? "")?.[1] ?? "0"
    if (spent !== provider.expects) {
      provider.refused += 1
      return response.writeHead(401).end()
    }
    provider.rotations += 1
    provider.expects = String(provider.rotations)
    response.setHeader("set-cookie", `credential=${provider.expects}; HttpOnly`).end(provider.expects)
  })
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const browser = await chromium.launch({
    executablePath: executablePath!,
    args: CHROMIUM_ARGS,
    ignoreDefaultArgs: ["--disable-back-forward-cache"],
  })
  return {
    browser,
    origin,
    provider,
    /** A browser profile of its own: tabs that share a slot. */
    profile: async () => new Profile(browser, await browser.newContext(), origin),
    close: async () => {
      await browser.close()
      await new Promise((closed) => server.close(closed))
    },
  }
}

export type BrowserLab = Awaited<ReturnType<typeof openBrowserLab>>

export class Profile {
  readonly context: BrowserContext
  readonly #browser: Browser
  readonly #origin: string

  constructor(browser: Browser, context: BrowserContext, origin: string) {
    this.#browser = browser
    this.context = context
    this.#origin = origin
  }

  /** Opens a tab, connected to the store as `holder`. */
  async tab(holder: string, options: Omit<LabOptions, "holder"> = {}, prepare: (page: Page) => Promise<unknown> = async () => {}) {
    const page = await this.context.newPage()
    await prepare(page)
    await page.goto(this.#origin)
    await page.waitForFunction(() => "lab" in globalThis)
    await page.evaluate((given) => lab.connect(given), { holder, ...options })
    return new Tab(page, await this.context.newCDPSession(page), holder, this.#origin)
  }

  /** The process ids of the browser's renderers. */
  async renderers(): Promise<readonly number[]> {
    const session = await this.#browser.newBrowserCDPSession()
    const { processInfo } = await session.send("SystemInfo.getProcessInfo")
    return processInfo.filter(({ type }) => type === "renderer").map(({ id }) => id)
  }
}

type Method = Exclude<keyof StoreConnection, "watch" | "close" | "isStandIn">
type Result<Name extends Method> = Awaited<ReturnType<StoreConnection[Name]>>

export class Tab {
  readonly page: Page
  readonly devtools: CDPSession
  readonly holder: string
  readonly origin: string

  constructor(page: Page, devtools: CDPSession, holder: string, origin: string) {
    this.page = page
    this.devtools = devtools
    this.holder = holder
    this.origin = origin
  }

  /** Calls a method of the tab's store. */
  async call<Name extends Method>(method: Name, ...given: Parameters<StoreConnection[Name]>): Promise<Result<Name>> {
    const { result, error } = await this.timed(method, ...given)
    if (error !== undefined) throw new Error(error)
    return result as Result<Name>
  }

  /** The same, with the time that it took in the page, ms. */
  timed<Name extends Method>(method: Name, ...given: Parameters<StoreConnection[Name]>) {
    const { holder } = this
    return this.page.evaluate((asked) => lab.call(asked.holder, asked.method, asked.given), {
      holder,
      method,
      given: given as unknown[],
    }) as Promise<{
      result?: Result<Name>
      error?: string
      tookMs: number
    }>
  }

  /** A record as this page makes one. */
  record(fields: Partial<SessionRecord> = {}) {
    return this.page.evaluate((given) => lab.record(given), fields)
  }

  stored() {
    return this.page.evaluate(() => lab.stored()) as Promise<SessionRecord | undefined>
  }

  heard() {
    return this.page.evaluate(() => lab.heard)
  }

  warnings() {
    return this.page.evaluate(() => lab.warnings)
  }

  isStandIn() {
    return this.page.evaluate((holder) => lab.isStandIn(holder), this.holder)
  }

  /** As a background tab that the browser has stopped: it keeps its Web Locks, and does nothing. */
  freeze() {
    return this.devtools.send("Page.setWebLifecycleState", { state: "frozen" })
  }

  thaw() {
    return this.devtools.send("Page.setWebLifecycleState", { state: "active" })
  }

  /** Leaves for another page and comes back by the back button. True: to the very page that was left. */
  async leaveAndComeBack(meanwhile: () => Promise<unknown>): Promise<boolean> {
    const left = await this.page.evaluate(() => (globalThis.wasLeft = true))
    await this.page.goto(`${this.origin}/elsewhere`)
    await meanwhile()
    await this.page.evaluate(() => setTimeout(() => history.back()))
    await expect.poll(() => this.page.evaluate(() => location.pathname === "/" && "lab" in globalThis).catch(() => false)).toBe(true)
    return left && this.page.evaluate(() => globalThis.wasLeft === true)
  }

  /** Kills its process. */
  crash() {
    void this.devtools.send("Page.crash").catch(() => {})
  }
}
