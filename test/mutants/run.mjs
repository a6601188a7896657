// Node 20 reads no TypeScript; vite does.
import { runnerImport } from "vite"

const part = process.send === undefined ? "main" : "tester"
await runnerImport(new URL(`${part}.ts`, import.meta.url).pathname, { root: import.meta.dirname, configFile: false })
