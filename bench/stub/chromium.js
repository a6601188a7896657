import { spawn } from "node:child_process"
import { accessSync, constants } from "node:fs"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import { chromium } from "playwright"

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"]
const ARGS = ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--no-first-run", "--remote-debugging-port=0"]

/** `CHROMIUM_PATH`, else the first that is on the PATH. */
export function findChromium() {
  const { CHROMIUM_PATH, PATH = "" } = process.env
  return (
    CHROMIUM_PATH ??
    PATH.split(delimiter)
      .flatMap((folder) => NAMES.map((name) => join(folder, name)))
      .find(isExecutable)
  )
}

/** Starts a Chromium as a user does, and connects to it afterwards, so that its tabs are as theirs: one shown, the others hidden. */
export async function openChromium() {
  const profile = await mkdtemp(join(tmpdir(), "sessionchart-bench-"))
  const child = spawn(findChromium(), [...ARGS, `--user-data-dir=${profile}`, "about:blank"], { stdio: ["ignore", "ignore", "pipe"] })
  const kill = () => void child.kill("SIGKILL")
  process.once("exit", kill)
  const gone = new Promise((resolve) => child.once("exit", resolve))
  const browser = await chromium.connectOverCDP(await endpointOf(child), { noDefaults: true })
  return {
    context: browser.contexts()[0],
    version: browser.version(),
    async close() {
      kill()
      await gone
      await rm(profile, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

function endpointOf(child) {
  return new Promise((resolve, reject) => {
    let said = ""
    child.stderr.on("data", (text) => {
      said += text
      const endpoint = /listening on (ws:\S+)/.exec(said)?.[1]
      if (endpoint !== undefined) resolve(endpoint)
    })
    child.once("exit", () => reject(new Error(`Chromium did not start: ${said}`)))
  })
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
