import { ask, pass, reject, request, use, wait } from "../consequences.ts"
import type { Move } from "../move.ts"
import { isUnderWay, isUsable, type Situation } from "../situation.ts"
import { inBrowser } from "../surroundings.ts"

const isSignedIn = ({ place }: Situation) => place === "signedIn"

/** Not while a grant is on its way to the store: its token would be revoked too. */
const mayBeRevoked = (s: Situation) => isUsable(s) && !s.tokenDead && s.attempt !== "committing"

/** A request whose token is refused, whoever asks: `isIll` however often it is sent. */
function refused(s: Situation, { isReplayed, isIll = false }: { isReplayed: boolean; isIll?: boolean }): void {
  use(s)
  if (reject(s) && isReplayed) wait(s, isIll ? "ill" : "well")
}

/** A machine that sleeps for longer than a backoff, or than a grant lives, tells nothing that the other moves do not. */
function mayFallAsleep({ place, token, waiting, attempt }: Situation): boolean {
  const isElsewhere = ["storing", "committing", "backingOff", "toldToWait", "offline"].includes(attempt)
  return place === "signedIn" && token !== "lapsed" && waiting === "nobody" && !isElsewhere
}

function sleepAndRequest(s: Situation): void {
  const { askedForS, leftS } = s
  pass(s, leftS + 1)
  s.askedForS = askedForS
  request(s)
}

/** What a program does with its session. */
export const uses: readonly Move[] = [
  {
    name: "a request",
    when: ({ place, waiting }) => place !== "notBegun" && waiting === "nobody",
    leadsTo: request,
    play: (stage) => stage.request(),
  },
  {
    name: "a request with a token that the provider has revoked",
    when: mayBeRevoked,
    leadsTo(s) {
      s.tokenDead = true
      refused(s, { isReplayed: true })
    },
    play(stage) {
      stage.emulator.revokeAccessToken()
      stage.request()
    },
  },
  {
    name: "a request with a revoked token, not to be replayed",
    // Where a refresh is out that kills the old token, it would wait: it could not be sent again.
    when: (s, { dies }) => mayBeRevoked(s) && !(dies && (s.attempt !== "none" || s.token !== "good")),
    leadsTo(s) {
      s.tokenDead = true
      refused(s, { isReplayed: false })
    },
    play(stage) {
      stage.emulator.revokeAccessToken()
      stage.request({ replay: false })
    },
  },
  {
    name: "a request that is answered 401 whatever its token",
    when: (s) => isUsable(s) && !s.tokenDead,
    leadsTo: (s) => refused(s, { isReplayed: true, isIll: true }),
    play(stage, before) {
      // Where the first 401 asks for no refresh, there is no second sending.
      stage.refusing = before.attempt === "none" && (before.unproved || before.distrustS > 0 || !before.refreshable) ? 1 : 2
      stage.request()
    },
  },
  {
    name: "a request after a sleep past the expiry",
    when: mayFallAsleep,
    leadsTo: sleepAndRequest,
    play(stage, { leftS }) {
      stage.clock.sleep((leftS + 1) * 1000)
      stage.request()
    },
  },
  {
    name: "a request after such a sleep, by a timer that fires before the session's own",
    when: mayFallAsleep,
    leadsTo: sleepAndRequest,
    play(stage, { leftS }) {
      stage.clock.setTimeout(() => stage.request(), 0)
      stage.clock.sleep((leftS + 1) * 1000)
      stage.clock.wake()
    },
  },
  {
    name: "touch",
    when: isSignedIn,
    leadsTo: use,
    play: (stage) => stage.session.touch(),
  },
  {
    name: "refresh",
    when: isSignedIn,
    leadsTo(s) {
      if (s.refreshable && !isUnderWay(s) && s.attempt !== "toldToWait") ask(s)
    },
    play: (stage) => stage.note("other", stage.session.refresh()),
  },
  {
    name: "refresh, in a browser",
    when: (s, { isForServers }) =>
      isSignedIn(s) && isForServers && s.refreshable && s.attempt === "none" && s.token === "good" && !s.unsaved,
    leadsTo(s) {
      s.attempt = "blocked"
      s.degraded = "configuration"
      s.failures += 1
    },
    play: (stage) => inBrowser(stage, () => stage.note("other", stage.session.refresh())),
  },
]
