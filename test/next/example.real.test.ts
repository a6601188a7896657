import { execFileSync, spawn, type ChildProcess } from "node:child_process"
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createServer, type AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { chromium, type Browser, type Page } from "playwright"
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest"
import type { Emulator } from "../../src/testing/emulator.types.ts"
import { startEmulator } from "../../src/testing/node.ts"
import { CHROMIUM_ARGS } from "../browser/chromium-args.ts"
import { findChromium } from "../browser/find-chromium.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))
const executablePath = findChromium()

/** Next.js and what it brings are not installed for every test run: `npm run prove` asks for it. */
const isWanted = process.env["NEXT"] === "1" && executablePath !== undefined

describe.skipIf(!isWanted)("examples/next, with the package as it is published, built and clicked through", () => {
  const folder = mkdtempSync(join(tmpdir(), "sessionchart-next-"))
  let emulator: Emulator<"commerce-engine">
  let server: ChildProcess
  let browser: Browser
  let page: Page
  let origin: string
  const complaints: string[] = []

  beforeAll(async () => {
    const run = (command: string, cwd = folder) =>
      execFileSync("npx", command.split(" "), { cwd, stdio: ["ignore", "pipe", "inherit"] }).toString()
    cpSync(join(root, "examples/next"), folder, { recursive: true })
    run("npm run build", root)
    const packed = run(`npm pack --pack-destination ${folder}`, root).trim().split("\n").at(-1)!
    const manifest = join(folder, "package.json")
    writeFileSync(manifest, readFileSync(manifest, "utf8").replace("file:../..", `file:${join(folder, packed)}`))
    run("npm install --no-audit --no-fund")
    run("next build")
    emulator = await startEmulator("commerce-engine")
    const port = await freePort()
    origin = `http://localhost:${port}`
    server = spawn("npx", ["next", "start", "-p", String(port)], {
      cwd: folder,
      env: { ...process.env, PROVIDER_URL: emulator.url, ORIGIN: origin },
      stdio: ["ignore", "ignore", "inherit"],
      detached: true,
    })
    browser = await chromium.launch({ executablePath: executablePath!, args: CHROMIUM_ARGS })
    page = await (await browser.newContext()).newPage()
    page.on("pageerror", (error) => complaints.push(String(error)))
    page.on("console", (message) => void (/hydrat/i.test(message.text()) && complaints.push(message.text())))
    const answers = () =>
      page.goto(origin).then(
        (response) => response?.status() === 200,
        () => false,
      )
    await vi.waitUntil(answers, { timeout: 60_000, interval: 200 })
  }, 600_000)
  afterAll(async () => {
    await browser?.close()
    if (server?.pid !== undefined) process.kill(-server.pid, "SIGKILL")
    await emulator?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  test("a customer logs in, reloads, loads her orders and logs out; the rendered page has her in it, and refreshes nothing", async ({
    task,
  }) => {
    task.meta.proof = {
      what: "examples/next, built and clicked through in Chromium",
      many: "1 app",
      result: "logged in, rendered, refreshed once, logged out",
    }
    await page.getByLabel("Email").fill(emulator.credentials.email)
    await page.getByLabel("Password").fill(emulator.credentials.password)
    await page.getByRole("button", { name: "Log in" }).click()
    await page.getByRole("heading", { name: "Hello Ada" }).waitFor()
    const rendered = await page.request.get(origin)
    expect(await rendered.text()).toContain("Hello Ada")
    await page.reload()
    await page.getByRole("heading", { name: "Hello Ada" }).waitFor()
    expect(emulator.stats.refreshes).toBe(0)
    emulator.revokeAccessToken()
    await page.getByRole("button", { name: "Load orders" }).click()
    await page.getByText("You have 3 orders.").waitFor()
    expect([emulator.stats.refreshes, emulator.stats.reused]).toEqual([1, 0])
    const html = await (await page.request.get(origin)).text()
    for (const { token } of emulator.ledger.accessTokens) expect(html).not.toContain(token)
    await page.getByRole("button", { name: "Log out" }).click()
    await page.getByRole("heading", { name: "Log in" }).waitFor()
    await expect.poll(() => emulator.ledger.signedIn()).toEqual([])
    expect(complaints).toEqual([])
  })
})

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
