import { execFileSync, spawn, type ChildProcess } from "node:child_process"
import { createServer } from "node:net"
import type { AddressInfo } from "node:net"
import { fileURLToPath } from "node:url"
import { chromium, type Browser, type Page } from "playwright"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { Emulator } from "../../src/testing/emulator.types.ts"
import { startEmulator } from "../../src/testing/node.ts"
import { CHROMIUM_ARGS } from "../browser/chromium-args.ts"
import { findChromium } from "../browser/find-chromium.ts"

declare global {
  /** In the page: what was answered to its scripts. */
  var answers: Promise<string>[]
}

const root = fileURLToPath(new URL("../../examples/hono", import.meta.url))
const executablePath = findChromium()

describe.skipIf(executablePath === undefined)("examples/hono, built and clicked through", () => {
  let emulator: Emulator<"commerce-engine">
  let server: ChildProcess
  let origin: string
  let browser: Browser
  let page: Page
  const complaints: string[] = []

  beforeAll(async () => {
    for (const command of ["tsc", "tsc -p tsconfig.server.json", "vite build --logLevel error"])
      execFileSync("npx", command.split(" "), { cwd: root, stdio: "inherit" })
    emulator = await startEmulator("commerce-engine")
    const port = await freePort()
    origin = `http://localhost:${port}`
    server = spawn(process.execPath, ["dist/server/server.js"], {
      cwd: root,
      env: { ...process.env, PORT: String(port), PROVIDER_URL: emulator.url, REDIS_URL: undefined },
      stdio: ["ignore", "pipe", "inherit"],
    })
    await new Promise<void>((resolve) => server.stdout!.once("data", () => resolve()))
    browser = await chromium.launch({ executablePath: executablePath!, args: CHROMIUM_ARGS })
    page = await (await browser.newContext()).newPage()
    page.on("pageerror", (error) => complaints.push(String(error)))
    await page.goto(origin)
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    server?.kill("SIGKILL")
    await emulator?.close()
  })

  const hello = () => page.getByRole("heading", { name: "Hello Ada Lovelace" }).waitFor()

  test("a customer logs in, and her page holds no token: not in cookies that script sees, not in storage, not in any answer", async () => {
    // As the page's own scripts see them: DevTools has not always heard of a body's end.
    await page.evaluate(() => {
      const { fetch } = globalThis
      globalThis.answers = []
      globalThis.fetch = async (...given) => {
        const response = await fetch(...given)
        const body = response.clone().text()
        globalThis.answers.push(body.then((text) => JSON.stringify([...response.headers]) + text))
        return response
      }
    })
    await page.getByLabel("Email").fill(emulator.credentials.email)
    await page.getByLabel("Password").fill(emulator.credentials.password)
    await page.getByRole("button", { name: "Log in" }).click()
    await hello()
    await page.getByRole("button", { name: "Load orders" }).click()
    await page.getByText("You have 3 orders.").waitFor()
    expect(await page.evaluate(() => document.cookie)).toBe("")
    const stored = await page.evaluate(async () => {
      const databases = await indexedDB.databases()
      const contents = databases.map(
        ({ name }) =>
          new Promise((resolve) => {
            const opening = indexedDB.open(name!)
            opening.onsuccess = () => {
              const stores = [...opening.result.objectStoreNames]
              const all = opening.result.transaction(stores).objectStore(stores[0]!).getAll()
              all.onsuccess = () => resolve(all.result)
            }
          }),
      )
      return JSON.stringify([await Promise.all(contents), Object.entries(localStorage), Object.entries(sessionStorage)])
    })
    expect(stored).toContain("ada@example.com")
    const secrets = [
      ...emulator.ledger.accessTokens.map(({ token }) => token),
      ...emulator.ledger.refreshCredentials.map(({ credential }) => credential),
    ]
    const answers = await page.evaluate(() => Promise.all(globalThis.answers))
    expect(answers.length).toBeGreaterThan(1)
    for (const secret of secrets) expect(stored + answers.join()).not.toContain(secret)
  })

  test("she is still there after a reload, and in a second tab", async () => {
    await page.reload()
    await hello()
    const second = await page.context().newPage()
    await second.goto(origin)
    await second.getByRole("heading", { name: "Hello Ada Lovelace" }).waitFor()
    await second.close()
  })

  test("a revoked token is the server's business", async () => {
    const { refreshes } = emulator.stats
    emulator.revokeAccessToken()
    await page.getByRole("button", { name: "Load orders" }).click()
    await page.getByText("You have 3 orders.").waitFor()
    expect(emulator.stats.refreshes).toBe(refreshes + 1)
    expect(emulator.stats.reused).toBe(0)
  })

  test("logging out is known to her other tab, and to the provider", async () => {
    const second = await page.context().newPage()
    await second.goto(origin)
    await second.getByRole("button", { name: "Log out" }).click()
    await page.getByRole("heading", { name: "Log in" }).waitFor()
    await expect.poll(() => emulator.ledger.signedIn()).toEqual([])
    await second.close()
    expect(complaints).toEqual([])
  })

  test("the server ends at SIGTERM", async () => {
    const ended = new Promise<number | null>((resolve) => server.once("exit", resolve))
    await browser.close()
    server.kill("SIGTERM")
    expect(await ended).toBe(0)
  })
})

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
