import * as chart from "./mutators/chart.ts"
import type { Mutator } from "./mutators/change.ts"
import * as operators from "./mutators/operators.ts"
import * as statements from "./mutators/statements.ts"
import * as values from "./mutators/values.ts"
import { mutated, type Mutant } from "./mutant.ts"
import { pathOf, placesIn, programOf } from "./place.ts"

const { noteString, ...ofValues } = values
const mutators: Mutator[] = [chart, operators, statements, ofValues].flatMap((family) => Object.values(family))

/** Every mutant of a file, in the order of the file. */
export function findMutants(file: string, text: string): Mutant[] {
  const places = placesIn(file, text)
  places.forEach(noteString)
  const found = places.flatMap((place) =>
    mutators
      .flatMap((mutator) => mutator(place))
      .map(({ what, ...change }) => ({ ...change, name: [file, pathOf(place), oneLine(what)].filter((part) => part !== "").join(": ") })),
  )
  const seen = new Map<string, number>()
  return found
    .filter(
      ({ start, end, to }, index) => found.findIndex((other) => other.start === start && other.end === end && other.to === to) === index,
    )
    .filter((change) => change.to !== text.slice(change.start, change.end) && canBeRead(file, mutated(text, change)))
    .map(({ name, ...change }) => {
      const count = (seen.get(name) ?? 0) + 1
      seen.set(name, count)
      return { id: count === 1 ? name : `${name} (${count})`, file, line: text.slice(0, change.start).split("\n").length, ...change }
    })
}

const LONGEST = 100

function oneLine(what: string): string {
  const line = what.replace(/\s+/g, " ")
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line
}

function canBeRead(file: string, text: string): boolean {
  try {
    programOf(file, text)
    return true
  } catch {
    return false
  }
}
