import type { KeepAlive, SessionStatus } from "../../index.ts"

/** How long the emulator's access tokens live, s. Their lead time is then shorter than the 30 s that a provider may take for an answer. */
export const LIFETIME_S = 240

/** A tenth of the lifetime. */
export const LEAD_S = 24

/** What `Retry-After` says in these paths, s: more than is left of a token in its lead time. */
export const RETRY_AFTER_S = 40

/** Where a session has limits of its own, it ends when nobody uses it for so long, s: sooner than anything else comes of time. */
export const IDLE_S = 8

/** … and at this age, s. */
export const AGE_S = 30

/** The reason of an end that only the provider's answer names. */
export const BY_A_RULE = "a rule of the provider"

/** How far a refresh has come. From `storing` to `rereading` it is under way, and held there until a move lets it go on. */
export type Attempt =
  | "none"
  | "storing"
  | "leasing"
  | "requesting"
  | "committing"
  | "rereading"
  | "backingOff"
  | "toldToWait"
  | "offline"
  | "blocked"

/**
 * What must be the case with a session after some moves: by the design's tables of the chart and of the verdicts, and by what the provider,
 * the store and the clock were made to do. It knows nothing of the machines.
 */
export interface Situation {
  /** What the store held when the session began, in words. */
  start: string
  keepAlive: KeepAlive
  /** Whether the session has limits of its own. Nothing else is explored of such a session but what comes of them. */
  limited: boolean
  /** Which of its limits the session had passed in the store. */
  tooLate: "idle" | "maxAge" | null
  /** Whether there is something to refresh with. */
  refreshable: boolean
  /** Whether a refresh kills the credential that it spends. */
  rotates: boolean
  /** What the store holds at the start: where it is nothing that can be read, nobody is signed in. */
  found: "nothing" | "session"
  place: "notBegun" | "unread" | "storeAway" | "nobody" | "loggingIn" | "signedIn" | "over"
  /** Why the last session is over: {@link BY_A_RULE} where only the provider's answer tells by which one. */
  reason: string | null
  token: "good" | "lead" | "lapsed"
  /** What is left of the access token, s. */
  leftS: number
  /** The API has said no to the access token: requests wait for another one. */
  rejected: boolean
  attempt: Attempt
  /** Failures in a row. */
  failures: number
  /** How long until the provider may be asked again, s. */
  waitS: number
  /** For how long the provider has not answered, or its grant has waited for the store, s. */
  askedForS: number
  /** Whether it was used since its last grant. */
  used: boolean
  /** Whether a 401 has asked for the refresh under way. */
  for401: boolean
  /** Whether the grant was got for a 401 and no request has gone well since. */
  unproved: boolean
  /** How often in a row such a grant was answered 401. */
  distrusted: number
  /** For how long 401s ask for no refresh, s. */
  distrustS: number
  /** Whether the grant in use is not in the store, which is away. */
  unsaved: boolean
  degraded: "network" | "store" | "configuration" | null
  /** Whether a request waits, and whether the API will like it. */
  waiting: "nobody" | "well" | "ill"
  /** Whether the store knows of a refresh that was sent and whose end nobody knows, and for how long, s. */
  sent: boolean
  sentForS: number
  /** Whether the provider takes the refresh credential no more. */
  spent: boolean
  /** Whether the provider takes the access token no more. */
  tokenDead: boolean
  /** Whether the time in which the provider refreshes is over. */
  windowClosed: boolean
  generation: number
  /** What the provider's books must show more of than before: refresh credentials presented, and grants for them. */
  presented: number
  granted: number
}

/** Before anything. */
export const atFirst: Situation = {
  start: "",
  keepAlive: "while-used",
  limited: false,
  tooLate: null,
  refreshable: true,
  rotates: true,
  found: "nothing",
  place: "notBegun",
  reason: null,
  token: "good",
  leftS: LIFETIME_S,
  rejected: false,
  attempt: "none",
  failures: 0,
  waitS: 0,
  askedForS: 0,
  used: true,
  for401: false,
  unproved: false,
  distrusted: 0,
  distrustS: 0,
  unsaved: false,
  degraded: null,
  waiting: "nobody",
  sent: false,
  sentForS: 0,
  spent: false,
  tokenDead: false,
  windowClosed: false,
  generation: 1,
  presented: 0,
  granted: 0,
}

/** Whether requests go out at once. */
export function isUsable({ place, token, rejected }: Situation): boolean {
  return place === "signedIn" && token !== "lapsed" && !rejected
}

/** Whether a refresh is between its beginning and its end. */
export function isUnderWay({ attempt }: Situation): boolean {
  return ["storing", "leasing", "requesting", "committing", "rereading"].includes(attempt)
}

/** What the snapshot's `status` must be. */
export function statusOf({ place, attempt, token }: Situation): SessionStatus {
  switch (place) {
    case "signedIn":
      return attempt !== "none" ? "refreshing" : token === "good" ? "active" : "expiring"
    case "nobody":
      return "unauthenticated"
    case "loggingIn":
      return "authenticating"
    case "over":
      return "loggedOut"
    default:
      return "restoring"
  }
}

/**
 * The finite class of a situation: two of the same class are one state of the exploration. It tells apart what the design tells apart,
 * one thing at a time: that a session without a refresh credential is doubted is not another class than either.
 */
export function classOf(s: Situation): string {
  const { place, attempt } = s
  if (place === "unread") return `${place}: ${s.start}`
  const limits = s.limited ? "limited, " : ""
  if (place !== "signedIn") return limits + place
  return limits + (attempt === "none" ? `${s.token} ${restingClassOf(s)}` : `${attempt} ${refreshingClassOf(s)}`)
}

function restingClassOf(s: Situation): string {
  if (!s.refreshable) return "bare"
  if (s.unsaved) return "unsaved"
  const doubt = s.unproved ? "unproved" : s.distrustS > 0 ? "distrusted" : ""
  if (s.keepAlive === "on-demand") return s.unproved ? "on demand, unproved" : "on demand"
  return doubt || (s.token === "good" && s.used ? "used" : "")
}

function refreshingClassOf(s: Situation): string {
  const isMainLine = ["leasing", "requesting", "committing"].includes(s.attempt)
  if (isMainLine && s.windowClosed) return "past its window"
  if (isMainLine && s.spent) return "spent"
  if (s.attempt === "leasing" && s.sent) return "sent"
  if (isMainLine && s.rejected && s.waiting !== "well")
    return s.waiting === "ill" ? "for a 401 that no token cures" : `for a 401, ${s.keepAlive === "on-demand" ? "on demand" : ""}`
  return isUsable(s) ? "usable" : "held"
}
