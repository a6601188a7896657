import type { Mutant } from "./mutant.ts"
import { childrenOf, programOf, type Node } from "./place.ts"

/** A stretch of a file that runs as a whole or not at all, but for the stretches within. */
interface Stretch {
  readonly start: number
  readonly end: number
  readonly is: "block" | "statement" | "expression"
}

/** The file as it runs in the first round: each stretch notes that it was reached. */
export function noting(file: string, text: string): string {
  const inserts = stretchesOf(file, text).flatMap(({ start, end, is }, index) => {
    const call = `globalThis.reached?.add(${JSON.stringify(nameOf(file, index))})`
    if (is === "block") return [{ at: start + 1, text: ` ${call};`, order: index }]
    const [before, after] = is === "statement" ? [`{ ${call}; `, " }"] : [`(${call}, (`, "))"]
    return [
      { at: start, text: before, order: index },
      { at: end, text: after, order: -index },
    ]
  })
  const sorted = inserts.toSorted((a, b) => a.at - b.at || a.order - b.order)
  const starts = [0, ...sorted.map(({ at }) => at)]
  return (
    starts.map((at, index) => (sorted[index - 1]?.text ?? "") + text.slice(at, starts[index + 1])).join("") +
    `\nglobalThis.reached?.add(${JSON.stringify(nameOf(file, -1))})\n`
  )
}

/** The innermost stretch around a mutant: a test that does not reach it cannot notice. */
export function stretchAround({ file, start, end }: Pick<Mutant, "file" | "start" | "end">, text: string): string {
  const around = stretchesOf(file, text).findLastIndex((stretch) => stretch.start <= start && stretch.end >= end)
  return nameOf(file, around)
}

/** In the order of their beginnings, the outer ones first; what is in none of them runs when the file is imported. */
function stretchesOf(file: string, text: string): Stretch[] {
  const stretches = known.get(text) ?? [...find(programOf(file, text))].filter(({ type }) => !type.startsWith("TS")).map(stretch)
  known.set(text, stretches)
  return stretches
}

const known = new Map<string, Stretch[]>()

function* find(node: Node): Generator<Node> {
  const parts = new Set(partsOf(node))
  for (const child of childrenOf(node)) {
    if (parts.has(child)) yield child
    yield* find(child)
  }
}

/** The parts of a node that do not always run when it does. */
function partsOf(node: Node): Node[] {
  switch (node.type) {
    case "ArrowFunctionExpression":
    case "FunctionExpression":
    case "FunctionDeclaration":
      return node.body === null ? [] : [node.body]
    case "ConditionalExpression":
      return [node.consequent, node.alternate]
    case "LogicalExpression":
      return [node.right]
    case "IfStatement":
      return node.alternate === null ? [node.consequent] : [node.consequent, node.alternate]
    case "ForStatement":
    case "ForOfStatement":
    case "WhileStatement":
      return [node.body]
    case "CatchClause":
      return [node.body]
    default:
      return []
  }
}

function stretch({ type, start, end }: Node): Stretch {
  return { start, end, is: type === "BlockStatement" ? "block" : type.endsWith("Statement") ? "statement" : "expression" }
}

function nameOf(file: string, index: number): string {
  return `${file} ${index}`
}
