import { assign, cancel, fromCallback, fromPromise, setup, spawnChild } from "xstate"
import { backoffMs, distrustMs, LONGEST_BACKOFF_MS, USELESS_REFRESHES } from "../src/core/backoff.ts"
import type { EndReason, Facts } from "../src/core/facts.ts"
import { limitOf, type Limit } from "../src/core/limits.ts"
import { fault, sessionEnded, type Misconfigured, type Unavailable } from "../src/core/outcome.ts"
import { isTooEarly, LONGEST_RETRY_AFTER_MS } from "../src/core/retry-after.ts"
import { isOnline } from "../src/core/runtime.ts"
import { Services } from "../src/core/services.ts"
import { errorOf, outputOf } from "./event-parts.ts"
import type { RefreshMachine } from "./refresh.machine.ts"
import type { Authentication, Restoration, SessionContext, SessionEvent, SessionInput, SessionMeta, SessionTag } from "./session.types.ts"
import { toBeProvided } from "./to-be-provided.ts"

/** No grant that was got for a 401 is in doubt. */
const trusting = { unproved: null, distrusted: 0, distrustedUntil: 0 }

/** Nobody, and nothing known of anybody. */
export const nobody = { facts: null, usedAt: 0, ...trusting, refuted: null, refutedUntil: 0 }

/** Nothing is wrong. */
export const quiet = { reason: null, error: null, degraded: null, failures: 0, notBefore: null, for401: false }

/** Nobody is signed in, and nothing is wrong. */
export const anew = { ...nobody, ...quiet }

