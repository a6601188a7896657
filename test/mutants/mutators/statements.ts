import { textOf, type Place } from "../place.ts"
import { replace, takeOut, type Change, type Mutator } from "./change.ts"

/** A call or an assignment that is forgotten. */
export const statement: Mutator = (place) => (place.node.type === "ExpressionStatement" ? [removed(place)] : [])

/** An early end, or any other branch, that is forgotten. */
export const branch: Mutator = (place) => (place.node.type === "IfStatement" && place.node.alternate === null ? [removed(place)] : [])

/** One of a list that is forgotten: a status, an action, a transition. */
export const element: Mutator = ({ node, source }) => {
  if (node.type !== "ArrayExpression") return []
  const elements = node.elements.filter((each) => each !== null)
  return elements.map((each, index) => takeOut(`without ${source.text.slice(each.start, each.end)}`, elements, index, source.text))
}

/** What is spread into an object, forgotten. */
export const spread: Mutator = ({ node, source }) => {
  if (node.type !== "ObjectExpression") return []
  return node.properties.flatMap((each, index) =>
    each.type === "SpreadElement"
      ? [takeOut(`without ${source.text.slice(each.start, each.end)}`, node.properties, index, source.text)]
      : [],
  )
}

function removed(place: Place): Change {
  return replace(`without ${textOf(place, place.node)}`, place.node, ";")
}
