import { must, mustEqual } from "../must.ts"
import type { Situation } from "./situation.ts"
import type { Stage } from "./stage.ts"

/**
 * The end of every path: all is well again, and time enough goes by. Every call must have come to an end. A session that was over must
 * still be over; one whose credential the provider would take must be signed in, and be answered; else it may only end by a rule. A session
 * with limits of its own ends by them.
 */
export async function seeOff(stage: Stage, s: Situation): Promise<void> {
  const { session, clock } = stage
  await stage.mend()
  if (s.place === "signedIn") session.touch()
  await clock.advance(120_000)
  const record = await stage.stored()
  const isOver = s.place === "nobody" || s.place === "over"
  if (isOver) mustEqual([session.getSnapshot().authenticated, record], [false, null], "what is over must stay so")
  const credential = stage.emulator.ledger.refreshCredentials.find(
    (each) => each.credential === (record?.refreshToken ?? record?.accessToken),
  )
  if (s.limited) mustEqual([session.getSnapshot().authenticated, record], [false, null], "its own limits must have ended it")
  const isGood = record?.refreshable === true && credential?.state === "live" && credential.expiresAt > clock.now()
  if (session.getSnapshot().degraded === "configuration") stage.note("other", session.refresh())
  await clock.settle()
  stage.request()
  await clock.advance(120_000)
  const { authenticated, reason } = session.getSnapshot()
  if (isGood) mustEqual([authenticated, stage.calls.at(-1)?.outcome], [true, "200"], "a session whose credential is good must come back")
  else must(authenticated || s.place !== "signedIn" || reason !== null, "a session must end by a rule")
  session.stop()
  await clock.settle()
  mustEqual(stage.calls.filter(({ outcome }) => outcome === "pending").length, 0, "every call must come to an end")
  await session.stopped
  mustEqual(clock.pending, 0, "no timer may be left")
}