const names = setup({
  types: {} as {
    context: SessionContext
    events: SessionEvent
    input: SessionInput
    tags: SessionTag
    meta: SessionMeta
  },
  actors: {
    restore: fromPromise<Restoration, { services: Services }>(toBeProvided),
    authenticate: fromPromise<Authentication, { services: Services }>(toBeProvided),
    refresh: {} as RefreshMachine,
    /** Ends the record in the store and, after a logout, tells the provider. Goes on in the background. */
    signOut: fromPromise<{ revoked: boolean }, SignOutInput>(toBeProvided),
    /** Stores a grant that could not be stored, as soon as that goes. */
    storeLater: fromCallback<SessionEvent, { services: Services; facts: Facts }>(toBeProvided),
    /** Tells the store, and so the other holders, that the session is used. */
    shareUse: fromPromise<void, { services: Services; facts: Facts; at: number }>(toBeProvided),
    /** Asks the store when somebody used the session last. */
    findUse: fromCallback<SessionEvent, { services: Services; facts: Facts }>(toBeProvided),
  },
  guards: {
    outcome: ({ event }, { is }: { is: string }) => outputOf<{ is: string }>(event).is === is,
    isFresh: ({ context, event }) => isBefore(context, outputOf<{ facts: Facts }>(event).facts.expiringAt),
    isUsable: ({ context, event }) => isBefore(context, outputOf<{ facts: Facts }>(event).facts.expiresAt),
    isLapsed: ({ context }) => !isBefore(context, context.facts?.expiresAt ?? null),
    canRefresh: ({ context }) => context.facts?.refreshable === true,
    cannotRefresh: ({ context }) => context.facts?.refreshable !== true,
    /** Use asks for a refresh. */
    isKeptAlive: ({ context }) => context.facts?.refreshable === true && context.keepAlive !== "on-demand",
    /** A refresh is wanted as soon as it is worth while. */
    isWanted: ({ context: { facts, keepAlive, services } }) =>
      facts?.refreshable === true && (keepAlive === "always" || (keepAlive === "while-used" && Services.open(services).use.used)),
    isAboutCurrent: ({ context, event }) => isAboutCurrent(context, event),
    /**
     * A 401 about the grant in use, which a refresh may cure: not if grants for 401s have been answered 401 lately, or too often. An
     * endpoint that always answers 401, beside others that answer well, must not make us refresh for ever.
     */
    mayRefreshFor401: ({ context, event }) =>
      isAboutCurrent(context, event) &&
      context.facts?.refreshable === true &&
      !isReplay(event) &&
      context.unproved !== context.facts.generation &&
      !isBefore(context, context.distrustedUntil) &&
      !isBefore(context, context.refutedUntil - (USELESS_REFRESHES.atOnce - 1) * USELESS_REFRESHES.thenEveryMs),
    /** A 401 about a grant that was got because of a 401: no request has been answered well with it, or the same request met both. */
    refutesGrant: ({ context, event }) =>
      isAboutCurrent(context, event) &&
      context.refuted !== context.facts?.generation &&
      (context.unproved === context.facts?.generation || isReplay(event)),
    isNewer: ({ context: { facts, degraded }, event }) =>
      event.type === "granted.elsewhere" &&
      (event.facts.sid !== facts?.sid ||
        event.facts.generation > facts.generation ||
        // Another grant of our generation counts if ours is not stored: the store has the first successor.
        (degraded === "store" && event.facts.generation === facts.generation && event.facts.issuedAt !== facts.issuedAt)),
    isOurs: ({ context, event }) => event.type === "ended.elsewhere" && event.sid === context.facts?.sid,
    isRefusedPastWindow: ({ context, event }) =>
      outputOf<{ is: string }>(event).is === "ended" &&
      context.facts?.windowEndsAt != null &&
      !isBefore(context, context.facts.windowEndsAt),
    /** A session in the store that nobody used for too long, or that is too old. */
    isFoundPast: ({ context, event }, { limit }: { limit: Limit["by"] }) => {
      const { facts } = outputOf<{ facts?: Facts }>(event)
      return facts !== undefined && isPast(context, facts, facts.usedAt, limit)
    },
    /** A session in the store whose refresh was sent by somebody, and whose answer nobody has stored. */
    isFoundInDoubt: ({ context, event }) => {
      const { facts, inDoubt } = outputOf<{ facts: Facts; inDoubt: boolean }>(event)
      return inDoubt && facts.refreshable && isBefore(context, facts.expiresAt)
    },
    isPast: ({ context }, { limit }: { limit: Limit["by"] }) =>
      context.facts !== null && isPast(context, context.facts, lastUse(context), limit),
    isUnusedElsewhere: ({ context, event }) =>
      context.facts !== null && isAbout(context, event) && isPast(context, context.facts, Math.max(lastUse(context), event.at), "idle"),
    isLaterUse: ({ context, event }) => isAbout(context, event) && event.at > context.usedAt,
    isOffline: () => !isOnline(),
    mayAskAgain: ({ context }) => !isTooEarly(Services.open(context.services).clock.now(), context.notBefore),
  },
  delays: {
    untilExpiring: ({ context }) => until(context, context.facts?.expiringAt),
    untilLapsed: ({ context }) => until(context, context.facts?.expiresAt),
    untilLimit: ({ context }) => until(context, limitIn(context)?.at),
    backoff: ({ context }) => Math.max(backoffMs(context.failures, Services.open(context.services).random()), untilAllowed(context)),
    longestBackoff: ({ context }) => Math.max(LONGEST_BACKOFF_MS, untilAllowed(context)),
  },
  actions: {
    /** The grant's tokens become those in use, in the same transition as its facts. */
    takeKeys: ({ context, event }) => {
      const { facts, stored } = grantIn(event)
      Services.open(context.services).keyring.take(facts, stored)
    },
    takeFacts: assign(({ context, event }) => {
      const { facts, stored } = grantIn(event)
      const isSuccessor = facts.sid === context.facts?.sid
      // Not by a literal that begins with a spread: V8 gives the object of each such one a hidden class of its own.
      return Object.assign({}, isSuccessor ? quiet : anew, {
        facts,
        usedAt: isSuccessor ? Math.max(context.usedAt, facts.usedAt) : facts.usedAt,
        degraded: stored ? null : ("store" as const),
        unproved: isSuccessor && context.for401 ? facts.generation : null,
      })
    }),
    /** Use counts from the last grant on. */
    forgetUse: ({ context }) => {
      Services.open(context.services).use.used = false
    },
    noteUse: ({ context }) => {
      Services.open(context.services).use.used = true
    },
    noteLastUse: assign({ usedAt: ({ context, event }) => Math.max(context.usedAt, (event as { at: number }).at) }),
    findUse: spawnChild("findUse", { id: "findUse", input: ({ context: { services, facts } }) => ({ services, facts: facts! }) }),
    dropKeys: ({ context }) => Services.open(context.services).keyring.drop(),
    forgetLimits: cancel("limit"),
    noteEnd: assign((_, { reason }: { reason: EndReason }) => endedBy(reason)),
    noteRefusal: assign(({ event }) => endedBy(outputOf<{ answer: EndReason }>(event).answer)),
    noteTrouble: assign(({ context, event }) => {
      const { error, ...trouble } = troubleIn(event)
      return {
        error,
        degraded:
          trouble.is === "misconfigured" ? ("configuration" as const) : trouble.why === "store" ? ("store" as const) : ("network" as const),
        failures: context.failures + 1,
        notBefore: trouble.is === "misconfigured" ? null : trouble.retryAt,
      }
    }),
    noteNobody: assign(quiet),
    noteStored: assign({ degraded: ({ context }) => (context.degraded === "store" ? null : context.degraded) }),
    noteError: assign({ error: ({ event }) => outputOf<{ error: Error } | undefined>(event)?.error ?? (errorOf(event) as Error) }),
    forgetError: assign({ error: null }),
    note401: assign({ for401: true }),
    noteProof: assign(trusting),
    distrust: assign(({ context }) => {
      const now = Services.open(context.services).clock.now()
      return {
        unproved: null,
        distrusted: context.distrusted + 1,
        distrustedUntil: now + distrustMs(context.distrusted + 1),
        refuted: context.facts?.generation ?? null,
        refutedUntil: Math.max(context.refutedUntil, now) + USELESS_REFRESHES.thenEveryMs,
      }
    }),
    /** Ends the record and tells the provider, in the background. */
    signOut: spawnChild("signOut", {
      id: "signOut",
      input: ({ context, event }) => ({
        services: context.services,
        tellProvider: context.reason === "user" || context.reason === "idle" || context.reason === "maxAge",
        everywhere: event.type === "logout.requested" && event.everywhere,
      }),
    }),
  },
})

