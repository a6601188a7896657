import { assign, fromPromise, setup } from "xstate"
import type { Facts } from "../src/core/facts.ts"
import { NOT_THE_PROVIDER } from "../src/core/judge.ts"
import * as outcomes from "../src/core/outcome.ts"
import type { Acquisition, Commitment, Deletion, Judgement, RefreshOutcome } from "../src/core/outcome.ts"
import type { NamedAnswer, OnDoubt, Rules, Source } from "../src/core/rules.ts"
import { isBrowser } from "../src/core/runtime.ts"
import { Services } from "../src/core/services.ts"
import { errorOf, outputOf } from "./event-parts.ts"
import { toBeProvided } from "./to-be-provided.ts"

/**
 * One refresh, from asking for the lease to its outcome, built of a provider's rules: every answer that they name is a transition
 * and an end of its own. The drawing of this chart is the provider's rule set.
 *
 * @example
 * const chart = createRefreshMachine(vault({ partnerId: 7, baseUrl: "https://api.vault.ist" }))
 */
export function createRefreshMachine({ rules }: { readonly rules: Rules }) {
  return refresh.createMachine({
    id: "refresh",
    description: "Gets a new access token for a session, once over all of its holders.",
    context: ({ input }) => ({ ...input, inDoubtSince: null, outcome: null }),
    initial: rules.runsOn === "server" ? "admitting" : "leasing",
    states: {
      ...(rules.runsOn === "server" && { admitting }),
      leasing: {
        description: "Asks the store for the right to refresh; one holder has it at a time.",
        invoke: {
          src: "acquire",
          input: ({ context }) => context,
          onDone: [
            {
              guard: outcome("fresh"),
              target: "adopted",
              actions: conclude("adopted"),
              description: "Another holder has refreshed: its grant will do.",
            },
            { guard: outcome("gone"), target: "gone", actions: conclude("gone") },
            {
              guard: "isInDoubt",
              target: "inDoubt",
              actions: "takeLease",
              description: "Somebody sent this refresh and stored no answer.",
            },
            { guard: outcome("leased"), target: "requesting", actions: "takeLease" },
            {
              target: "unavailable",
              actions: conclude("unavailable"),
              description: "Another holder is at it, or the provider asked to be left alone.",
            },
          ],
          onError: { target: "unavailable", actions: "concludeFault", description: "The store is away." },
        },
      },
      inDoubt: {
        description: "Nobody knows whether this refresh has happened at the provider. The rule onDoubt says what now.",
        always: leavingDoubt(rules.onDoubt),
      },
      requesting: {
        description: "The refresh is out. It runs to its end, whatever becomes of this chart.",
        invoke: {
          src: "send",
          input: ({ context }) => context,
          onDone: [
            { guard: outcome("granted"), target: "committing", actions: "noteGrant" },
            ...Object.entries(rules.answers).map(answered),
            {
              guard: { type: "answers", params: { name: NOT_THE_PROVIDER } },
              target: "releasing",
              actions: conclude("misconfigured"),
              description: "HTML, or a 4xx outside the rules: a proxy, a wrong URL, a wrong header. That logs nobody out.",
            },
            {
              guard: outcome("notDone"),
              target: "releasing",
              actions: conclude("unavailable"),
              description: "Known not to have been done: never sent, or 408, 425, 429, 503.",
            },
            {
              guard: outcome("inDoubt"),
              target: "releasing",
              actions: conclude("unavailable"),
              description: "Perhaps done: lost, another 5xx, redirected, or unreadable.",
            },
            {
              target: "unavailable",
              actions: conclude("unavailable"),
              description: "The lease was lost before anything was sent.",
            },
          ],
          onError: { target: "releasing", actions: "concludeFault", description: "The store failed before anything was sent." },
        },
      },
      committing: {
        description: "Stores the grant before anyone uses it. A store that fails is tried for five seconds.",
        invoke: {
          src: "commit",
          input: ({ context }) => context,
          onDone: [
            {
              guard: outcome("stale"),
              target: "adopted",
              actions: conclude("adopted"),
              description: "Another holder stored a successor first, and the first one wins.",
            },
            {
              guard: outcome("gone"),
              target: "gone",
              actions: conclude("gone"),
              description: "The session has ended meanwhile: the late grant is revoked.",
            },
            { target: "granted" },
          ],
          onError: {
            target: "granted",
            actions: "noteUnstored",
            description: "The store is still away: the grant is used, and stored later.",
          },
        },
      },
      rereading: {
        description: "Refused. Deletes the record, if the store still holds what was refused.",
        invoke: {
          src: "endRefused",
          input: ({ context }) => context,
          onDone: [
            {
              guard: outcome("stale"),
              target: "adopted",
              actions: conclude("adopted"),
              description: "Somebody else has moved on meanwhile.",
            },
            { guard: outcome("gone"), target: "gone", actions: conclude("gone") },
            ...endsOf(rules).map(([name]) => ({ guard: { type: "wasRefusedBy", params: { name } }, target: `ended.${name}` }) as const),
          ],
          onError: { target: "unavailable", actions: "concludeFault", description: "The store is away." },
        },
      },
      releasing: {
        description: "Gives the lease back. A sending that is known not to have been done is unmarked; one in doubt stays marked.",
        invoke: {
          src: "release",
          input: ({ context }) => context,
          onDone: [{ guard: { type: "concluded", params: { is: "misconfigured" } }, target: "misconfigured" }, { target: "unavailable" }],
        },
      },
      ended: {
        description: "Refused, by the rule of this name.",
        initial: endsOf(rules)[0]?.[0],
        states: Object.fromEntries(
          endsOf(rules).map(
            ([name, { says, source }]) => [name, { type: "final", description: says, meta: { rule: name, source } }] as const,
          ),
        ),
        onDone: "over",
      },
      adopted: { type: "final", description: "The session goes on with what another holder got." },
      gone: { type: "final", description: "The session was ended elsewhere." },
      granted: { type: "final", description: "There is a new access token." },
      unavailable: { type: "final", description: "Not now. The session stays, and tries again." },
      misconfigured: { type: "final", description: "Not as things are set up. The credential is kept." },
      over: { type: "final", description: "The session has ended." },
    },
    output: ({ context }) => context.outcome ?? { is: "gone" },
  })
}

