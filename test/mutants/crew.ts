import { fork, type ChildProcess, type ForkOptions } from "node:child_process"
import { SHORTER } from "./suite.ts"

/** What a tester is told, and by which number it answers. */
export type Order = { readonly number: number } & Task

type Task = { readonly is: "write"; readonly file: string; readonly text: string } | { readonly is: "run"; readonly test: string }

/** What it answers. Number 0: it has started. */
export type Report = { readonly number: number } & (Done | Ran)

export interface Done {
  readonly is: "done"
}

/** What came of one test file. */
export interface Ran {
  readonly is: "ran"
  readonly passed: boolean
  /** The test that failed, and with what. */
  readonly killer: string
  /** What the processor spent on it, whatever else it had to do; missing where the file could not be read. */
  readonly ms?: number
  /** The stretches of code that it reached, where they note it. */
  readonly reached?: readonly string[]
}

/** Somebody who runs tests in a copy of the repository; replaced by another when a mutant holds it up. */
export class Tester {
  readonly root: string
  #process: ChildProcess | null = null
  #orders = 0

  constructor(root: string) {
    this.root = root
  }

  async write(file: string, text: string): Promise<void> {
    await this.#tell({ is: "write", file, text })
  }

  /** Null where the tests were not through in time. */
  async run(test: string, limitMs: number): Promise<Ran | null> {
    const timer = setTimeout(() => this.stop(), limitMs)
    const report = await this.#tell({ is: "run", test })
    clearTimeout(timer)
    return report?.is === "ran" ? report : null
  }

  stop(): void {
    // Its own group, so that the test that hangs goes too.
    if (this.#process?.pid !== undefined) process.kill(-this.#process.pid, "SIGKILL")
    this.#process = null
  }

  async #tell(task: Task): Promise<Report | null> {
    const child = this.#process ?? (await this.#start())
    const number = ++this.#orders
    child.send({ ...task, number } satisfies Order)
    return answerOf(child, number)
  }

  async #start(): Promise<ChildProcess> {
    const env = { ...process.env, ...SHORTER }
    const options: ForkOptions = { cwd: this.root, env, detached: true, stdio: ["ignore", "ignore", "ignore", "ipc"] }
    const child = fork(new URL("run.mjs", import.meta.url), options)
    this.#process = child
    child.once("exit", () => {
      if (this.#process === child) this.#process = null
    })
    await answerOf(child, 0)
    return child
  }
}

/** Null where the process ended without one. */
function answerOf(child: ChildProcess, number: number): Promise<Report | null> {
  return new Promise((resolve) => {
    const hear = (report: Report | number | null) => {
      if (typeof report === "object" && report?.number !== undefined && report.number !== number) return
      child.off("message", hear)
      child.off("exit", hear)
      resolve(typeof report === "object" ? report : null)
    }
    child.on("message", hear)
    child.on("exit", hear)
  })
}