/** The names that the session chart is drawn with, and what they mean. */
export const session = names.extend({
  actions: {
    /** A grant that the store did not take is stored as soon as that goes. */
    storeLater: names.enqueueActions(({ context, event, enqueue }) => {
      const { facts, stored } = grantIn(event)
      if (!stored) enqueue.spawnChild("storeLater", { id: "storeLater", input: { services: context.services, facts } })
    }),
    /** Waits, where a session has limits of its own, for the one that is reached first. */
    watchLimits: names.enqueueActions(({ context, enqueue }) => {
      if (context.limits === null) return
      enqueue.cancel("limit")
      enqueue.raise({ type: "limit.reached" }, { id: "limit", delay: "untilLimit" })
    }),
    /** Begins the idle time anew, in every holder. */
    noteUseNow: names.enqueueActions(({ context, enqueue }) => {
      const { facts, limits, services } = context
      if (facts === null || limits === null || limits.idleTimeoutMs === null) return
      const at = Services.open(services).clock.now()
      enqueue.assign({ usedAt: at })
      enqueue.spawnChild("shareUse", { id: "shareUse", input: { services, facts, at } })
    }),
  },
})

/** What the actor that signs out is started with. */
export interface SignOutInput {
  readonly services: Services
  readonly tellProvider: boolean
  readonly everywhere: boolean
}

