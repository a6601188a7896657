import { storybookTest } from "@storybook/addon-vitest/vitest-plugin"
import { playwright } from "@vitest/browser-playwright"
import { defineConfig } from "vitest/config"
import { CHROMIUM_ARGS } from "../test/browser/chromium-args.ts"
import { findChromium } from "../test/browser/find-chromium.ts"

const here = (path: string) => new URL(path, import.meta.url).pathname
const executablePath = findChromium()

/** The stories, one after the other in one real browser. Where there is none the tests leave this file out. */
export default defineConfig({
  root: here(".."),
  plugins: [storybookTest({ configDir: here("../.storybook") })],
  test: {
    name: "stories",
    testTimeout: 20_000,
    browser: {
      enabled: true,
      fileParallelism: false,
      headless: true,
      screenshotFailures: false,
      instances: [{ browser: "chromium" }],
      provider: playwright({
        launchOptions: {
          ...(executablePath && { executablePath }),
          args: [
            ...CHROMIUM_ARGS,
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
          ],
        },
      }),
    },
  },
})
