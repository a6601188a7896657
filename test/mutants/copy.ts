import { execFile } from "node:child_process"
import { createHash } from "node:crypto"
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { promisify } from "node:util"

const run = promisify(execFile)

/** The repository. */
export const ROOT = new URL("../..", import.meta.url).pathname

/** Every file of the repository as it lies there, committed or not. */
export async function filesOfRepository(): Promise<string[]> {
  const { stdout } = await run("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { cwd: ROOT })
  return stdout.split("\n").filter((file) => file !== "" && existsSync(join(ROOT, file)))
}

/** Puts the same files into a new directory for each worker, where they may be spoiled. */
export function makeCopies(files: readonly string[], count: number): string[] {
  const [first = "", ...others] = Array.from({ length: count }, () => mkdtempSync(join(tmpdir(), "mutants-")))
  copy(files, ROOT, first)
  for (const other of others) copy(files, first, other)
  return [first, ...others]
}

function copy(files: readonly string[], from: string, to: string): void {
  for (const file of files) {
    mkdirSync(dirname(join(to, file)), { recursive: true })
    cpSync(join(from, file), join(to, file))
  }
  symlinkSync(join(ROOT, "node_modules"), join(to, "node_modules"))
}

/** Tells one state of these files from another. */
export function fingerprintOf(root: string, files: readonly string[]): string {
  const hash = createHash("sha256")
  for (const file of files) hash.update(file).update(readFileSync(join(root, file)))
  return hash.digest("hex").slice(0, 16)
}

/** Whether the compiler takes the mutated code of a copy, and what uses it. */
export async function compiles(root: string): Promise<boolean> {
  return run(join(ROOT, "node_modules/.bin/tsc"), ["-p", "test/mutants"], { cwd: root }).then(
    () => true,
    () => false,
  )
}
