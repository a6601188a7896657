import { fork, type ChildProcess } from "node:child_process"
import { whenOver } from "./closing.ts"
import { scriptOf, type Script } from "../bundles/script-of.ts"
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

export function holderScript(): Promise<Script> {
  return scriptOf(new URL("holder-process.ts", import.meta.url))
}
