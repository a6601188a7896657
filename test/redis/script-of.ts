import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { build, type Rollup } from "vite"

/** What a process of a test runs. */
export interface Script {
  readonly path: string
  readonly remove: () => void
}

/** Makes one file of a module and all that it needs: Node 20 reads no TypeScript. */
export async function scriptOf(module: URL): Promise<Script> {
  const output = (await build({
    configFile: false,
    logLevel: "error",
    build: { write: false, ssr: fileURLToPath(module), target: "node20", rollupOptions: { output: { codeSplitting: false } } },
    ssr: { noExternal: true },
  })) as Rollup.RollupOutput
  const folder = mkdtempSync(join(tmpdir(), "sessionchart-script-"))
  const path = join(folder, "script.mjs")
  writeFileSync(path, output.output[0].code)
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) }
}
