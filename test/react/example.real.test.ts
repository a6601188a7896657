import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { chromium, type Browser, type Page } from "playwright"
import { build, preview, type PreviewServer } from "vite"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest"
import { startEmulator } from "../../src/testing/node.ts"
import type { Emulator } from "../../src/testing/emulator.types.ts"
import { CHROMIUM_ARGS } from "../browser/chromium-args.ts"
import { findChromium } from "../browser/find-chromium.ts"
import { MINUTE, refreshRequests, SECOND } from "../session/setting.ts"

const root = fileURLToPath(new URL("../../examples/react", import.meta.url))
const executablePath = findChromium()

describe.skipIf(executablePath === undefined)("examples/react, built and clicked through", () => {
  /** How much later it is than this machine thinks: the provider's clock, and the page's, are moved by hand. */
  let ahead = 0
  let emulator: Emulator<"commerce-engine">
  let folder: string
  let server: PreviewServer
  let browser: Browser
  let page: Page
  let complaints: string[]

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "sessionchart-"))
    emulator = await startEmulator("commerce-engine", {
      accessTokenTtlS: 30,
      refreshTokenTtlS: 120,
      clock: { now: () => Date.now() + ahead },
    })
    process.env["PROVIDER_URL"] = emulator.url
    const options = { root, logLevel: "error", build: { outDir: folder, emptyOutDir: true } } as const
    await build(options)
    server = await preview({ ...options, preview: { host: "127.0.0.1", port: 0 } })
    browser = await chromium.launch({ executablePath: executablePath!, args: CHROMIUM_ARGS })
  }, 120_000)
  afterAll(async () => {
    delete process.env["PROVIDER_URL"]
    await browser?.close()
    await server?.close()
    await emulator?.close()
    await rm(folder, { recursive: true, force: true })
  })
  beforeEach(async () => {
    ahead = 0
    complaints = []
    page = await browser.newPage({ viewport: { width: 320, height: 640 } })
    page.on("pageerror", (error) => complaints.push(String(error)))
    page.on("console", (message) => {
      const isAnswer = message.text().startsWith("Failed to load resource") // what Chromium says of every answer that is not a 2xx
      if (message.type() === "error" && !isAnswer) complaints.push(message.text())
    })
    await page.clock.install()
    await page.goto(server.resolvedUrls!.local[0]!)
  })
  afterEach(async () => {
    await page.close()
    expect(complaints).toEqual([])
  })

  async function logIn() {
    await page.getByLabel("Email").fill(emulator.credentials.email)
    await page.getByLabel("Password").fill(emulator.credentials.password)
    await page.getByRole("button", { name: "Log in" }).click()
    await page.getByRole("heading", { name: "Hello Ada Lovelace" }).waitFor()
  }

  /** The laptop's lid is closed for a while. */
  async function sleep(ms: number) {
    ahead += ms
    await page.clock.fastForward(ms)
  }

  test("a customer logs in, loads her orders when the access token has run out, and logs out", async () => {
    await logIn()
    await page.getByText(emulator.credentials.email).waitFor()
    const before = refreshRequests(emulator)
    await sleep(31 * SECOND)
    await page.getByRole("button", { name: "Load orders" }).click()
    await page.getByText("You have 3 orders.").waitFor()
    expect(refreshRequests(emulator)).toBe(before + 1)
    await page.getByRole("button", { name: "Log out" }).click()
    await page.getByText("You have logged out.").waitFor()
    expect(emulator.ledger.signedIn()).toEqual([])
    await page.getByLabel("Email").fill(emulator.credentials.email)
    await page.getByLabel("Password").fill("a guess")
    await page.getByRole("button", { name: "Log in" }).click()
    await page.getByText("Email or password is wrong.").waitFor()
  })

  test("S24 the dialog counts down in the last minute, right after sleep too, and the customer can stay", async () => {
    await logIn()
    await sleep(50 * SECOND)
    expect(await page.getByRole("dialog").count()).toBe(0)
    await sleep(30 * SECOND)
    const timer = page.getByRole("timer")
    await timer.waitFor()
    expect(await timer.textContent()).toMatch(/^0:(40|39|38)$/)
    await sleep(20 * SECOND)
    await expect.poll(() => timer.textContent()).toMatch(/^0:(20|19|18|17)$/)
    await page.getByRole("button", { name: "Stay logged in" }).click()
    await page.getByRole("dialog").waitFor({ state: "hidden" })
    await sleep(30 * SECOND)
    expect(await page.getByRole("heading", { name: "Hello Ada Lovelace" }).count()).toBe(1)
  })

  test("S24 whoever does not answer is logged out, and told why", async () => {
    await logIn()
    await sleep(2 * MINUTE + 5 * SECOND)
    await page.getByText("You were away for a while, so we logged you out.").waitFor()
    expect(await page.getByRole("dialog").count()).toBe(0)
    await logIn()
  })

  test("a wrong password is said; a provider that is away is too, and logs nobody out", async () => {
    await page.getByLabel("Email").fill(emulator.credentials.email)
    await page.getByLabel("Password").fill("a guess")
    await page.getByRole("button", { name: "Log in" }).click()
    await page.getByText("Email or password is wrong.").waitFor()
    await logIn()
    emulator.fail({ on: "refresh", with: 503, times: Infinity })
    await sleep(31 * SECOND)
    await page.getByRole("button", { name: "Load orders" }).click()
    await page.getByText("You stay logged in; we keep trying.").waitFor()
    emulator.heal()
    await sleep(20 * SECOND)
    await page.getByText("You have 3 orders.").waitFor()
    await page.getByText("Connected").waitFor()
  })

  test("no page is wider than the smallest phone, in the light and in the dark", async () => {
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme })
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
    }
    await logIn()
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
  })
})
