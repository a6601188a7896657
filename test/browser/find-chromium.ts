import { accessSync, constants } from "node:fs"
import { delimiter, join } from "node:path"

/**
 * Finds a Chromium to click through pages with: `CHROMIUM_PATH`, else whatever is installed. Where there is none, one loud line says that
 * the tests which need it are left out.
 */
export function findChromium(): string | undefined {
  const { CHROMIUM_PATH, PATH = "" } = process.env
  const installed = PATH.split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)))
  const found = CHROMIUM_PATH ? [CHROMIUM_PATH] : [...installed, ...ELSEWHERE].filter(isExecutable)
  if (found[0] === undefined)
    console.warn("\n!!! NO CHROMIUM FOUND: the browser tests are SKIPPED. Install one, or say where it is with CHROMIUM_PATH. !!!\n")
  return found[0]
}

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge"]

/** Where it is on machines that do not put it on the PATH. */
const ELSEWHERE = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
]

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
