import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { beforeAll, describe, expect, it } from "vitest"
import { chartOf, statesOf } from "../../src/charts/chart-of.ts"
import { isLayoutOf } from "../../src/charts/is-layout-of.ts"
import { layoutOf } from "../../src/charts/layout-of.ts"
import type { Layout } from "../../src/charts/layout.types.ts"
import { shippedLayouts } from "../../src/charts/layouts/shipped-layouts.ts"
import { svgOf } from "../../src/charts/svg-of.ts"
import { toMermaid } from "../../src/charts/to-mermaid.ts"
import { shippedCharts } from "../../src/cli/shipped-charts.ts"
import { collisions } from "./collisions.ts"
import { galleryOf } from "./gallery-of.ts"
import { layoutModule } from "./layout-module.ts"
import { recordedRefresh } from "./recorded-refresh.ts"
import { stepsSvg } from "./steps-svg.ts"

const root = new URL("../../", import.meta.url)
const names = Object.keys(shippedCharts)

/** `CHARTS=write` (npm run charts) writes what is drawn of the shipped charts; else it has to be there already. */
function expectFile(path: string, text: string): void {
  const file = new URL(path, root)
  if (process.env["CHARTS"] === "write") {
    mkdirSync(new URL(".", file), { recursive: true })
    writeFileSync(file, text)
  }
  expect(readFileSync(file, "utf8") === text, `${path} is stale: npm run charts writes it anew`).toBe(true)
}

describe.each(names)("the drawing of the %s chart", (name) => {
  const { machine, title } = shippedCharts[name]!()
  const chart = chartOf(machine, { title })
  let layout: Layout

  beforeAll(async () => {
    layout = await layoutOf(chart)
  }, 120_000)

  it("hides, cuts and crosses no text", () => expect(collisions(chart, layout)).toEqual([]))

  it("can be read at a width of 1280 px", () => expect(layout.width).toBeLessThanOrEqual(1280))

  it("shows every transition once, and no stated ignore", () => {
    const drawn = [...svgOf(chart, layout).matchAll(/data-transition="([^"]*)"/g)].map(([, id]) => id!)
    const transitions = statesOf(chart.root).flatMap((state) => state.transitions)
    expect(drawn.toSorted()).toEqual(
      transitions
        .filter(({ isIgnore }) => !isIgnore)
        .map(({ id }) => id)
        .toSorted(),
    )
  })

  it("shows every state once", () => {
    const drawn = [...svgOf(chart, layout).matchAll(/data-state="([^"]*)"/g)].map(([, id]) => id!)
    expect(drawn.toSorted()).toEqual(
      statesOf(chart.root)
        .map(({ id }) => id)
        .filter((id) => id !== "")
        .toSorted(),
    )
  })

  it("is in docs/charts as it is now, as SVG and as Mermaid", () => {
    expectFile(`docs/charts/${name}.svg`, svgOf(chart, layout))
    expectFile(`docs/charts/${name}.mmd`, toMermaid(machine, { title }))
  })

  it("has its layout in the package, for the inspector", async () => {
    expectFile(`src/charts/layouts/${name}.layout.ts`, layoutModule(layout))
    const shipped = await shippedLayouts[name]!()
    expect(shipped).toEqual(layout)
    expect(isLayoutOf(shipped, chartOf(machine))).toBe(true)
  })
})

it("docs/charts has a page with all of them", () => expectFile("docs/charts/README.md", galleryOf(names)))

it("docs/charts has a refresh, step by step, as it happens", async () => {
  expectFile("docs/charts/refresh-steps.svg", stepsSvg("One refresh, step by step", await recordedRefresh()))
})

it("the package has a layout for each of them", () => expect(Object.keys(shippedLayouts)).toEqual(names))
