import { readFileSync, writeFileSync } from "node:fs"
import type { AnyStateMachine, AnyStateNode } from "xstate"
import { describe, expect, it } from "vitest"
import { createRefreshMachine } from "../machines/refresh.machine.ts"
import { sessionMachine } from "../machines/session.machine.ts"
import { bff } from "../src/providers/bff.ts"
import { providers } from "./golden/providers.ts"
import { nameOf, nodesOf, tableOf, transitionsOf } from "./golden/table-of.ts"

const charts: [string, AnyStateMachine][] = [
  ["session", sessionMachine],
  ...Object.entries({ ...providers, bff: bff({ url: "https://shop.example/auth" }) }).map(([name, provider]): [string, AnyStateMachine] => [
    `refresh.${name}`,
    createRefreshMachine(provider),
  ]),
]

const golden = (name: string) => new URL(`golden/${name}.txt`, import.meta.url)

describe.each(charts)("the %s chart", (name, machine) => {
  it("is the reviewed one, line by line (npm run golden writes it anew)", () => {
    const table = tableOf(machine)
    if (process.env["GOLDEN"] === "write") writeFileSync(golden(name), table)
    const reviewed = readFileSync(golden(name), "utf8").split("\n")
    const found = table.split("\n")
    const gone = reviewed.filter((line) => !found.includes(line)).map((line) => `- ${line}`)
    const come = found.filter((line) => !reviewed.includes(line)).map((line) => `+ ${line}`)
    expect([...gone, ...come].join("\n")).toBe("")
    expect(found).toEqual(reviewed)
  })

  it("can reach every one of its states", () => {
    const reached = new Set<AnyStateNode>()
    const visit = (node: AnyStateNode): void => {
      if (reached.has(node)) return
      reached.add(node)
      if (node.parent && node.parent !== machine.root) visit(node.parent)
      if (node.type === "parallel") Object.values(node.states).forEach(visit)
      for (const target of [...(node.initial?.target ?? []), ...transitionsOf(node).flatMap((transition) => transition.target ?? [])])
        visit(target)
    }
    visit(machine.root)
    expect(
      nodesOf(machine.root)
        .filter((node) => !reached.has(node))
        .map(nameOf),
    ).toEqual([])
  })

  it("describes every state", () => {
    expect(
      nodesOf(machine.root)
        .filter(({ description }) => !description)
        .map(nameOf),
    ).toEqual([])
  })
})

describe("the session chart", () => {
  const events = sessionMachine.events.filter((event) => !event.startsWith("xstate."))

  it("knows these events", () =>
    expect(events.toSorted()).toMatchInlineSnapshot(`
      [
        "ended.elsewhere",
        "grant.accepted",
        "grant.stored",
        "granted.elsewhere",
        "limit.reached",
        "login.requested",
        "logout.requested",
        "network.online",
        "refresh.requested",
        "request.accepted",
        "request.held",
        "request.unauthorized",
        "session.used",
        "use.found",
        "use.noted",
        "used.elsewhere",
      ]
    `))

  it.each(leavesOf(sessionMachine.root).map((leaf) => [nameOf(leaf), leaf] as const))("says in %s what comes of every event", (_, leaf) => {
    expect(events.filter((event) => !saysOf(leaf, event))).toEqual([])
  })
})

/** Whether a state, one around it, or all states of a region beside it say what comes of an event, with no case left open. */
function saysOf(leaf: AnyStateNode, event: string): boolean {
  for (let node: AnyStateNode | undefined = leaf; node; node = node.parent) {
    const branches = node.transitions.get(event)
    if (branches !== undefined && branches.at(-1)?.guard === undefined) return true
    const regions = node.parent?.type === "parallel" ? Object.values(node.parent.states).filter((region) => region !== node) : []
    if (
      regions.some((region) =>
        leavesOf(region).every((inner) => inner.transitions.get(event)?.at(-1)?.guard === undefined && inner.transitions.has(event)),
      )
    )
      return true
  }
  return false
}

function leavesOf(node: AnyStateNode): AnyStateNode[] {
  return nodesOf(node).filter(({ type }) => type === "atomic")
}

describe("every refresh chart", () => {
  it.each(Object.entries(providers))(
    "of %s gives each named answer a transition and, if it ends a session, an end, with its source",
    (_, provider) => {
      const machine = createRefreshMachine(provider)
      for (const [name, answer] of Object.entries(provider.rules.answers)) {
        const table = tableOf(machine)
        expect(table).toContain(`[answers ${name}]--> ${answer.verdict === "refused" ? "rereading" : "releasing"}`)
        expect(table.includes(`ended.${name} (final)  | ${answer.source.document}, ${answer.source.section}`)).toBe(
          answer.verdict === "refused",
        )
      }
    },
  )
})
