import type { RefreshContext } from "../../machines/refresh.machine.ts"
import type { Answer } from "../core/answer.ts"
import { factsOf, isAnothers, recordOf } from "../core/grant.ts"
import { judge, NOT_THE_PROVIDER } from "../core/judge.ts"
import type { Judgement } from "../core/outcome.ts"
import type { RequestData } from "../core/provider.ts"
import type { SessionRecord } from "../core/record.ts"
import { Services, track, type Inside } from "../core/services.ts"
import { ConfigurationError, RefreshUnavailableError } from "../errors.ts"
import { ask, described, readTokens } from "../transport.ts"
import { commitRecord } from "./commit.ts"
import { giveBack } from "./release.ts"
import { storeFailed } from "./store-failed.ts"

/**
 * Sends the refresh and judges the answer. From the mark in the store on nothing aborts it: if the chart has left meanwhile (logout,
 * stop, another session), what comes is settled here.
 */
export async function send({ services, facts }: RefreshContext, chart: AbortSignal): Promise<Judgement> {
  const inside = Services.open(services)
  const { store, keyring, background } = inside
  const spent = keyring.find(facts)
  if (spent === null) return lostLease(inside)
  const request = requestOf(inside, spent)
  if (request instanceof Error) return { is: "misconfigured", answer: NOT_THE_PROVIDER, error: request }
  try {
    if (chart.aborted || !(await store.markSent(facts.sid, facts.generation))) {
      await giveBack(inside, facts, {})
      return lostLease(inside)
    }
  } catch (error) {
    background.letGo()
    throw storeFailed(inside, error)
  }
  const flight = fly(inside, spent, request)
  background.flight = flight.then(
    ({ record }) => record,
    () => null,
  )
  const landing = await flight
  if (chart.aborted) await settleLate(inside, spent, landing)
  // The chart may still leave before it hears of this: it is a turn away.
  else chart.addEventListener("abort", () => void track(inside, settleLate(inside, spent, landing)))
  return landing.judgement
}

/** What came of a refresh that was sent. */
interface Landing {
  readonly judgement: Judgement
  /** The successor, where there is one. */
  readonly record: SessionRecord | null
}

async function fly(inside: Inside, spent: SessionRecord, request: RequestData): Promise<Landing> {
  const { provider, keyring } = inside
  const answer = await ask(inside, request)
  const tokens = await readTokens(provider, answer)
  // A replay may be answered with what the first sending got: that is how old its tokens can be.
  const record =
    tokens !== null && answer.came ? recordOf(tokens, { ...answer, sentAt: spent.sentAt ?? answer.sentAt }, provider.rules, spent) : null
  const judgement = judgementOn(provider, answer, record, spent)
  if (record === null || judgement.is !== "granted") return { judgement, record: null }
  keyring.offer(record)
  return { judgement, record }
}

function judgementOn({ id, rules }: Inside["provider"], answer: Answer, record: SessionRecord | null, spent: SessionRecord): Judgement {
  const verdict = judge(rules.answers, answer, record !== null, record !== null && isAnothers(spent, record))
  const cause = answer.came ? undefined : answer.cause
  switch (verdict.is) {
    case "granted":
      return { is: "granted", facts: factsOf(record!) }
    case "refused":
      return { is: "refused", answer: verdict.answer }
    case "misconfigured": {
      const says =
        rules.answers[verdict.answer]?.says ?? "This is not how the provider answers: look at the URL, the headers and any proxy between."
      const error = new ConfigurationError(
        `${id}: refresh ${described(answer)}. ${says} The session is kept; nothing is tried until session.refresh()`,
      )
      return { is: "misconfigured", answer: verdict.answer, error, perhapsDone: answer.came && answer.status < 300 }
    }
    default: {
      const { is, retryAt } = verdict
      const error = new RefreshUnavailableError(`${id}: refresh ${described(answer)}; it is tried again; the session stays signed in`, {
        retryAt,
        cause,
      })
      return { is, why: "provider", retryAt, error, perhapsDone: is === "inDoubt" }
    }
  }
}

/** Nobody waits for this answer any more: what it grants is stored for the next holder, or revoked if the session is over. */
async function settleLate(inside: Inside, { sid, generation }: SessionRecord, { judgement, record }: Landing): Promise<void> {
  if (record !== null) await commitRecord(inside, record)
  else await giveBack(inside, { sid, generation }, judgement)
}

function requestOf({ provider }: Inside, { accessToken, refreshToken, user }: SessionRecord): RequestData | ConfigurationError {
  try {
    return provider.refresh({ accessToken, refreshToken: refreshToken ?? "", user })
  } catch {
    return new ConfigurationError(`${provider.id}: its refresh function threw; it must return the request as data`)
  }
}

function lostLease({ provider }: Inside): Judgement {
  const error = new RefreshUnavailableError(
    `${provider.id}: the right to refresh was lost to another tab or process; it is tried again; the session stays signed in`,
  )
  return { is: "unavailable", why: "busy", retryAt: null, error }
}
