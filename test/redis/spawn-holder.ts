import { fork, type ChildProcess } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { build, type Rollup } from "vite"
import { whenOver } from "./closing.ts"
import type { ClientName } from "./lab.ts"
import type { Told } from "./holder-process.ts"

/** A holder in a process of its own, which a test can stop and kill. */
export interface HolderProcess {
  readonly process: ChildProcess
  call(method: Told["method"], ...given: readonly unknown[]): Promise<unknown>
}

/** Starts one, by a script of {@link holderScript}. */
export async function spawnHolder(script: string, name: ClientName, url: string, prefix: string, holder: string): Promise<HolderProcess> {
  const process = fork(script, [name, url, prefix, holder])
  whenOver(() => void process.kill("SIGKILL"))
  await new Promise<void>((resolve, reject) => {
    process.once("message", () => resolve())
    process.once("exit", (code) => reject(new Error(`the holder's process has exited with ${code}`)))
  })
  let calls = 0
  return {
    process,
    call(method, ...given) {
      const id = ++calls
      return new Promise((resolve, reject) => {
        const listen = (answer: { id: number; result?: unknown; error?: string }) => {
          if (answer.id !== id) return
          process.off("message", listen)
          if (answer.error === undefined) resolve(answer.result)
          else reject(new Error(answer.error))
        }
        process.on("message", listen)
        process.send({ id, method, given } satisfies Told)
      })
    },
  }
}

/** Makes one file of all that such a process needs. */
export async function holderScript(): Promise<{ readonly path: string; readonly remove: () => void }> {
  const entry = fileURLToPath(new URL("holder-process.ts", import.meta.url))
  const output = (await build({
    configFile: false,
    logLevel: "error",
    build: { write: false, ssr: entry, target: "node20", rollupOptions: { output: { codeSplitting: false } } },
    ssr: { noExternal: true },
  })) as Rollup.RollupOutput
  const folder = mkdtempSync(join(tmpdir(), "sessionchart-holder-"))
  const path = join(folder, "holder.mjs")
  writeFileSync(path, output.output[0].code)
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) }
}
