import { stripVTControlCharacters } from "node:util"
import { expect, it } from "vitest"
import type { Shade } from "../../demo/palette.ts"
import type { Lane } from "../../demo/scene.types.ts"
import { timeline } from "../../demo/timeline.ts"

const moment = (at: number, more: Partial<Lane[number]>): Lane[number] => ({ at, provider: "commerce-engine", says: "", ...more })
const state = (at: number, shade: Shade) => moment(at, { shade })

const life: Lane = [
  moment(0, { shade: "active", mark: "signIn" }),
  state(2_500, "refreshing"),
  moment(2_502, { mark: "refreshed" }),
  state(2_504, "active"),
  ...[4_000, 4_001, 4_002].map((at) => moment(at, { mark: "refused" })),
  state(4_003, "held"),
  moment(4_004, { mark: "refreshed" }),
  state(4_005, "active"),
  moment(9_000, { shade: "loggedOut", mark: "logout" }),
]

const draw = (now: number, columns: number) => timeline({ startedAt: 0, now, lanes: [life.filter(({ at }) => at <= now)] }, columns)
const bar = (now: number, columns: number) => stripVTControlCharacters(draw(now, columns)[3]!)

it.each([60, 80, 120, 200])("every line fits into %i columns, at every moment", (columns) => {
  for (let now = 0; now < 30_000; now += 100)
    for (const line of draw(now, columns)) expect(stripVTControlCharacters(line).length, line).toBeLessThanOrEqual(columns)
})

it("events are marked where they happened, those of one moment side by side and equal ones once", () => {
  expect(bar(10_000, 127).trimEnd()).toMatch(/^ commerce-engine ▸ +↻ +401↻ +⏻ +▌? +logged out$/)
  expect(bar(10_000, 127).indexOf("401")).toBe(17 + Math.floor(4_000 / (11_000 / 97)))
})

it("a state of a few ms is seen all the same", () => {
  expect(draw(5_000, 80).join("")).toContain("48;5;170m")
  expect(draw(3_000, 80).join("")).toContain("48;5;75m")
})

it("what has not happened yet is not drawn, and time that runs past the scale shrinks it", () => {
  expect(bar(2_000, 80)).not.toContain("↻")
  expect(bar(10_000, 80).indexOf("401")).toBeGreaterThan(bar(22_000, 80).indexOf("401"))
})
