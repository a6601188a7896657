import type { Move } from "./move.ts"
import { answers, namedAnswers } from "./moves/answers.ts"
import { arrivals } from "./moves/arrivals.ts"
import { beginning } from "./moves/beginning.ts"
import { ignores } from "./moves/ignores.ts"
import { leasing } from "./moves/leasing.ts"
import { limits } from "./moves/limits.ts"
import { storing } from "./moves/storing.ts"
import { times } from "./moves/times.ts"
import { uses } from "./moves/uses.ts"
import type { Traits } from "./traits.ts"

/** Every move there is at a provider with these traits. */
export function movesOf(traits: Traits): Move[] {
  const unlimited = [...leasing, ...answers, ...namedAnswers(traits.answers), ...storing, ...times, ...uses, ...arrivals, ...ignores]
  return [...beginning, ...limits, ...unlimited.map((move): Move => ({ ...move, when: (s, traits) => !s.limited && move.when(s, traits) }))]
}
