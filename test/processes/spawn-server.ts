import { fork, type ChildProcess } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { build, type Rollup } from "vite"
import type { Held, ServerOptions, ServerWord } from "./server-process.ts"

/** A server in a process of its own, which a test can stop and kill. */
export interface ServerProcess {
  readonly url: string
  readonly process: ChildProcess
  /** What its commits came to, so far. */
  readonly commits: readonly string[]
  /** What it holds when it has collected its garbage. */
  holds(): Promise<Held>
  /** Resolves when it has ended, with the signal that ended it, or its exit code. */
  readonly ended: Promise<NodeJS.Signals | number | null>
}

/** Starts one, by a script of {@link serverScript}. */
export async function spawnServer(script: string, options: ServerOptions): Promise<ServerProcess> {
  const process = fork(script, [JSON.stringify(options)], { execArgv: ["--expose-gc", "--no-flush-bytecode"] })
  const commits: string[] = []
  let tellHeld: (held: Held) => void = () => {}
  const ended = new Promise<NodeJS.Signals | number | null>((resolve) => {
    process.once("exit", (code, signal) => resolve(signal ?? code))
  })
  const port = await new Promise<number>((resolve, reject) => {
    process.on("message", (word: ServerWord) => {
      if ("port" in word) resolve(word.port)
      else if ("held" in word) tellHeld(word.held)
      else commits.push(word.commit)
    })
    process.once("exit", (code) => reject(new Error(`a server's process has exited with ${code}`)))
  })
  const holds = () => {
    const held = new Promise<Held>((resolve) => (tellHeld = resolve))
    process.send("what do you hold?")
    return held
  }
  return { url: `http://127.0.0.1:${port}`, process, commits, holds, ended }
}

/** Makes one file of all that such a process needs. */
export async function serverScript(): Promise<{ readonly path: string; readonly remove: () => void }> {
  const entry = fileURLToPath(new URL("server-process.ts", import.meta.url))
  const output = (await build({
    configFile: false,
    logLevel: "error",
    build: { write: false, ssr: entry, target: "node20", rollupOptions: { output: { codeSplitting: false } } },
    ssr: { noExternal: true },
  })) as Rollup.RollupOutput
  const folder = mkdtempSync(join(tmpdir(), "sessionchart-server-"))
  const path = join(folder, "server.mjs")
  writeFileSync(path, output.output[0].code)
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) }
}
