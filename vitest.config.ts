import { defineConfig } from "vitest/config"
import manifest from "./package.json" with { type: "json" }

/** The package's own subpaths, as its users write them, lead to its sources. */
const subpaths = Object.entries(manifest.exports)
  .filter(([, built]) => built.endsWith(".js"))
  .map(([path, built]) => ({
    find: new RegExp(`^sessionchart${path.slice(1)}$`),
    replacement: new URL(built.replace("./dist/", "./").replace(/\.js$/, ".ts"), import.meta.url).pathname,
  }))

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
    ],
  },
})
