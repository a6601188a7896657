import { describe, expect, it, vi } from "vitest"
import { chartOf } from "../../src/charts/chart-of.ts"
import type { Chart } from "../../src/charts/chart.types.ts"
import { isLayoutOf } from "../../src/charts/is-layout-of.ts"
import { layoutOf } from "../../src/charts/layout-of.ts"
import { nestedLayoutOf } from "../../src/charts/nested-layout-of.ts"
import { Distances } from "../../src/charts/placing/distances.ts"
import { collisions } from "./collisions.ts"
import { machines, player } from "./machines.ts"

const TIME_LIMIT = 120_000

/** The same layout with something else in the place of one of its parts. */
const without = (chart: Chart, name: string, { description }: { description: string }): Chart => ({
  ...chart,
  root: { ...chart.root, states: chart.root.states.map((state) => (state.name === name ? { ...state, description } : state)) },
})

describe.each(Object.entries(machines))("a layout of the machine %s", (_, machine) => {
  it(
    "hides, cuts and crosses no text, and comes out the same again",
    async () => {
      const chart = chartOf(machine)
      const layout = await layoutOf(chart)
      expect(collisions(chart, layout)).toEqual([])
      expect(isLayoutOf(layout, chart)).toBe(true)
      expect(await layoutOf(chart)).toEqual(layout)
    },
    TIME_LIMIT,
  )

  it("has at least boxes inside boxes, at once", () => {
    const chart = chartOf(machine)
    const { width, height, boxes } = nestedLayoutOf(chart)
    const places = Object.entries(boxes).map(([id, box]) => ({ id, ...box }))
    for (const one of places) {
      expect(one.x >= 0 && one.y >= 0 && one.x + one.width <= width && one.y + one.height <= height, `${one.id} is inside`).toBe(true)
      for (const other of places) {
        const areApart =
          one.x + one.width <= other.x || other.x + other.width <= one.x || one.y + one.height <= other.y || other.y + other.height <= one.y
        const isNested = one.id === other.id || one.id.startsWith("head:") || other.id.startsWith("head:") || related(one.id, other.id)
        expect(areApart || isNested, `${one.id} and ${other.id} are apart`).toBe(true)
      }
    }
  })
})

function related(one: string, other: string): boolean {
  return one.startsWith(`${other}.`) || other.startsWith(`${one}.`)
}

describe("a layout", () => {
  it(
    "of another chart, or of an older version of this one, is known",
    async () => {
      const chart = chartOf(player)
      const layout = await layoutOf(chart)
      expect(isLayoutOf(layout, chartOf(machines.deep))).toBe(false)
      expect(isLayoutOf(layout, without(chart, "menu", { description: "A text that was not there before." }))).toBe(false)
      expect(isLayoutOf({ ...layout, arrows: {} }, chart)).toBe(false)
    },
    TIME_LIMIT,
  )

  it("without elkjs says what to install", async () => {
    vi.doMock("elkjs/lib/elk.bundled.js", () => {
      throw new Error("Cannot find package 'elkjs'")
    })
    try {
      await expect(layoutOf(chartOf(player))).rejects.toMatchObject({
        code: "configuration",
        message: expect.stringContaining("npm install elkjs"),
      })
    } finally {
      vi.doUnmock("elkjs/lib/elk.bundled.js")
    }
  })
})

describe("the test for collisions", () => {
  const chart = chartOf(machines.sides)
  const arrow = "right.one → right.two"

  it(
    "sees texts that overlap, borders that cut them, and arrows that run through them",
    async () => {
      const layout = await layoutOf(chart)
      const { points, label } = layout.arrows[arrow]!
      const moved = (x: number, y: number) =>
        collisions(chart, { ...layout, arrows: { ...layout.arrows, [arrow]: { points, label: { ...label!, x, y } } } })
      const one = layout.boxes["right.one"]!
      const right = layout.boxes["right"]!
      const [from] = layout.arrows["left.up → left.down"]!.points
      expect(moved(one.x, one.y)).toContain(`right.one and the words of ${arrow} overlap`)
      expect(moved(right.x - 4, label!.y)).toContain(`the border of right cuts the words of ${arrow}`)
      expect(moved(from!.x - 4, from!.y)).toContain(`left.up → left.down runs through the words of ${arrow}`)
      expect(moved(layout.width - 4, label!.y)).toContain(`the words of ${arrow} leaves the drawing`)
    },
    TIME_LIMIT,
  )
})

describe("distances", () => {
  it("put everything as near to its wish as the others let it", () => {
    const distances = new Distances()
    const [a, b, c] = [distances.add(), distances.add(), distances.add()]
    distances.keep(a, b, 10)
    distances.keep(b, c, 10)
    distances.keep(c, distances.add(50), 5)
    distances.settle()
    expect([distances.least(c), distances.greatest(a)]).toEqual([20, 25])
    expect([distances.put(b, 100), distances.put(a, 0), distances.put(c, 0)]).toEqual([35, 0, 45])
  })

  it("let something be on either side, but not far", () => {
    const distances = new Distances()
    const [box, end] = [distances.add(), distances.add()]
    distances.keep(box, end, 5)
    distances.keep(end, box, -15)
    distances.keep(box, distances.add(100), 20)
    distances.settle()
    expect([distances.put(box, 40), distances.put(end, 90)]).toEqual([40, 55])
  })
})
