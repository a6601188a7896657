import { spawn, type ChildProcess } from "node:child_process"
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { chromium } from "playwright"
import { CHROMIUM_ARGS } from "../browser/chromium-args.ts"
import { findChromium } from "../browser/find-chromium.ts"

export const executablePath = findChromium()

/** How a Chromium is started. */
export interface ChromiumOptions {
  readonly args?: readonly string[]
  /** What its user has set, as in the profile's file. */
  readonly preferences?: object
}

/**
 * Starts a Chromium as a user does, and connects to it afterwards: in a page that Playwright has launched itself `visibilityState`
 * never changes, and freezing has no effect.
 */
export async function openChromium({ args = [], preferences }: ChromiumOptions = {}) {
  const profile = await mkdtemp(join(tmpdir(), "sessionchart-"))
  if (preferences !== undefined) {
    await mkdir(join(profile, "Default"))
    await writeFile(join(profile, "Default", "Preferences"), JSON.stringify(preferences))
  }
  const child = spawn(executablePath!, [...ARGS, `--user-data-dir=${profile}`, ...args, "about:blank"], {
    stdio: ["ignore", "ignore", "pipe"],
  })
  const kill = () => void child.kill("SIGKILL")
  process.once("exit", kill)
  const gone = new Promise((resolve) => child.once("exit", resolve))
  const browser = await chromium.connectOverCDP(await endpointOf(child), { noDefaults: true })
  const devtools = await browser.newBrowserCDPSession()
  const context = browser.contexts()[0]!
  return {
    context,
    /** The process ids of the renderers. */
    async renderers(): Promise<readonly number[]> {
      const { processInfo } = await devtools.send("SystemInfo.getProcessInfo")
      return processInfo.filter(({ type }) => type === "renderer").map(({ id }) => id)
    },
    async close() {
      await devtools.send("Browser.close").catch(() => {})
      await gone
      process.off("exit", kill)
      await rm(profile, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

export type Chromium = Awaited<ReturnType<typeof openChromium>>

const ARGS = [...CHROMIUM_ARGS, "--headless=new", "--no-first-run", "--remote-debugging-port=0"]

function endpointOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = ""
    child.stderr!.on("data", (text: Buffer) => {
      said += text.toString()
      const endpoint = /listening on (ws:\S+)/.exec(said)?.[1]
      if (endpoint !== undefined) resolve(endpoint)
    })
    child.once("exit", () => reject(new Error(`Chromium did not start: ${said}`)))
  })
}
