// @vitest-environment jsdom
import { beforeAll, describe, expect, it } from "vitest"
import { createRefreshMachine } from "../../machines/refresh.machine.ts"
import { chartOf, statesOf } from "../../src/charts/chart-of.ts"
import { palette } from "../../src/charts/drawing/palette.ts"
import { svgStyle } from "../../src/charts/drawing/svg-style.ts"
import { shippedLayouts } from "../../src/charts/layouts/shipped-layouts.ts"
import { nestedLayoutOf } from "../../src/charts/nested-layout-of.ts"
import { svgOf } from "../../src/charts/svg-of.ts"
import { toSvg } from "../../src/charts/to-svg.ts"
import { vault } from "../../src/providers/vault.ts"
import { machines, player } from "./machines.ts"

function parsed(svg: string): Document {
  const document = new DOMParser().parseFromString(svg, "image/svg+xml")
  expect(document.querySelector("parsererror")?.textContent).toBeUndefined()
  return document
}

describe.each(Object.entries(machines))("the drawing of the machine %s", (_, machine) => {
  let svg: string

  beforeAll(async () => {
    svg = await toSvg(machine)
  }, 120_000)

  it("shows every state and every transition once, and no stated ignore", () => {
    const document = parsed(svg)
    const states = statesOf(chartOf(machine).root)
    const idsOf = (attribute: string) =>
      [...document.querySelectorAll(`[${attribute}]`)].map((element) => element.getAttribute(attribute)!).toSorted()
    expect(idsOf("data-state")).toEqual(
      states
        .map(({ id }) => id)
        .filter((id) => id !== "")
        .toSorted(),
    )
    const transitions = states.flatMap((state) => state.transitions).filter(({ isIgnore }) => !isIgnore)
    expect(idsOf("data-transition")).toEqual(transitions.map(({ id }) => id).toSorted())
  })

  it("needs nothing but itself", () => {
    expect(svg.replace(`xmlns="http://www.w3.org/2000/svg"`, "")).not.toMatch(
      /<script|<image|<use|href|url\(|@import|@font-face|xmlns|\son\w+=/,
    )
  })

  it("leaves the page alone that it is put into", () => {
    for (const [, selectors] of svgStyle.replace(/@media[^{]*\{/, "").matchAll(/([^{}]+)\{/g)) {
      for (const selector of selectors!.split(",")) expect(selector.trim()).toMatch(/^\.sessionchart\b/)
    }
  })
})

describe("a drawing", () => {
  it("has a name and says what it is, for those who cannot see it", async () => {
    const { documentElement } = parsed(await toSvg(player, { title: "My player" }))
    expect(documentElement.getAttribute("role")).toBe("img")
    expect(documentElement.firstElementChild?.textContent).toBe("My player")
    expect(documentElement.querySelector("desc")?.textContent).toBe("Plays discs. Its states: empty, on, asleep, menu, gone.")
  })

  it("tells the rule of a transition, its source and what is done", async () => {
    const provider = vault({ partnerId: 1 })
    const document = parsed(svgOf(chartOf(createRefreshMachine(provider)), await shippedLayouts["vault"]!()))
    const { says, source } = provider.rules.answers["refreshTokenExpired"]!
    const title = document.querySelector(`[data-transition="requesting done 1"] > title`)?.textContent
    expect(title?.split("\n")).toEqual([
      "done [answers refreshTokenExpired] → rereading",
      says,
      "Rule: refreshTokenExpired",
      `Source: ${source.document}, ${source.section}, ${source.url}`,
      "Does: noteRefusal refreshTokenExpired",
    ])
  })

  it("shows regions, final states and where things begin", async () => {
    const document = parsed(await toSvg(player))
    expect([...document.querySelectorAll(".region")].map((region) => region.getAttribute("data-state"))).toEqual(["on.sound", "on.speed"])
    expect(document.querySelectorAll(`[data-state="gone"] > rect`)).toHaveLength(2)
    expect(document.querySelectorAll(".way > circle")).toHaveLength(3)
  })

  it("shows the states at least where there is no place for arrows", () => {
    const chart = chartOf(player)
    const document = parsed(svgOf(chart, nestedLayoutOf(chart)))
    expect(document.querySelectorAll("[data-state]")).toHaveLength(statesOf(chart.root).length - 1)
    expect(document.querySelectorAll(".way")).toHaveLength(0)
  })

  it("has one type scale, and nothing smaller than 11 px", () => {
    const sizes = [...svgStyle.matchAll(/font-size:(\d+)px/g)].map(([, size]) => Number(size))
    expect(sizes).toEqual([11, 13])
  })
})

describe.each(["light", "dark"] as const)("the %s colours", (scheme) => {
  const { canvas, box, inner, words, activeBox, ink, muted, guard, active, border, arrow } = palette[scheme]

  it.each(Object.entries({ ink, muted, guard }))("%s can be read on everything that text stands on", (_, colour) => {
    for (const ground of [canvas, box, inner, words, activeBox])
      expect(contrast(colour, ground), `${colour} on ${ground}`).toBeGreaterThanOrEqual(4.5)
  })

  it("what is going on can be read", () => {
    for (const ground of [words, activeBox, canvas, box])
      expect(contrast(active, ground), `${active} on ${ground}`).toBeGreaterThanOrEqual(4.5)
  })

  it("lines can be seen", () => {
    for (const line of [border, arrow])
      for (const ground of [canvas, box, inner]) expect(contrast(line, ground), `${line} on ${ground}`).toBeGreaterThanOrEqual(3)
  })
})

/** WCAG 2.2, contrast ratio. */
function contrast(one: string, other: string): number {
  const [darker, lighter] = [luminance(one), luminance(other)].toSorted((a, b) => a - b) as [number, number]
  return (lighter + 0.05) / (darker + 0.05)
}

/** WCAG 2.2, relative luminance. */
function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((place) => {
    const share = Number.parseInt(colour.slice(place, place + 2), 16) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
