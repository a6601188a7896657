import { LEASE_MS } from "../../../core/store.ts"
import { end, fail, grant, pass } from "../consequences.ts"
import type { Move } from "../move.ts"
import { RETRY_AFTER_S, type Situation } from "../situation.ts"
import type { Stage } from "../stage.ts"
import { beginElsewhere, changeElsewhere, endElsewhere, succeedElsewhere } from "../surroundings.ts"
import type { Traits } from "../traits.ts"

const isLeasing = ({ attempt }: Situation) => attempt === "leasing"

/** Whether a lease is followed by a refresh at once: where there is doubt about an earlier one, the rules may say otherwise. */
const isAsked = ({ sent }: Situation, { onDoubt }: Traits) => !sent || onDoubt === "replay"

/** What the store may say to a session that wants to refresh. */
export const leasing: readonly Move[] = [
  {
    name: "the store gives the lease",
    when: isLeasing,
    leadsTo(s, { onDoubt }) {
      if (!s.sent || onDoubt === "replay" || s.sentForS * 1000 >= onDoubt.holdMs) {
        if (s.sent && onDoubt !== "replay" && onDoubt.then === "end") s.attempt = "rereading"
        else Object.assign(s, { attempt: "requesting", sent: true, askedForS: 0, sentForS: s.sent ? s.sentForS : 0 })
      } else {
        fail(s, "network", "toldToWait")
        s.waitS = onDoubt.holdMs / 1000 - s.sentForS
      }
    },
    play(stage) {
      stage.store.set("end", "is held")
      stage.store.open("acquire")
    },
  },
  {
    name: "the store gives the lease and takes no mark",
    when: (s, traits) => isLeasing(s) && isAsked(s, traits),
    leadsTo: (s) => fail(s, "store"),
    play: (stage) => withFailing(stage, "markSent"),
  },
  {
    name: "the store fails instead of giving the lease",
    when: isLeasing,
    leadsTo: (s) => fail(s, "store"),
    play: (stage) => stage.store.open("acquire", "fails"),
  },
  {
    name: "another holder has refreshed, unheard",
    when: isLeasing,
    leadsTo: (s) => grant(s),
    play: (stage) => unheard(stage, succeedElsewhere),
  },
  {
    name: "another holder has begun another session, unheard",
    when: isLeasing,
    leadsTo: (s) => grant(s, { isSuccessor: false }),
    play: (stage) => unheard(stage, beginElsewhere),
  },
  {
    name: "another holder has ended the session, unheard",
    when: isLeasing,
    leadsTo: (s) => end(s, "elsewhere"),
    play: (stage) => unheard(stage, endElsewhere),
  },
  {
    name: "another holder wins the race after the lease",
    when: (s, traits) => isLeasing(s) && isAsked(s, traits),
    leadsTo: (s) => grant(s),
    async play(stage) {
      stage.store.set("markSent", "is held")
      stage.store.open("acquire")
      await stage.clock.settle()
      stage.store.isDeaf = true
      await succeedElsewhere(stage)
      stage.store.set("markSent", "works")
      stage.store.open("markSent")
      await stage.clock.settle()
      stage.store.listen()
    },
  },
  {
    name: "another holder is at it for long",
    when: ({ attempt, leftS, token }) => attempt === "leasing" && (leftS > 15 || token === "lapsed"),
    leadsTo(s) {
      pass(s, 15)
      fail(s, "network")
    },
    async play(stage) {
      const renew = () => changeElsewhere(stage, { lease: { holder: "elsewhere", until: stage.clock.now() + LEASE_MS } })
      await renew()
      stage.store.open("acquire")
      for (let passedS = 0; passedS < 15; passedS += 3) {
        await stage.advance(3)
        await renew()
      }
      await changeElsewhere(stage, { lease: null })
    },
  },
  {
    name: "another holder was told to wait",
    when: isLeasing,
    leadsTo(s) {
      fail(s, "network", "toldToWait")
      s.waitS = RETRY_AFTER_S
    },
    async play(stage) {
      await changeElsewhere(stage, { lease: null, notBefore: stage.clock.now() + RETRY_AFTER_S * 1000 })
      stage.store.open("acquire")
    },
  },
]

/** Another holder does something, and our session must find out by looking into the store itself. */
async function unheard(stage: Stage, act: (stage: Stage) => Promise<unknown>): Promise<void> {
  stage.store.isDeaf = true
  await act(stage)
  stage.store.open("acquire")
}

async function withFailing(stage: Stage, method: "markSent"): Promise<void> {
  stage.store.set(method, "fails")
  stage.store.open("acquire")
  await stage.clock.settle()
  stage.store.set(method, "works")
}
