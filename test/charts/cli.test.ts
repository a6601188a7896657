import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import type { AnyStateMachine } from "xstate"
import { isLayoutOf } from "../../src/charts/is-layout-of.ts"
import { chartOf } from "../../src/charts/chart-of.ts"
import type { Layout } from "../../src/charts/layout.types.ts"
import { run } from "../../src/cli/run.ts"
import { shippedCharts } from "../../src/cli/shipped-charts.ts"

const folder = mkdtempSync(join(tmpdir(), "sessionchart-"))
afterAll(() => rmSync(folder, { recursive: true }))

const MACHINE = `{ id: "lamp", root: {}, config: {}, transition() {} }`
const PROVIDER = `{
  id: "acme",
  rules: { runsOn: "anywhere", onDoubt: "replay", answers: {
    tooLate: { verdict: "refused", when: { status: [403] }, says: "Too late.", source: { document: "Acme's page", section: "Refresh" } },
  } },
}`

/** A module of a user's. */
function moduleOf(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

/** A module with one machine, exported twice, and something else; a small one, so that it is drawn soon. */
const lamp = moduleOf(
  "lamp.mjs",
  `import { createMachine } from ${JSON.stringify(import.meta.resolve("xstate"))}
   export const lamp = createMachine({ id: "lamp", initial: "off", states: { off: { on: { PRESS: "on" } }, on: {} } })
   export default lamp
   export const unrelated = 1`,
)

async function called(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  let [stdout, stderr] = ["", ""]
  const code = await run(args, { stdout: { write: (text) => (stdout += text) }, stderr: { write: (text) => (stderr += text) } })
  return { code, stdout, stderr }
}

describe("sessionchart chart", () => {
  it.each(Object.keys(shippedCharts))("draws %s by its name", async (name) => {
    const { code, stdout, stderr } = await called("chart", name, "--format", "mermaid")
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
    expect(stdout).toContain("stateDiagram-v2")
    expect(stdout).toContain(name === "session" ? `title: "session"` : `title: "${name}: refresh"`)
  })

  it("draws an SVG if nothing else is said", async () => {
    const { code, stdout } = await called("chart", lamp)
    expect(code).toBe(0)
    expect(stdout).toMatch(/^<svg .*<title>lamp<\/title>/s)
  })

  it("goes by how the file's name ends", async () => {
    const [json, mermaid] = [join(folder, "vault.json"), join(folder, "vault.mmd")]
    expect(await called("chart", "vault", "--out", json)).toEqual({ code: 0, stdout: "", stderr: "" })
    expect(await called("chart", "vault", "--out", mermaid)).toEqual({ code: 0, stdout: "", stderr: "" })
    expect(JSON.parse(readFileSync(json, "utf8"))).toMatchObject({ id: "refresh", initial: "leasing" })
    expect(readFileSync(mermaid, "utf8")).toContain("stateDiagram-v2")
  })

  it("writes a layout for the inspector", async () => {
    const { stdout } = await called("chart", lamp, "--format", "layout")
    const { default: machine } = (await import(lamp)) as { default: AnyStateMachine }
    expect(isLayoutOf(JSON.parse(stdout) as Layout, chartOf(machine))).toBe(true)
  })

  it("draws the provider that a module exports", async () => {
    const { code, stdout } = await called("chart", moduleOf("acme.mjs", `export const acme = ${PROVIDER}`), "--format", "mermaid")
    expect(code).toBe(0)
    expect(stdout).toContain("done [answers tooLate]")
    expect(stdout).toContain("tooLate, Acme's page, Refresh")
  })

  it("draws the machine that a module exports, whatever copy of xstate it comes from", async () => {
    const { code, stdout } = await called("chart", lamp, "--format", "json")
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toEqual({ id: "lamp", initial: "off", states: { off: { on: { PRESS: "on" } }, on: {} } })
  })

  it("draws the one that is meant, of several", async () => {
    const path = moduleOf("several.mjs", `export const acme = ${PROVIDER}\nexport const lamp = ${MACHINE}`)
    expect((await called("chart", path, "--export", "acme", "--format", "mermaid")).stdout).toContain(`title: "acme: refresh"`)
    expect(await called("chart", path)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("several charts: acme, lamp; say which with --export"),
    })
    expect(await called("chart", path, "--export", "other")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`has no machine or provider "other"; it exports acme, lamp`),
    })
  })
})

describe("sessionchart, called wrongly, says what to do and exits with 2", () => {
  mkdirSync(join(folder, "folder"))
  const cases: [string, string[], string][] = [
    ["without a command", [], "There is one command: chart"],
    ["with another command", ["draw", "vault"], `there is no command "draw"; there is chart`],
    ["without a chart", ["chart"], "which chart? Name one of ours, or a module of yours"],
    ["with two charts", ["chart", "vault", "menu"], `one chart at a time; what is "menu"?`],
    ["with a provider that is not there", ["chart", "valut"], `neither a chart nor a file "valut"; there are the charts session, geins,`],
    ["with a name from every object", ["chart", "toString"], `neither a chart nor a file "toString"`],
    ["with an unknown format", ["chart", "vault", "--format", "png"], `there is no format "png"; there are svg, mermaid, json, layout`],
    ["with an unknown option", ["chart", "vault", "--color"], "--color"],
    ["with --export and a chart of ours", ["chart", "vault", "--export", "x"], "--export is for modules"],
    [
      "with a file that cannot be written",
      ["chart", "vault", "--format", "json", "--out", join(folder, "folder")],
      "cannot be written: EISDIR",
    ],
    [
      "with a module with nothing to draw",
      ["chart", moduleOf("nothing.mjs", "export const one = 1")],
      "exports neither an XState machine nor a provider",
    ],
    [
      "with a module that fails",
      ["chart", moduleOf("fails.mjs", `throw new Error("no key in the environment")`)],
      "cannot be imported: no key in the environment",
    ],
    ["with a module that imports what is not there", ["chart", moduleOf("lost.mjs", `import "./nowhere.mjs"`)], "cannot be imported: "],
  ]

  it.each(cases)("%s", async (_, args, message) => {
    const { code, stdout, stderr } = await called(...args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" })
    expect(stderr).toMatch(/^sessionchart: /)
    expect(stderr).toContain(message)
    expect(stderr).toContain("Usage: sessionchart chart <what> [options]")
  })
})

it("sessionchart --help tells how to call it, and names every chart of ours and every format", async () => {
  const { code, stdout, stderr } = await called("--help")
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
  for (const word of [...Object.keys(shippedCharts), "svg", "mermaid", "json", "layout", "--out", "--export"])
    expect(stdout).toContain(word)
})
