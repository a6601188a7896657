import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { sessionMachine } from "../machines/session.machine.ts"
import { chartOf, statesOf } from "../src/charts/chart-of.ts"

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8")

describe("README", () => {
  it("quotes examples/quickstart.ts as it is", () => {
    expect(read("README.md")).toContain(`\`\`\`ts\n${read("examples/quickstart.ts")}\`\`\``)
  })

  it.each(["test/seventh/supabase.ts", "test/seventh/supabase.test.ts"])("quotes %s as it is", (file) => {
    expect(read("README.md")).toContain(`\`\`\`ts\n${read(file)}\`\`\``)
  })

  it("quotes the React example, which the type tests compile, as it is", () => {
    expect(read("README.md")).toContain(`\`\`\`tsx\n${read("test/react/types/readme.test-d.tsx")}\`\`\``)
  })

  it("abridges the session chart, and draws no arrow that is not in it", () => {
    const [, drawn = ""] = /```mermaid\n([^`]*)```/.exec(read("README.md")) ?? []
    const arrows = [...drawn.matchAll(/(\w+) --> (\w+)/g)].map(([, from, to]) => `${from} to ${to}`)
    expect(arrows.length).toBeGreaterThan(15)
    expect(arrows.filter((arrow) => !arrowsOfSessionChart().has(arrow))).toEqual([])
  })

  it("shows a provider in at most 60 lines", () => expect(read("test/seventh/supabase.ts").split("\n").length).toBeLessThanOrEqual(60))

  it("has a first example of about 20 lines", () => {
    expect(read("examples/quickstart.ts").trim().split("\n").length).toBeLessThanOrEqual(24)
  })

  it("lists every error class with its codes", () => {
    const classes = [...read("src/errors.ts").matchAll(/^export class (\w+Error) extends SessionError/gm)].map(([, name]) => name)
    expect(classes.length).toBeGreaterThan(7)
    for (const name of classes) expect(read("README.md")).toContain(`| \`${name}\` |`)
  })

  it("lists every subpath of a provider that the package exports", () => {
    const { exports } = JSON.parse(read("package.json")) as { exports: Record<string, string> }
    const providers = Object.keys(exports).filter((path) => path.startsWith("./providers/"))
    for (const path of providers) expect(read("README.md")).toContain(`sessionchart${path.slice(1)}`)
  })

  it("shows an example that runs against the built package and does what its comments say", () => {
    const printed = execFileSync(process.execPath, ["dist/examples/quickstart.js"], {
      cwd: new URL("..", import.meta.url),
      encoding: "utf8",
    })
    expect(printed.match(/^\d{3}$/gm)).toEqual(["200", "200"])
    expect(printed).toContain("menu: refresh was answered 503")
    expect(printed).toMatch(/^true$/m)
    expect(printed).toMatch(/loggedOut\n$/)
  })
})

/** From and to, by the names of the states and of those around them. */
function arrowsOfSessionChart(): ReadonlySet<string> {
  const transitions = statesOf(chartOf(sessionMachine).root).flatMap((state) =>
    state.transitions.map(({ targets }) => ({ from: state.id, targets })),
  )
  const names = (id: string) => id.split(".")
  return new Set(
    transitions.flatMap(({ from, targets }) =>
      names(from).flatMap((source) => targets.flatMap((target) => names(target).map((end) => `${source} to ${end}`))),
    ),
  )
}
