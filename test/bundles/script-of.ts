import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { build, type Rollup } from "vite"
import { oncePerPath } from "./once-per-path.ts"

/** What a process of a test runs. */
export interface Script {
  readonly path: string
  readonly remove: () => void
}

/** Makes one file of a module and all that it needs: Node 20 reads no TypeScript. */
export async function scriptOf(module: URL): Promise<Script> {
  const code = await codeOf(fileURLToPath(module))
  const folder = mkdtempSync(join(tmpdir(), "sessionchart-script-"))
  const path = join(folder, "script.mjs")
  writeFileSync(path, code)
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

const codeOf = oncePerPath(async (module) => {
  const output = (await build({
    configFile: false,
    logLevel: "error",
    build: { write: false, ssr: module, target: "node20", rollupOptions: { output: { codeSplitting: false } } },
    ssr: { noExternal: true },
  })) as Rollup.RollupOutput
  return output.output[0].code
})
