import type { Situation } from "./situation.ts"
import type { Stage } from "./stage.ts"
import type { Traits } from "./traits.ts"

/** Something that happens to a session, or that it does: as a sentence, as what must come of it, and as the thing itself. */
export interface Move {
  readonly name: string
  /** Whether it can happen in this situation. */
  readonly when: (s: Situation, traits: Traits) => boolean
  /** Changes a situation into what must be the case afterwards. */
  readonly leadsTo: (s: Situation, traits: Traits) => void
  /** Makes it happen; what it sets going need not be over. */
  readonly play: (stage: Stage, before: Situation) => void | Promise<unknown>
  /** Whether the session leaves alone what is under way: that lands late, at once. */
  readonly leaves?: boolean
}
