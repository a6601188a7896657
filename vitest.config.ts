import { defineConfig } from "vitest/config"
import { subpaths } from "./.storybook/subpaths.ts"
import { findChromium } from "./test/browser/find-chromium.ts"

const here = (path: string) => new URL(path, import.meta.url).pathname

/** React 18 in React's place, and Testing Library as a module: what it requires would stay what it is. */
const react18 = [
  { find: /^react(-dom)?(?=\/|$)/, replacement: here("./test/react-18/node_modules/react$1") },
  { find: /^@testing-library\/react$/, replacement: here("./node_modules/@testing-library/react/dist/@testing-library/react.esm.js") },
]

export default defineConfig({
  resolve: { alias: subpaths },
  test: {
    testTimeout: 20_000,
    // All processors: of two the default would leave one idle.
    maxWorkers: "100%",
    projects: [
      { extends: true, test: { name: "sessionchart", include: ["test/**/*.test.{ts,tsx}"] } },
      {
        extends: true,
        resolve: { alias: react18 },
        test: {
          name: "react 18",
          include: ["test/react/**/*.test.tsx"],
          env: { REACT: "18" },
          server: { deps: { inline: [/@testing-library\/react/] } },
        },
      },
      // Play functions want a real browser.
      ...(findChromium() ? ["./stories/vitest.config.ts"] : []),
    ],
  },
})
