// npm run pictures: every state of the inspector, wide and narrow, light and dark, from the built Storybook. They go to stories/dist/pictures,
// the README's two to docs/pictures. A story whose play function fails fails this.
import { execFileSync } from "node:child_process"
import { copyFileSync, existsSync, mkdirSync, readFileSync } from "node:fs"
import { join, normalize } from "node:path"
import { chromium } from "playwright"
import { runnerImport } from "vite"

const root = new URL("..", import.meta.url).pathname
const built = join(root, "stories/dist")
const pictures = join(built, "pictures")
const { findChromium } = (await runnerImport(join(root, "test/browser/find-chromium.ts"))).module
// A secure context, as that of most pages.
const ORIGIN = "https://storybook.test"
const WIDTHS = [1280, 375]
const SCHEMES = ["light", "dark"]
/** What README shows. */
const FRONT = { story: "inspector-states--backing-off", width: 1280 }

execFileSync("npx", ["storybook", "build", "-o", "stories/dist", "--quiet"], { cwd: root, stdio: "inherit" })
mkdirSync(pictures, { recursive: true })
mkdirSync(join(root, "docs/pictures"), { recursive: true })

const { entries } = JSON.parse(readFileSync(join(built, "index.json"), "utf8"))
const stories = Object.keys(entries).filter((id) => id.startsWith("inspector-"))
const executablePath = findChromium()
const browser = await chromium.launch({
  ...(executablePath && { executablePath }),
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
})
for (const width of WIDTHS) for (const colorScheme of SCHEMES) await takePictures(width, colorScheme)
await browser.close()
console.log(`${stories.length * WIDTHS.length * SCHEMES.length} pictures in stories/dist/pictures`)

async function takePictures(width, colorScheme) {
  const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme, reducedMotion: "reduce" })
  await page.route(`${ORIGIN}/**`, serveBuilt)
  for (const story of stories) {
    await page.goto(`${ORIGIN}/iframe.html?id=${story}&viewMode=story`)
    const outcome = await page.waitForFunction(outcomeOfStory)
    const error = (await outcome.jsonValue()).error
    if (error !== undefined) throw new Error(`${story} at ${width} px, ${colorScheme}: ${error}`)
    const path = join(pictures, `${story}-${width}-${colorScheme}.png`)
    await page.screenshot({ path, fullPage: true, animations: "disabled" })
    if (story === FRONT.story && width === FRONT.width) copyFileSync(path, join(root, `docs/pictures/inspector-${colorScheme}.png`))
  }
  await page.close()
}

/** In the page: undefined until the story's play function is through. */
function outcomeOfStory() {
  const channel = window.__STORYBOOK_ADDONS_CHANNEL__
  const thrown = ["storyErrored", "storyThrewException", "playFunctionThrewException"].map((name) => channel?.last(name)?.[0]).find(Boolean)
  if (thrown !== undefined) return { error: thrown.message ?? String(thrown) }
  return channel?.last("storyFinished") === undefined ? undefined : {}
}

/** Storybook's files, without a server. */
function serveBuilt(route) {
  const path = join(built, normalize(new URL(route.request().url()).pathname))
  return existsSync(path) ? route.fulfill({ path }) : route.fulfill({ status: 404 })
}
