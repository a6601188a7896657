import { createMachine, type AnyStateMachine } from "xstate"
import { describe, expect, it } from "vitest"
import { chartOf } from "../../src/charts/chart-of.ts"
import { toJson, type MachineJson } from "../../src/charts/to-json.ts"
import { shippedCharts } from "../../src/cli/shipped-charts.ts"
import { tableOf } from "../golden/table-of.ts"
import { machines, player } from "./machines.ts"

const shipped = Object.entries(shippedCharts).map(([name, chart]): [string, AnyStateMachine] => [name, chart().machine])
const charts = [...shipped, ...Object.entries<AnyStateMachine>(machines)]

function read(json: MachineJson): AnyStateMachine {
  return createMachine(JSON.parse(JSON.stringify(json)) as Parameters<typeof createMachine>[0])
}

describe.each(charts)("the JSON of the %s chart", (_, machine) => {
  const json = toJson(machine)

  it("is plain data", () => expect(JSON.parse(JSON.stringify(json))).toEqual(json))

  it("is a machine with the same chart, when XState reads it again", () => expect(chartOf(read(json))).toEqual(chartOf(machine)))
})

it.each(shipped)("the JSON of the %s chart has the reviewed transitions, line by line", (_, machine) => {
  expect(tableOf(read(toJson(machine)))).toBe(tableOf(machine))
})

it("keeps descriptions, rules and their sources", () => {
  const { machine } = shippedCharts["oauth2"]!()
  expect(JSON.stringify(toJson(machine))).toContain(`"source":{"document":"RFC 6749","section":"5.2 Error Response"`)
})

it("names what was written inline", () => {
  expect(JSON.stringify(toJson(player))).toContain(`"guard":"hasDisc and isLocked"`)
})