/** Says which outcome an actor's end must have. */
export const outcome = <const Is extends string>(is: Is) => ({ type: "outcome", params: { is } }) as const

/** A stated ignore: the event is known here, and for this reason nothing comes of it. */
export const ignore = (description: string) => ({ description })

export const notKeptAlive = ignore("Refreshing waits for a request, or there is nothing to refresh with.")

/** Says which limit of the session's own must have been reached. */
const past = (limit: Limit["by"]) => ({ type: "isPast", params: { limit } }) as const

/** The same, of a session that was found in the store. */
export const foundPast = (limit: Limit["by"]) => ({ type: "isFoundPast", params: { limit } }) as const

/** What happens whenever a grant becomes the one in use. */
export const granted = ["takeKeys", "takeFacts", "forgetUse", "storeLater", "watchLimits"] as const

/** A grant that was found in the store: creating the session counts as its use. */
export const restored = ["takeKeys", "takeFacts", "noteUseNow", "watchLimits"] as const

/** The session ends; the record is gone already. */
export const end = (reason: EndReason) => ["dropKeys", "forgetLimits", { type: "noteEnd", params: { reason } }] as const

/** The provider has refused, by a rule that gives the reason. */
export const refused = ["dropKeys", "forgetLimits", "noteRefusal"] as const

/** The session ends here, and its record with it. */
export const endHere = (reason: EndReason) => [...end(reason), "signOut"] as const

/** Grants that come from outside, with nobody signed in here. */
export const arrivals = {
  "grant.accepted": { target: "#session.active", actions: granted, description: "Handed over by the user of the library." },
  "granted.elsewhere": { target: "#session.active", actions: granted, description: "Somebody has signed in, in another holder." },
} as const

const NO_LIMITS = ignore("Nobody is signed in, so there is no limit to reach.")

/** What limits of a session's own are to a chart that has none to look after. */
export const limitless = {
  "use.noted": NO_LIMITS,
  "used.elsewhere": NO_LIMITS,
  "limit.reached": NO_LIMITS,
  "use.found": NO_LIMITS,
} as const

/** In every state with nobody signed in. */
export const signedOut = {
  ...arrivals,
  "refresh.requested": ignore("There is nothing to refresh."),
  "request.held": ignore("The request fails: nobody is signed in."),
  "request.unauthorized": ignore("It was sent by a session that is over."),
  "request.accepted": ignore("It was sent by a session that is over."),
  "session.used": ignore("There is nothing to use."),
  "ended.elsewhere": ignore("Nobody is signed in here."),
  "grant.stored": ignore("It belongs to a session that is over."),
  "network.online": ignore("Nothing waits for it."),
  ...limitless,
} as const

/** In every state with somebody signed in. */
export const signedIn = {
  "grant.accepted": {
    target: "#session.active",
    reenter: true,
    actions: granted,
    description: "Handed over, or a login beside the session: a new session takes this one's place.",
  },
  "granted.elsewhere": [
    {
      guard: "isNewer",
      target: "#session.active",
      reenter: true,
      actions: granted,
      description: "Another holder has a newer grant, or another session.",
    },
    ignore("It is known here already."),
  ],
  "logout.requested": { target: "#session.loggedOut", actions: endHere("user") },
  "ended.elsewhere": [{ guard: "isOurs", target: "#session.loggedOut", actions: end("elsewhere") }, ignore("It is about another session.")],
  "request.accepted": [
    { guard: "isAboutCurrent", actions: "noteProof", description: "The API takes this grant: 401s are believed again." },
    ignore("It is about an older grant."),
  ],
  "login.requested": ignore("A login runs beside the session and arrives as grant.accepted."),
  "grant.stored": { actions: "noteStored" },
  "network.online": ignore("Nothing waits for it."),
  "use.noted": [
    { guard: past("idle"), actions: "findUse", description: "Too late, unless another holder was used." },
    { actions: "noteUseNow", description: "The idle time begins anew, here and in every holder." },
  ],
  "used.elsewhere": [{ guard: "isLaterUse", actions: "noteLastUse" }, ignore("It is about another session, or known here already.")],
  "limit.reached": [
    { guard: past("maxAge"), target: "#session.loggedOut", actions: endHere("maxAge"), description: "It has lasted as long as it may." },
    { guard: past("idle"), actions: "findUse", description: "Nobody used it here; another holder may have been used." },
    { actions: "watchLimits", description: "It was used meanwhile." },
  ],
  "use.found": [
    { guard: "isUnusedElsewhere", target: "#session.loggedOut", actions: endHere("idle"), description: "Nobody used it for too long." },
    { actions: ["noteLastUse", "watchLimits"], description: "Another holder was used meanwhile." },
  ],
} as const

