import { keyOf, nameOf, textOf, type Place } from "../place.ts"
import { replace, type Change, type Mutator } from "./change.ts"

export const truth: Mutator = (place) => {
  const { node } = place
  return node.type === "Literal" && typeof node.value === "boolean" ? [changed(place, String(!node.value))] : []
}

/** A time twice or half as long, or none; any other number one off. */
export const number: Mutator = (place) => {
  const { node, parents } = place
  if (node.type !== "Literal" || typeof node.value !== "number") return []
  const { value } = node
  const isTime = parents.some((parent) => /_MS$|Ms$/.test((parent.type === "VariableDeclarator" ? nameOf(parent.id) : keyOf(parent)) ?? ""))
  const isShare = !Number.isInteger(value)
  const others = isShare || (isTime && value > 1) ? [value * 2, value / 2, 0] : value > 0 ? [value + 1, value - 1] : [value + 1]
  return others.map((other) => changed(place, String(other)))
}

/** Another string of the same role: the next status, target, guard or verdict of the file. */
export const string: Mutator = (place) => {
  const { node } = place
  const role = roleOf(place)
  if (role === null || node.type !== "Literal" || typeof node.value !== "string") return []
  const { value } = node
  const known = (place.source.strings.get(role) ?? []).filter((other) => role !== TARGET || other.startsWith("#") === value.startsWith("#"))
  const other = known[(known.indexOf(value) + 1) % known.length]
  return [changed(place, JSON.stringify(other === value || other === undefined ? "another" : other))]
}

/** Notes the strings of a file under their roles, for {@link string}. */
export function noteString(place: Place): void {
  const role = roleOf(place)
  if (role === null || place.node.type !== "Literal" || typeof place.node.value !== "string") return
  const known = place.source.strings.get(role) ?? []
  if (!known.includes(place.node.value)) known.push(place.node.value)
  place.source.strings.set(role, known)
}

export const template: Mutator = (place) => (place.node.type === "TemplateLiteral" ? [changed(place, '""')] : [])

/** A pattern that may begin or end anywhere, or looks at upper and lower case. */
export const pattern: Mutator = (place) => {
  const { node } = place
  if (node.type !== "Literal" || !("regex" in node)) return []
  const { pattern: found, flags } = node.regex
  return [
    ...(found.startsWith("^") ? [changed(place, `/${found.slice(1)}/${flags}`)] : []),
    ...(found.endsWith("$") ? [changed(place, `/${found.slice(0, -1)}/${flags}`)] : []),
    ...(flags.includes("i") ? [changed(place, `/${found}/${flags.replace("i", "")}`)] : []),
  ]
}

const TARGET = "target"
/** Properties that name a target or hold a transition, and those that hold one for each event or deadline. */
const TO_TARGET = new Set(["target", "always", "onDone", "onError"])
const TO_TARGETS = new Set(["on", "after"])

/** What a string stands for; null where it is the name of a type, or that of a first state, which has a mutator of its own. */
function roleOf({ node, parents, source }: Place): string | null {
  const [parent, above] = parents
  if (parent === undefined) return null
  if (parent.type === "Property") {
    const key = keyOf(parent)
    if (source.isChart && key === "initial") return null
    const around = keyOf(parents[2] ?? node)
    return source.isChart && (TO_TARGET.has(key ?? "") || TO_TARGETS.has(around ?? "")) ? TARGET : key
  }
  if (parent.type === "BinaryExpression") {
    const other = parent.left === node ? parent.right : parent.left
    return other.type === "UnaryExpression" ? null : (keyOf(other) ?? nameOf(other))
  }
  if (parent.type === "CallExpression") return `${keyOf(parent.callee) ?? nameOf(parent.callee)} ${parent.arguments.indexOf(node as never)}`
  if (parent.type === "ArrayExpression") return above?.type === "Property" ? keyOf(above) : "listed"
  return "given"
}

function changed(place: Place, to: string): Change {
  return replace(`${textOf(place, place.node)} becomes ${to}`, place.node, to)
}
