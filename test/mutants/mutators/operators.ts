import type { ESTree } from "vite"
import { keyOf, textOf, type Node, type Place } from "../place.ts"
import { replace, type Change, type Mutator } from "./change.ts"

/** A boundary moved, a comparison turned around, the other arithmetic. */
const MISTAKEN: Readonly<Record<string, readonly string[]>> = {
  "<": ["<=", ">="],
  "<=": ["<", ">"],
  ">": [">=", "<="],
  ">=": [">", "<"],
  "===": ["!=="],
  "!==": ["==="],
  "==": ["!="],
  "!=": ["=="],
  "+": ["-"],
  "-": ["+"],
  "*": ["/"],
  "/": ["*"],
  "**": ["*"],
  ">>": ["<<"],
  "&&": ["||"],
  "||": ["&&"],
}

export const binary: Mutator = (place) => {
  const { node, parents } = place
  if (node.type !== "BinaryExpression" && node.type !== "LogicalExpression") return []
  if (node.operator === "+" && [node.left, node.right].some(isText)) return []
  const [left, right] = [textOf(place, node.left), textOf(place, node.right)]
  if (node.operator === "??") return [changed(place, left), changed(place, right)]
  if (node.operator === "instanceof" || node.operator === "in") {
    return parents[0]?.type === "UnaryExpression" ? [] : [changed(place, `!(${textOf(place, node)})`)]
  }
  return (MISTAKEN[node.operator] ?? []).map((operator) => ({
    ...changed(place, `((${left}) ${operator} (${right}))`),
    what: `${node.operator} becomes ${operator}: ${textOf(place, node)}`,
  }))
}

export const unary: Mutator = (place) => {
  const { node, parents } = place
  if (node.type === "UnaryExpression" && node.operator === "!") return [changed(place, `(${textOf(place, node.argument)})`)]
  if (node.type === "UpdateExpression")
    return [
      changed(
        place,
        textOf(place, node).replace(/\+\+|--/, (found) => (found === "++" ? "--" : "++")),
      ),
    ]
  if (node.type === "AssignmentExpression" && (node.operator === "+=" || node.operator === "-=")) {
    return [changed(place, `${textOf(place, node.left)} ${node.operator === "+=" ? "-=" : "+="} ${textOf(place, node.right)}`)]
  }
  return isAsked(node, parents) ? [changed(place, `!(${textOf(place, node)})`)] : []
}

export const ternary: Mutator = (place) => {
  const { node } = place
  if (node.type !== "ConditionalExpression") return []
  const [test, yes, no] = [node.test, node.consequent, node.alternate].map((part) => textOf(place, part))
  return [{ ...changed(place, `((${test}) ? (${no}) : (${yes}))`), what: `branches swapped: ${textOf(place, node)}` }]
}

const OTHER_METHOD: Readonly<Record<string, string>> = { min: "max", max: "min", ceil: "floor", some: "every", every: "some" }

/** `Math.min` for `Math.max`, `some` for `every`. */
export const method: Mutator = (place) => {
  const { node } = place
  if (node.type !== "CallExpression") return []
  const other = OTHER_METHOD[keyOf(node.callee) ?? ""]
  if (other === undefined) return []
  return [
    {
      ...replace(`becomes ${other}`, (node.callee as ESTree.StaticMemberExpression).property, other),
      what: `${textOf(place, node.callee)} becomes ${other}`,
    },
  ]
}

function changed(place: Place, to: string): Change {
  const { node, parents } = place
  // A line that begins with a parenthesis would go on with the line before it.
  const guard = parents[0]?.type === "ExpressionStatement" && to.startsWith("(") ? ";" : ""
  return replace(`${textOf(place, node)} becomes ${to}`, node, guard + to)
}

function isText(node: Node): boolean {
  return node.type === "TemplateLiteral" || (node.type === "Literal" && typeof node.value === "string")
}

const TERMS = new Set(["CallExpression", "Identifier", "MemberExpression"])

/** Whether it stands alone where yes or no is wanted. */
function isAsked(node: Node, [parent]: readonly Node[]): boolean {
  if (!TERMS.has(node.type) || parent === undefined) return false
  if (parent.type === "LogicalExpression") return parent.operator !== "??" && node.type === "CallExpression"
  return "test" in parent && parent.test === node && parent.type !== "SwitchCase"
}
