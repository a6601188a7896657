import { runInNewContext } from "node:vm"
import { describe, expect, it } from "vitest"
import { findMutants } from "./find-mutants.ts"
import { mutated } from "./mutant.ts"
import { noting } from "./reach.ts"

/** What becomes of a line of code. */
function becomes(text: string, file = "src/core/some.ts"): string[] {
  return findMutants(file, text).map((mutant) => mutated(text, mutant))
}

describe("what is got wrong in code", () => {
  it.each<[string, string[]]>([
    ["const a = b < c", ["const a = ((b) <= (c))", "const a = ((b) >= (c))"]],
    ["const a = b === c", ["const a = ((b) !== (c))"]],
    ["const a = b && c", ["const a = ((b) || (c))"]],
    ["const a = b ?? c", ["const a = b", "const a = c"]],
    ["const a = !b", ["const a = (b)"]],
    ["const a = b ? c : d", ["const a = ((b) ? (d) : (c))", "const a = !(b) ? c : d"]],
    ["const a = true", ["const a = false"]],
    ["const a = b + c", ["const a = ((b) - (c))"]],
    ["const a = Math.min(b, c)", ["const a = Math.max(b, c)"]],
    ["const LONGEST_MS = 1_000", ["const LONGEST_MS = 2000", "const LONGEST_MS = 500", "const LONGEST_MS = 0"]],
    ["const a = 0", ["const a = 1"]],
    ["const a = 7", ["const a = 8", "const a = 6"]],
    ["const a = [b, c]", ["const a = [c]", "const a = [b]"]],
    ["const a = [b,]", ["const a = []"]],
    ["const a = { is: 'b' }, c = { is: 'd' }", ["const a = { is: \"d\" }, c = { is: 'd' }", "const a = { is: 'b' }, c = { is: \"b\" }"]],
    ["const a = { ...b, c }", ["const a = { c }"]],
    ["const a = /^b$/", ["const a = /b$/", "const a = /^b/"]],
    ["call()", [";"]],
    [
      "function a() { if (b) return 1 }",
      ["function a() { ; }", "function a() { if (!(b)) return 1 }", "function a() { if (b) return 2 }", "function a() { if (b) return 0 }"],
    ],
  ])("%s", (text, expected) => {
    expect(becomes(text).toSorted()).toEqual(expected.toSorted())
  })

  it.each([
    "import { a } from './b.ts'",
    "type A = 'b' | 'c'",
    "interface A { b: 1 }",
    "const a = b as 'c'",
    "const a: 1 | 2 = b",
    "const a = { description: 'b', says: 'c' }",
    "const a = { b: 'a sentence' }",
    "const a = new RangeError(`b: ${c === d}`)",
    "// a === b",
  ])("nothing in %s", (text) => expect(becomes(text)).toEqual([]))
})

describe("what is drawn wrong in a chart", () => {
  const inChart = (text: string) => becomes(text, "machines/some.machine.ts")

  it("guards, targets, actions, and the order of transitions", () => {
    const found = inChart('const on = { "a.b": [{ guard: "c", target: "d", actions: "e" }, { target: "f" }] }')
    for (const expected of [
      'const on = { "a.b": [{ target: "d", actions: "e" }, { target: "f" }] }',
      'const on = { "a.b": [{ guard: "c", actions: "e" }, { target: "f" }] }',
      'const on = { "a.b": [{ guard: "c", target: "f", actions: "e" }, { target: "f" }] }',
      'const on = { "a.b": [{ guard: "c", target: "d" }, { target: "f" }] }',
      'const on = { "a.b": [{ target: "f" }, { guard: "c", target: "d", actions: "e" }] }',
      'const on = { "a.b": [{ target: "f" }] }',
      "const on = {  }",
    ]) {
      expect(found).toContain(expected)
    }
  })

  it.each([
    ['const a = { initial: "b", states: { b: {}, c: {} } }', 'const a = { initial: "c", states: { b: {}, c: {} } }'],
    ['const a = { tags: "b", on }', "const a = { on }"],
    ['const a = { after: { backoff: "b" } }', 'const a = { after: { longestBackoff: "b" } }'],
    ['const a = { after: { backoff: "b" } }', "const a = {  }"],
    ["const a = setup({ guards: { b: () => c } })", "const a = setup({ guards: { b: () => !(c) } })"],
    ["const a = assign(() => ({ b: c, d }))", "const a = assign(() => ({ d }))"],
  ])("%s", (text, expected) => expect(inChart(text)).toContain(expected))
})

it("an id says where and what, and not in which line", () => {
  const [mutant] = findMutants("src/a.ts", "\n\nexport function b() { return c < d }")
  expect(mutant).toMatchObject({ id: "src/a.ts: b: < becomes <=: c < d", line: 3 })
})

it("the same change at two places has two ids", () => {
  expect(findMutants("src/a.ts", "f(true, true)").map(({ id }) => id)).toEqual([
    "src/a.ts: without f(true, true)",
    "src/a.ts: true becomes false",
    "src/a.ts: true becomes false (2)",
  ])
})

it("code that notes where it was reached does what it did", () => {
  const reached = new Set<string>()
  const code = noting(
    "a.js",
    "const a = (b) => b > 0 ? (b > 1 && 'many') || 'one' : { none: (() => { if (b) return 'less'; return 'nothing' })() }",
  )
  const run = (globals: object) => runInNewContext(`${code}; JSON.stringify([a(2), a(1), a(0)])`, globals) as string
  expect(run({ reached })).toBe('["many","one",{"none":"nothing"}]')
  expect(reached.size).toBeGreaterThan(5)
  expect(run({})).toBe(run({ reached }))
})
