import { fork, type ChildProcess } from "node:child_process"
import { scriptOf, type Script } from "../bundles/script-of.ts"
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

export function serverScript(): Promise<Script> {
  return scriptOf(new URL("server-process.ts", import.meta.url))
}