/** What a 401 about the grant in use comes to. */
export const unauthorized = [
  { guard: "mayRefreshFor401", target: "#session.refreshing.credential.lapsed", actions: "note401" },
  {
    guard: "refutesGrant",
    actions: "distrust",
    description: "A grant got for a 401 is answered 401 at once: refreshing does not help for a while.",
  },
  ignore("It is about an older grant, or a refresh would not help: the caller gets its 401."),
] as const

/** Over. Only the user's own logout is no error. */
function endedBy(reason: EndReason) {
  return { ...quiet, ...nobody, reason, error: reason === "user" ? null : sessionEnded(reason) }
}

function isBefore({ services }: SessionContext, moment: number | null): boolean {
  return moment === null || Services.open(services).clock.now() < moment
}

function isAboutCurrent({ facts }: SessionContext, event: SessionEvent): boolean {
  return (
    (event.type === "request.unauthorized" || event.type === "request.accepted") &&
    event.sid === facts?.sid &&
    event.generation === facts.generation
  )
}

/** The limit that ends the session first, if nobody uses it. */
export function limitIn(context: SessionContext): Limit | null {
  return context.facts === null || context.limits === null ? null : limitOf(context.facts, lastUse(context), context.limits)
}

/** Whether use that was heard of is about the session that is there. */
function isAbout(
  { facts }: SessionContext,
  event: SessionEvent,
): event is Extract<SessionEvent, { readonly sid: string; readonly at: number }> {
  return (event.type === "used.elsewhere" || event.type === "use.found") && event.sid === facts?.sid
}

/** Here, too, because not all use is told to the chart. */
function lastUse({ usedAt, services }: SessionContext): number {
  return Math.max(usedAt, Services.open(services).use.at)
}

function isPast({ limits, services }: SessionContext, facts: Facts, usedAt: number, by: Limit["by"]): boolean {
  const limit = limits && limitOf(facts, usedAt, limits)
  return limit?.by === by && Services.open(services).clock.now() >= limit.at
}

function isReplay(event: SessionEvent): boolean {
  return event.type === "request.unauthorized" && event.isReplay === true
}

/** Ms from now to a moment; for ever where there is none. */
function until({ services }: SessionContext, moment: number | null | undefined): number {
  return moment == null ? Infinity : Math.max(0, moment - Services.open(services).clock.now())
}

function untilAllowed(context: SessionContext): number {
  return context.notBefore === null ? 0 : Math.min(until(context, context.notBefore), LONGEST_RETRY_AFTER_MS)
}

/** The grant that an event brings, from outside or as an actor's output. */
function grantIn(event: SessionEvent): { facts: Facts; stored: boolean } {
  const { facts, stored = true } =
    "facts" in event ? (event as { facts: Facts; stored?: boolean }) : outputOf<{ facts: Facts; stored?: boolean }>(event)
  return { facts, stored }
}

/** What went wrong, in an actor's output or its failure. */
function troubleIn(event: SessionEvent): Unavailable | Misconfigured {
  return outputOf<Unavailable | Misconfigured | undefined>(event) ?? fault(errorOf(event))
}
