import { availableParallelism } from "node:os"
import { defineConfig } from "vitest/config"
import { subpaths } from "./.storybook/subpaths.ts"
import { findChromium } from "./test/browser/find-chromium.ts"
import { Sequencer } from "./test/sequencer.ts"

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
    // Of two processors the default would leave one idle, and what runs in real time waits for most of it.
    maxWorkers: availableParallelism() + 1,
    // A fifth of a run would go into importing the same modules again for each file. Every file leaves the globals as it found them.
    isolate: false,
    sequence: { sequencer: Sequencer },
    unstubGlobals: true,
    restoreMocks: true,
    projects: [
      { extends: true, test: { name: "sessionchart", include: ["test/**/*.test.ts"] } },
      { extends: true, test: { name: "react", include: ["test/**/*.test.tsx"], setupFiles: "test/react/setup.ts" } },
      {
        extends: true,
        resolve: { alias: react18 },
        test: {
          name: "react 18",
          include: ["test/react/**/*.test.tsx"],
          setupFiles: "test/react/setup.ts",
          env: { REACT: "18" },
          server: { deps: { inline: [/@testing-library\/react/] } },
        },
      },
      // Play functions want a real browser.
      ...(findChromium() ? ["./stories/vitest.config.ts"] : []),
    ],
  },
})
