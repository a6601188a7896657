import { LEAD_S, LIFETIME_S, isUsable, type Situation } from "./situation.ts"

/** What follows in the session's life, sentence by sentence of the design. Each changes the situation that it is given. */

/** A refresh begins. A grant that the store does not have yet is stored first. */
export function ask(s: Situation): void {
  s.attempt = s.unsaved ? "storing" : "leasing"
}

/** Somebody uses the session: in the lead time and later that asks for a refresh, but not on demand. */
export function use(s: Situation): void {
  s.used = true
  if (s.place === "signedIn" && s.attempt === "none" && s.token !== "good" && s.refreshable && s.keepAlive !== "on-demand") ask(s)
}

/** The lead time has begun, or the token has expired. */
export function look(s: Situation): void {
  if (s.place !== "signedIn" || s.attempt !== "none" || s.token === "good") return
  if (s.token === "lapsed" && !s.refreshable) return end(s, "expired")
  const isWanted = s.keepAlive === "always" || (s.keepAlive === "while-used" && s.used) || (s.token === "lapsed" && s.waiting !== "nobody")
  if (s.refreshable && isWanted) ask(s)
}

/** Time goes by. */
export function pass(s: Situation, seconds: number): void {
  s.distrustS = Math.max(0, s.distrustS - seconds)
  s.waitS = Math.max(0, s.waitS - seconds)
  if (s.attempt === "requesting" || s.attempt === "committing") s.askedForS += seconds
  if (s.sent) s.sentForS += seconds
  if (s.place !== "signedIn") return
  s.leftS -= seconds
  s.token = s.leftS <= 0 ? "lapsed" : s.leftS <= LEAD_S ? "lead" : "good"
}

/** A new access token is in use: of the same session, or of another one, which whoever waited for the old one does not get. */
export function grant(s: Situation, { isSuccessor = true, isStored = true, leftS = LIFETIME_S } = {}): void {
  const waitedForAnother = s.place === "signedIn" && !isSuccessor
  Object.assign(s, {
    place: "signedIn",
    reason: null,
    token: "good",
    leftS,
    rejected: false,
    attempt: "none",
    failures: 0,
    waitS: 0,
    askedForS: 0,
    used: false,
    unproved: isSuccessor && s.for401,
    for401: false,
    unsaved: !isStored,
    degraded: isStored ? null : "store",
    sent: false,
    spent: false,
    tokenDead: false,
    refreshable: isSuccessor ? s.refreshable : true,
    windowClosed: isSuccessor && s.windowClosed,
    ...(!isSuccessor && { distrusted: 0, distrustS: 0 }),
    generation: isSuccessor ? s.generation + 1 : 1,
  } satisfies Partial<Situation>)
  if (waitedForAnother) s.waiting = "nobody"
  letGo(s)
}

/** Those who wait go, if they can. */
export function letGo(s: Situation): void {
  if (!isUsable(s) || s.waiting === "nobody") return
  s.used = true
  if (s.waiting === "ill") refute(s)
  else prove(s)
  s.waiting = "nobody"
}

/** A request is answered well: 401s are believed again. */
export function prove(s: Situation): void {
  s.unproved = false
  s.distrusted = 0
  s.distrustS = 0
}

/** A grant that was got for a 401 is answered 401: for a while, a minute and then twice as long each time, 401s ask for no refresh. */
export function refute(s: Situation): void {
  s.unproved = false
  s.distrusted += 1
  s.distrustS = Math.min(900, 60 * 2 ** (s.distrusted - 1))
}

/**
 * A 401 about the token in use. It asks for one refresh, for which its request waits; it lets a refresh under way count as one for a 401;
 * or nothing comes of it, and the caller gets it.
 *
 * @returns whether its request must wait
 */
export function reject(s: Situation): boolean {
  if (s.attempt !== "none") {
    s.rejected = true
    s.for401 = true
    return true
  }
  if (s.unproved) refute(s)
  else if (s.refreshable && s.distrustS === 0) {
    s.rejected = true
    s.for401 = true
    ask(s)
    return true
  }
  return false
}

/** The refresh came to nothing. That ends no session. */
export function fail(s: Situation, degraded: "network" | "store", attempt: "backingOff" | "toldToWait" | "offline" = "backingOff"): void {
  s.attempt = attempt
  s.degraded = degraded
  s.failures += 1
  s.askedForS = 0
}

/** Refreshing is misconfigured: nothing is tried, the session is kept, and whoever waits is told. */
export function block(s: Situation): void {
  s.attempt = "blocked"
  s.degraded = "configuration"
  s.failures += 1
  s.askedForS = 0
  s.waiting = "nobody"
}

/** The session is over. */
export function end(s: Situation, reason: string): void {
  leave(s)
  s.place = "over"
  s.reason = reason
}

/** Nobody is signed in any more, and nobody waits. */
export function leave(s: Situation): void {
  Object.assign(s, {
    attempt: "none",
    rejected: false,
    failures: 0,
    waitS: 0,
    askedForS: 0,
    for401: false,
    unproved: false,
    distrusted: 0,
    distrustS: 0,
    unsaved: false,
    degraded: null,
    waiting: "nobody",
    sent: false,
    spent: false,
    tokenDead: false,
    windowClosed: false,
  } satisfies Partial<Situation>)
}

/** A request comes: it goes out with the token in use, or waits for one. */
export function request(s: Situation): void {
  if (s.place === "nobody" || s.place === "over") return
  if (s.place !== "signedIn") {
    s.waiting = "well"
    return
  }
  if (isUsable(s)) use(s)
  s.used = true
  if (!isUsable(s)) wait(s, "well")
  else if (!s.tokenDead) prove(s)
  else if (reject(s)) wait(s, "well")
}

/** A request waits, and asks for a refresh, whatever `keepAlive` says; where refreshing is blocked it is told so. */
export function wait(s: Situation, how: "well" | "ill"): void {
  if (s.attempt === "none" && s.token === "lapsed") {
    if (!s.refreshable) return end(s, "expired")
    ask(s)
  }
  if (s.attempt !== "blocked") s.waiting = how
}
