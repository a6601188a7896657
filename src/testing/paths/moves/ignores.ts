import type { EventObject } from "xstate"
import { mustEqual } from "../../must.ts"
import type { Move } from "../move.ts"
import { isUnderWay, isUsable, type Situation } from "../situation.ts"
import type { Stage } from "../stage.ts"

/** Everything that may reach a session in a situation and of which nothing may come. */
export const ignores: readonly Move[] = [
  {
    name: "everything that must be ignored here",
    when: ({ place }) => place !== "notBegun",
    leadsTo() {},
    async play(stage, before) {
      const sights = await look(stage)
      for (const event of ignoredIn(before, stage)) {
        stage.actor.send(event)
        await stage.clock.settle()
        mustEqual(await look(stage), sights, `nothing may come of ${event.type}`)
      }
    },
  },
]

function ignoredIn(s: Situation, stage: Stage): EventObject[] {
  const stranger = { sid: "a session of somebody else", generation: 1 }
  const always = [
    { type: "ended.elsewhere", ...stranger },
    { type: "request.unauthorized", ...stranger },
    { type: "request.accepted", ...stranger },
    { type: "used.elsewhere", ...stranger, at: stage.clock.now() },
  ]
  const limits = ["use.noted", "limit.reached", "use.found"].map((type) => ({ type }))
  const unlessOffline = s.attempt === "offline" ? [] : [{ type: "network.online" }]
  switch (s.place) {
    case "unread":
    case "storeAway":
      return [
        ...always,
        ...unlessOffline,
        ...limits,
        ...["refresh.requested", "login.requested", "session.used", "request.held", "grant.stored"].map((type) => ({ type })),
      ]
    case "signedIn":
      return [...always, ...unlessOffline, ...ignoredSignedIn(s, stage)]
    case "loggingIn":
      return [
        ...always,
        ...unlessOffline,
        ...limits,
        ...["refresh.requested", "session.used", "request.held", "grant.stored"].map((type) => ({ type })),
      ]
    default:
      return [
        ...always,
        ...unlessOffline,
        ...limits,
        ...["refresh.requested", "session.used", "request.held", "grant.stored"].map((type) => ({ type })),
        { type: "logout.requested", everywhere: false } as EventObject,
      ]
  }
}

function ignoredSignedIn(s: Situation, stage: Stage): EventObject[] {
  const { facts } = (stage.actor.getSnapshot() as { context: { facts: object } }).context
  const lasting: EventObject[] = [{ type: "login.requested" }, { type: "granted.elsewhere", facts } as EventObject]
  if (s.attempt !== "none" || s.token === "good" || !s.refreshable || s.keepAlive === "on-demand") lasting.push({ type: "session.used" })
  if (isUsable(s) || s.attempt !== "none") lasting.push({ type: "request.held" })
  if (!s.refreshable || isUnderWay(s) || s.attempt === "toldToWait") lasting.push({ type: "refresh.requested" })
  if (s.attempt !== "none" && !isUsable(s)) lasting.push({ type: "request.unauthorized", ...stage.inUse() } as EventObject)
  return lasting
}

/** What anybody can see of a session, its store and its provider. */
async function look(stage: Stage): Promise<unknown> {
  const { session, emulator, store } = stage
  return [
    session.getSnapshot(),
    await stage.stored(),
    emulator.log.length,
    store.heldBy("acquire"),
    store.heldBy("commit"),
    stage.asked("refresh"),
    stage.asked("login"),
  ]
}
