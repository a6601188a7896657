import { end, pass, use } from "../consequences.ts"
import type { Move } from "../move.ts"
import { AGE_S, IDLE_S, type Situation } from "../situation.ts"
import type { Stage } from "../stage.ts"

const isLimited = ({ limited, place }: Situation) => limited && place === "signedIn"

/** Half of the idle time, and a little more of it: together they are longer than it. */
const [SOME_S, MORE_S] = [IDLE_S / 2, IDLE_S / 2 + 1]

/** What comes of a session's own limits, in whatever it does. */
export const limits: readonly Move[] = [
  {
    name: "nobody uses it for too long",
    when: isLimited,
    leadsTo: (s) => end(s, "idle"),
    play: (stage) => stage.advance(IDLE_S),
    leaves: true,
  },
  {
    name: "it is used, and the moment passes at which it would have ended",
    when: isLimited,
    leadsTo(s) {
      pass(s, SOME_S)
      use(s)
      pass(s, MORE_S)
    },
    async play(stage) {
      await stage.advance(SOME_S)
      stage.session.touch()
      await stage.advance(MORE_S)
    },
  },
  {
    name: "another holder is used, and the moment passes at which it would have ended",
    when: isLimited,
    leadsTo: (s) => pass(s, SOME_S + MORE_S),
    play: usedElsewhere,
  },
  {
    name: "another holder is used, unheard, and the moment passes at which it would have ended",
    when: isLimited,
    leadsTo: (s) => pass(s, SOME_S + MORE_S),
    play(stage) {
      stage.store.isDeaf = true
      return usedElsewhere(stage)
    },
  },
  {
    name: "a request, after the clock was set past the moment at which it ends",
    when: isLimited,
    leadsTo: (s) => end(s, "idle"),
    play(stage) {
      stage.clock.jump(IDLE_S * 1000)
      stage.request()
    },
    leaves: true,
  },
  {
    name: "it is used until it is too old",
    when: isLimited,
    leadsTo: (s) => end(s, "maxAge"),
    async play(stage) {
      for (let passedS = 0; passedS < AGE_S; passedS += SOME_S) {
        await stage.advance(SOME_S)
        stage.session.touch()
      }
    },
    leaves: true,
  },
]

async function usedElsewhere(stage: Stage): Promise<void> {
  await stage.advance(SOME_S)
  await stage.elsewhere.noteUse(stage.inUse().sid, stage.clock.now())
  await stage.advance(MORE_S)
}
