import { ask, look, pass } from "../consequences.ts"
import type { Move } from "../move.ts"
import { LEAD_S } from "../situation.ts"

/** Time. */
export const times: readonly Move[] = [
  {
    name: "the lead time begins",
    when: ({ place, attempt, token }) => place === "signedIn" && attempt === "none" && token === "good",
    leadsTo(s) {
      pass(s, s.leftS - LEAD_S)
      look(s)
    },
    play: (stage, { leftS }) => stage.advance(leftS - LEAD_S),
  },
  {
    name: "the access token expires",
    when: ({ place, attempt, token, leftS, askedForS }) =>
      place === "signedIn" && token === "lead" && attempt !== "backingOff" && !(attempt === "requesting" && askedForS + leftS >= 30),
    leadsTo(s) {
      pass(s, s.leftS)
      look(s)
    },
    play: (stage, { leftS }) => stage.advance(leftS),
  },
  {
    name: "the backoff passes",
    when: ({ attempt, leftS, token, failures }) => attempt === "backingOff" && (token === "lapsed" || leftS > backoffS(failures)),
    leadsTo(s) {
      pass(s, backoffS(s.failures))
      ask(s)
    },
    play: (stage, { failures }) => stage.advance(backoffS(failures)),
  },
  {
    name: "the time passes that the provider asked for",
    when: ({ attempt }) => attempt === "toldToWait",
    leadsTo(s) {
      pass(s, s.waitS)
      ask(s)
    },
    play: (stage, { waitS }) => stage.advance(waitS),
  },
  {
    name: "not all of the time passes that the provider asked for",
    when: ({ attempt, waitS }) => attempt === "toldToWait" && waitS > 1,
    leadsTo: (s) => pass(s, s.waitS - 1),
    play: (stage, { waitS }) => stage.advance(waitS - 1),
  },
  {
    name: "a minute passes offline",
    when: ({ attempt }) => attempt === "offline",
    leadsTo(s) {
      pass(s, 60)
      ask(s)
    },
    play: (stage) => stage.advance(60),
  },
  {
    name: "the network is back",
    when: ({ attempt }) => attempt === "offline",
    leadsTo: (s) => ask(s),
    play: (stage) => stage.actor.send({ type: "network.online" }),
  },
  {
    name: "an hour passes, blocked",
    when: (s) => s.attempt === "blocked" && s.waiting === "nobody",
    leadsTo: (s) => pass(s, 3600),
    play: (stage) => stage.advance(3600),
  },
]

/** How long a backoff is at the most, s. */
function backoffS(failures: number): number {
  return Math.min(60, 2 ** (failures - 1))
}
