import { end, fail, grant, pass } from "../consequences.ts"
import type { Move } from "../move.ts"
import { BY_A_RULE, LIFETIME_S, type Situation } from "../situation.ts"
import type { Stage } from "../stage.ts"
import { endElsewhere, succeedElsewhere } from "../surroundings.ts"

const isCommitting = ({ attempt }: Situation) => attempt === "committing"
const isRereading = ({ attempt }: Situation) => attempt === "rereading"

/** What a store may do with a grant, or say after a refusal. */
export const storing: readonly Move[] = [
  {
    name: "the store takes the grant",
    when: isCommitting,
    leadsTo: (s) => grant(s, { leftS: LIFETIME_S - s.askedForS }),
    play: (stage) => go(stage, "commit"),
  },
  {
    name: "another holder has stored a successor first, unheard",
    when: isCommitting,
    leadsTo: (s) => grant(s),
    play: (stage) => unheard(stage, "commit", succeedElsewhere),
  },
  {
    name: "another holder has ended the session meanwhile, unheard",
    when: isCommitting,
    leadsTo: (s) => end(s, "elsewhere"),
    play: (stage) => unheard(stage, "commit", endElsewhere),
  },
  {
    name: "the store is away for longer than a grant can wait",
    when: isCommitting,
    leadsTo(s) {
      pass(s, 6)
      grant(s, { isStored: false, leftS: LIFETIME_S - s.askedForS })
    },
    async play({ store, clock }) {
      store.set("commit", "fails")
      store.open("commit", "fails")
      await clock.advance(5_000)
      store.set("commit", "is held")
      store.set("create", "is held")
      await clock.advance(1_000)
    },
  },
  {
    name: "the store is back",
    when: ({ unsaved, leftS }) => unsaved && leftS > 1,
    leadsTo(s) {
      pass(s, 1)
      s.unsaved = false
      if (s.degraded === "store") s.degraded = null
      if (s.attempt === "storing") s.attempt = "leasing"
    },
    async play(stage) {
      for (const method of ["create", "commit"] as const) go(stage, method)
      await stage.advance(1)
    },
  },
  {
    name: "the record is still the refused one",
    when: isRereading,
    leadsTo: (s) => end(s, s.windowClosed ? "windowClosed" : BY_A_RULE),
    play: (stage) => go(stage, "end"),
  },
  {
    name: "somebody else has moved on meanwhile, unheard",
    when: isRereading,
    leadsTo: (s) => grant(s),
    play: (stage) => unheard(stage, "end", succeedElsewhere),
  },
  {
    name: "somebody else has ended the session meanwhile, unheard",
    when: isRereading,
    leadsTo: (s) => end(s, "elsewhere"),
    play: (stage) => unheard(stage, "end", endElsewhere),
  },
  {
    name: "the store is away when a refusal is looked up",
    when: isRereading,
    leadsTo: (s) => fail(s, "store"),
    play: (stage) => stage.store.open("end", "fails"),
  },
]

function go({ store }: Stage, method: "commit" | "create" | "end"): void {
  store.set(method, "works")
  store.open(method)
}

async function unheard(stage: Stage, method: "commit" | "end", act: (stage: Stage) => Promise<unknown>): Promise<void> {
  stage.store.isDeaf = true
  await act(stage)
  go(stage, method)
}
