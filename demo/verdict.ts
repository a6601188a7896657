import { RETRY_AFTER_S, type Life } from "./life.ts"
import { conditions, type Stage } from "./stage.ts"

/** What was not as it should be in a life, in sentences; by the server's books, not by what the session says of itself. */
export function complaintsAbout(stage: Stage, life: Life): string[] {
  const {
    emulator: { stats, log, ledger },
    provider,
    session,
  } = stage
  const refreshes = log.filter(({ on }) => on === "refresh")
  const answered = (status: number | string) => refreshes.filter((entry) => entry.status === status)
  const turnedAway = answered(503)[0]
  const afterwards = turnedAway && refreshes[refreshes.indexOf(turnedAway) + 1]
  const askedTooEarly = afterwards !== undefined && afterwards.at < turnedAway!.at + RETRY_AFTER_S * 1000 - CLOCK_NOISE_MS
  const odd = refreshes.find(({ status }) => ![200, 503, "lost"].includes(status))
  const needless = refreshes.find((_, at) => !isWarranted(stage, refreshes, at))
  const { reason } = session.getSnapshot()
  const always = [
    stats.logins !== 1 && `began ${stats.logins} sessions at the provider instead of one`,
    stats.reused > 0 && `presented a spent credential again, ${stats.reused} ×`,
    odd !== undefined && `a refresh was answered ${odd.status}`,
    needless !== undefined && "refreshed a token that was neither about to expire nor refused",
    askedTooEarly && "asked again before Retry-After was over",
    stats.requests !== life.asked && `the resource answered ${stats.requests} of the user's ${life.asked} requests well`,
    reason !== "user" && (reason === null ? "the session has not ended" : `the session ended by "${reason}", not by the user`),
  ]
  // Of a life cut short it goes without saying.
  const whenComplete = [
    // One each after expiry, the 503 and the 401; and two of the lost answer: the one that was lost, and its replay.
    stats.refreshes < 5 && `was granted ${stats.refreshes} refreshes, and five were due`,
    answered(503).length !== 1 && `met ${answered(503).length} answers of 503 instead of one`,
    answered("lost").length !== 1 && `lost ${answered("lost").length} answers instead of one`,
    stats.unauthorized === 0 && "never met a 401, though its token was revoked",
    provider.logout !== null && stats.logouts !== 1 && `the provider was told ${stats.logouts} times of the logout`,
    provider.logout !== null && ledger.signedIn().length > 0 && "a session is still alive at the provider after the logout",
  ]
  return [life.cutShort !== null && `could not ${life.cutShort}`, ...always, ...(life.cutShort === null ? whenComplete : [])].filter(
    (complaint) => complaint !== false,
  )
}

/** Timers and the wall clock may differ by this much. */
const CLOCK_NOISE_MS = 10

/** The lead time of our tokens, a tenth of their lives, and the time that a request may take to arrive. */
const LEAD_MS = conditions.accessTokenTtlS * 100 + 100

type Log = Stage["emulator"]["log"]

/** A refresh has a reason: the one before it was not answered well, the resource has said 401 since, or the token is about to expire. */
function isWarranted({ emulator: { log, ledger } }: Stage, refreshes: Log, index: number): boolean {
  const { at } = refreshes[index]!
  const before = refreshes[index - 1]
  if (before !== undefined && before.status !== 200) return true
  const was401 = log.some((entry) => entry.on === "resource" && entry.status === 401 && entry.at >= (before?.at ?? 0) && entry.at <= at)
  const token = ledger.accessTokens.filter(({ issuedAt }) => issuedAt < at).at(-1)
  return was401 || token === undefined || at >= token.expiresAt - LEAD_MS
}