/** The refresh chart of any provider. */
export type RefreshMachine = ReturnType<typeof createRefreshMachine>

/** What the refresh chart is started with. */
export interface RefreshInput {
  readonly services: Services
  /** What to refresh: the facts that the session goes by. */
  readonly facts: Facts
}

/** What its actors are started with. */
export interface RefreshContext extends RefreshInput {
  readonly inDoubtSince: number | null
  readonly outcome: RefreshOutcome | null
}

/** Says which outcome an actor's end must have. */
const outcome = <const Is extends string>(is: Is) => ({ type: "outcome", params: { is } }) as const

/** Says what the whole refresh comes to. */
const conclude = <const Is extends RefreshOutcome["is"]>(is: Is) => ({ type: "conclude", params: { is } }) as const

/** The state before all others, of providers that may be called from a server only. */
const admitting = {
  description: "This provider may be called from a server only.",
  always: [
    { guard: "runsOnServer", target: "leasing" },
    { target: "misconfigured", actions: "concludeWrongPlace" },
  ],
} as const

/** The transition of a named answer: a refusal is read again before it ends anything. */
function answered([name, { verdict, says, source }]: [string, NamedAnswer]) {
  const rule = { guard: { type: "answers", params: { name } }, description: says, meta: { rule: name, source } } as const
  return verdict === "refused"
    ? ({ ...rule, target: "rereading", actions: { type: "noteRefusal", params: { name } } } as const)
    : ({ ...rule, target: "releasing", actions: conclude("misconfigured") } as const)
}

