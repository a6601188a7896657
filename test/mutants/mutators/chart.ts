import type { ESTree } from "vite"
import { keyOf, nameOf, textOf, type Node } from "../place.ts"
import { replace, takeOut, type Change, type Mutator } from "./change.ts"

/** Parts of a state or a transition that the chart is as well drawn without, and then is another. */
const PARTS = new Set([
  "guard",
  "target",
  "actions",
  "reenter",
  "tags",
  "entry",
  "exit",
  "always",
  "after",
  "invoke",
  "onDone",
  "onError",
  "type",
])

/** A guard, a target, an action, a tag or a deadline that is forgotten. */
export const part: Mutator = ({ node, parents, source }) => {
  if (!source.isChart || node.type !== "ObjectExpression" || isNamed(node, parents)) return []
  return node.properties.flatMap((property, index) =>
    PARTS.has(keyOf(property) ?? "") ? [takeOut(`without ${shortly(property, source.text)}`, node.properties, index, source.text)] : [],
  )
}

/** An event, or a fact of the next context, that is forgotten. */
export const entry: Mutator = ({ node, parents, source }) => {
  if (!source.isChart || node.type !== "ObjectExpression" || !(isOn(node) || isAssigned(parents))) return []
  return node.properties.flatMap((property, index) =>
    property.type === "Property" ? [takeOut(`without ${shortly(property, source.text)}`, node.properties, index, source.text)] : [],
  )
}

/** Two transitions of a list, of which the later one now comes first. */
export const order: Mutator = (place) => {
  const { node, source } = place
  if (!source.isChart || node.type !== "ArrayExpression" || !node.elements.some((each) => each !== null && hasGuard(each))) return []
  return node.elements.slice(1).flatMap((later, index): Change[] => {
    const earlier = node.elements[index]
    if (!earlier || !later) return []
    const between = source.text.slice(earlier.end, later.start)
    const what = `${firstLine(textOf(place, later))} comes before ${firstLine(textOf(place, earlier))}`
    return [{ what, start: earlier.start, end: later.end, to: textOf(place, later) + between + textOf(place, earlier) }]
  })
}

/** A state that begins in another of its states. */
export const beginning: Mutator = ({ node, parents, source }) => {
  if (!source.isChart || node.type !== "Property" || keyOf(node) !== "initial" || node.value.type !== "Literal") return []
  const around = parents[0]
  const states = around?.type === "ObjectExpression" ? around.properties.find((each) => keyOf(each) === "states") : undefined
  if (states?.type !== "Property" || states.value.type !== "ObjectExpression") return []
  const others = states.value.properties.map(keyOf).filter((name) => name !== null && name !== nameOf(node.value))
  return others.slice(0, 1).map((name) => replace(`begins in ${name}`, node.value, JSON.stringify(name)))
}

/** A deadline that is another one. */
export const delay: Mutator = ({ node, parents, source }) => {
  if (!source.isChart || node.type !== "Property" || keyOf(parents[1] ?? node) !== "after") return []
  const name = keyOf(node) ?? ""
  const other = { untilExpiring: "untilLapsed", untilLapsed: "untilExpiring", backoff: "longestBackoff", longestBackoff: "backoff" }[name]
  return other === undefined ? [] : [replace(`after ${name} becomes after ${other}`, node.key, other)]
}

/** A named guard that says the opposite. */
export const negation: Mutator = (place) => {
  const { node, parents, source } = place
  if (!source.isChart || node.type !== "ArrowFunctionExpression" || keyOf(parents[2] ?? node) !== "guards") return []
  return [replace("says the opposite", node.body, `!(${textOf(place, node.body)})`)]
}

/** What carries a type, and is no state: an action, a guard. */
function isNamed(node: Node, [parent]: readonly Node[]): boolean {
  const holds = node.type === "ObjectExpression" && node.properties.some((property) => keyOf(property) === "params")
  return holds || parent?.type === "CallExpression"
}

/** Whether it says what comes of events, which are named like `request.held`. */
function isOn({ properties }: ESTree.ObjectExpression): boolean {
  return properties.some((property) => keyOf(property)?.includes(".") === true)
}

function isAssigned(parents: readonly Node[]): boolean {
  const call = parents.find(({ type }) => type === "CallExpression")
  const depth = call === undefined ? -1 : parents.indexOf(call)
  return (
    call?.type === "CallExpression" &&
    nameOf(call.callee) === "assign" &&
    parents.slice(0, depth).every(({ type }) => HANDED_BACK.has(type))
  )
}

/** What may stand between a call and the object that its function answers with. */
const HANDED_BACK = new Set(["ArrowFunctionExpression", "BlockStatement", "ReturnStatement"])

function hasGuard(node: Node): boolean {
  return node.type === "ObjectExpression" && node.properties.some((property) => keyOf(property) === "guard")
}

function shortly({ start, end }: Node, text: string): string {
  return firstLine(text.slice(start, end))
}

function firstLine(text: string): string {
  return text.split("\n")[0]!
}
