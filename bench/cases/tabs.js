// Growth: tabs of a real Chromium that hold one session; one refreshes, until all show the new generation. Argument: { tabs, rounds }.
import { build } from "esbuild"
import { fileURLToPath } from "node:url"
import { createProvider } from "../stub/provider.js"
import { serve } from "../stub/serve.js"
import { findChromium, openChromium } from "../stub/chromium.js"
import { median } from "../run/median.js"
import { told } from "../run/told.js"

const { tabs: counts, rounds } = told

if (findChromium() === undefined) {
  console.log(JSON.stringify({ missing: "there is no Chromium on this machine" }))
  process.exit()
}
const provider = createProvider({ refreshMs: 20 })
const server = await serve(provider, {
  "/": ["text/html", `<!doctype html><title>bench</title><script type="module" src="/page.js"></script>`],
  "/page.js": ["text/javascript", await pageScript()],
  "/favicon.ico": ["image/x-icon", ""],
})
const chromium = await openChromium()
const tabs = []
const ms = {}
let refreshesTooMany = 0
for (const count of counts) {
  while (tabs.length < count) tabs.push(await openTab())
  const times = []
  for (let round = 0; round <= rounds; round++) times.push(await refreshOnce(tabs[round % tabs.length]))
  ms[count] = median(times.slice(1))
}
await chromium.close()
server.close()
console.log(JSON.stringify({ ms, refreshesTooMany, reused: provider.stats.reused, chromium: chromium.version }))
process.exit()

async function openTab() {
  const page = await chromium.context.newPage()
  await page.goto(server.url)
  await page.waitForFunction(() => "tab" in globalThis, null, { polling: 20 })
  await page.evaluate((grant) => globalThis.tab.begin(grant), tabs.length === 0 ? provider.login() : null)
  return page
}

/** All tabs are on one machine, and so are their clocks. */
async function refreshOnce(by) {
  const { refreshes } = provider.stats
  const seen = tabs.map((tab) => tab.evaluate(() => globalThis.tab.nextGeneration()))
  await Promise.all(tabs.map((tab) => tab.evaluate(() => globalThis.tab.isWatching())))
  const from = await by.evaluate(() => globalThis.tab.refresh())
  const moments = await Promise.all(seen)
  refreshesTooMany += provider.stats.refreshes - refreshes - 1
  return Math.max(...moments) - from
}

async function pageScript() {
  const entry = fileURLToPath(new URL("tabs/page.js", import.meta.url))
  const { outputFiles } = await build({ entryPoints: [entry], bundle: true, write: false, format: "esm", minify: true })
  return outputFiles[0].text
}