function leavingDoubt(onDoubt: OnDoubt) {
  if (onDoubt === "replay")
    return [{ target: "requesting", description: "Ask again with the same credential: that costs no more than giving up." }] as const
  const { holdMs: ms, then } = onDoubt
  const held = {
    guard: { type: "isYoungerThan", params: { ms } },
    target: "releasing",
    actions: { type: "concludeHeld", params: { ms } },
  } as const
  return then === "replay"
    ? ([held, { target: "requesting", description: "Held long enough: ask again." }] as const)
    : ([
        held,
        { target: "rereading", actions: { type: "noteRefusal", params: { name: "doubt" } }, description: "Held long enough: give up." },
      ] as const)
}

/** The named ends of a session under these rules. */
function endsOf({ answers, onDoubt }: Rules): (readonly [string, Pick<NamedAnswer, "says"> & { source?: Source }])[] {
  const refusals = Object.entries(answers).filter(([, { verdict }]) => verdict === "refused")
  const endsInDoubt = onDoubt !== "replay" && onDoubt.then === "end"
  return endsInDoubt ? [...refusals, ["doubt", { says: "The doubt was not resolved in time, and onDoubt says to end." }]] : refusals
}

const refresh = setup({
  types: {} as {
    context: RefreshContext
    input: RefreshInput
    output: RefreshOutcome
    meta: { rule?: string; source?: Source | undefined }
  },
  actors: {
    acquire: fromPromise<Acquisition, RefreshContext>(toBeProvided),
    send: fromPromise<Judgement, RefreshContext>(toBeProvided),
    commit: fromPromise<Commitment, RefreshContext>(toBeProvided),
    endRefused: fromPromise<Deletion, RefreshContext>(toBeProvided),
    release: fromPromise<void, RefreshContext>(toBeProvided),
  },
  guards: {
    runsOnServer: () => !isBrowser(),
    outcome: ({ event }, { is }: { is: string }) => outputOf<{ is: string }>(event).is === is,
    answers: ({ event }, { name }: { name: string }) => outputOf<{ answer?: string }>(event).answer === name,
    isInDoubt: ({ event }) => (outputOf<{ inDoubtSince?: number | null }>(event).inDoubtSince ?? null) !== null,
    isYoungerThan: ({ context }, { ms }: { ms: number }) => Services.open(context.services).clock.now() < context.inDoubtSince! + ms,
    concluded: ({ context }, { is }: { is: string }) => context.outcome?.is === is,
    wasRefusedBy: ({ context: { outcome } }, { name }: { name: string }) => outcome?.is === "ended" && outcome.answer === name,
  },
  actions: {
    takeLease: assign({
      facts: ({ event }) => outputOf<{ facts: Facts }>(event).facts,
      inDoubtSince: ({ event }) => outputOf<{ inDoubtSince: number | null }>(event).inDoubtSince,
    }),
    noteGrant: assign({ outcome: ({ event }) => ({ is: "granted", facts: outputOf<{ facts: Facts }>(event).facts, stored: true }) }),
    noteUnstored: assign({ outcome: ({ context: { outcome } }) => (outcome?.is === "granted" ? { ...outcome, stored: false } : outcome) }),
    noteRefusal: assign({ outcome: (_, { name }: { name: string }) => ({ is: "ended", answer: name }) }),
    conclude: assign({
      outcome: ({ event }, { is }: { is: RefreshOutcome["is"] }) => ({ ...outputOf<object>(event), is }) as RefreshOutcome,
    }),
    concludeFault: assign({ outcome: ({ event }) => outcomes.fault(errorOf(event)) }),
    concludeHeld: assign({
      outcome: ({ context }, { ms }: { ms: number }) => outcomes.held(context.inDoubtSince! + ms),
    }),
    concludeWrongPlace: assign({ outcome: () => outcomes.wrongPlace() }),
  },
})
