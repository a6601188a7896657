import { execFile } from "node:child_process"
import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { expect, test } from "vitest"

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const run = promisify(execFile)

test("these tests look at the built package", () => expect(existsSync(here("../../dist/src/react/index.d.ts"))).toBe(true))

test.each([
  ["the session that an app registers", "types/tsconfig.json"],
  ["the session that an app registers, with the types of React 18", "types/tsconfig.react-18.json"],
  ["an app that registers none", "types/tsconfig.unregistered.json"],
  ["what README shows", "types/tsconfig.readme.json"],
  ["examples/react", "../../examples/react/tsconfig.json"],
])(
  "the types of the built package fit %s",
  async (_, project) => {
    const told = await run(process.execPath, [here("../../node_modules/typescript/bin/tsc"), "-p", here(project)]).then(
      ({ stdout }) => stdout,
      ({ stdout }: { stdout: string }) => stdout,
    )
    expect(told).toBe("")
  },
  60_000,
)
