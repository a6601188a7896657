import { spawnSync } from "node:child_process"
import { expect, it } from "vitest"

/** The command as `npx sessionchart` runs it, in the built package. */
const sessionchart = (...given: string[]) =>
  spawnSync(process.execPath, ["dist/src/cli/main.js", ...given], { cwd: new URL("../..", import.meta.url), encoding: "utf8" })

it("draws a shipped chart to standard output", () => {
  const { status, stdout, stderr } = sessionchart("chart", "vault", "--format", "mermaid")
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" })
  expect(stdout).toMatch(/^(---[^]*?---\n)?stateDiagram-v2/)
})

it("answers a name that it does not know with those that there are, its usage and exit code 2", () => {
  const { status, stdout, stderr } = sessionchart("chart", "valut")
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" })
  expect(stderr).toContain("valut")
  expect(stderr).toContain("vault")
  expect(stderr).toMatch(/usage/i)
})
