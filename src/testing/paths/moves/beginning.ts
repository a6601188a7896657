import type { SessionRecord } from "../../../core/record.ts"
import { ask, end, grant, letGo, look } from "../consequences.ts"
import type { Move } from "../move.ts"
import { AGE_S, IDLE_S, LEAD_S, LIFETIME_S, atFirst, type Situation } from "../situation.ts"
import type { Stage } from "../stage.ts"
import { logIn } from "../surroundings.ts"
import type { Traits } from "../traits.ts"

/** What a store may hold when a session begins. */
interface Start {
  readonly name: string
  readonly is?: (traits: Traits) => boolean
  readonly situation: Partial<Situation>
  /** Prepares the record; left out: there is none. */
  readonly record?: (stage: Stage) => Promise<SessionRecord>
}

const signedIn = { found: "session" } as const
const inLead = { ...signedIn, token: "lead", leftS: LEAD_S } as const
const lapsed = { ...signedIn, token: "lapsed", leftS: 0 } as const

const starts: readonly Start[] = [
  { name: "no record", situation: {} },
  { name: "an unreadable record", situation: {}, record: async (stage) => ({ ...(await stage.minted()), sid: "" }) },
  { name: "a fresh record", situation: signedIn, record: (stage) => stage.minted() },
  {
    name: "a fresh record, of a provider that does not rotate",
    situation: { ...signedIn, rotates: false },
    record: (stage) => stage.minted(),
  },
  { name: "a fresh record, on demand", situation: { ...signedIn, keepAlive: "on-demand" }, record: (stage) => stage.minted() },
  { name: "a fresh record, kept alive always", situation: { ...signedIn, keepAlive: "always" }, record: (stage) => stage.minted() },
  {
    name: "a fresh record without a refresh credential",
    is: ({ isBearer }) => !isBearer,
    situation: { ...signedIn, refreshable: false },
    record: bare,
  },
  { name: "a record in its lead time", situation: inLead, record: (stage) => aged(stage, LIFETIME_S - LEAD_S) },
  {
    name: "a record in its lead time, on demand",
    situation: { ...inLead, keepAlive: "on-demand" },
    record: (stage) => aged(stage, LIFETIME_S - LEAD_S),
  },
  { name: "a lapsed record", situation: lapsed, record: (stage) => aged(stage, LIFETIME_S) },
  { name: "a lapsed record, on demand", situation: { ...lapsed, keepAlive: "on-demand" }, record: (stage) => aged(stage, LIFETIME_S) },
  {
    name: "a fresh record that is marked as sent",
    situation: { ...signedIn, sent: true, sentForS: 5 },
    record: async (stage) => ({ ...(await stage.minted()), sentAt: stage.clock.now() - 5_000 }),
  },
  {
    name: "a lapsed record that is marked as sent",
    situation: { ...lapsed, sent: true, sentForS: 5 },
    record: async (stage) => ({ ...(await aged(stage, LIFETIME_S)), sentAt: stage.clock.now() - 5_000 }),
  },
  { name: "a fresh record, of a session with limits", situation: { ...signedIn, limited: true }, record: (stage) => stage.minted() },
  {
    name: "a record in its lead time, of a session with limits",
    situation: { ...inLead, limited: true },
    record: (stage) => began(stage, LIFETIME_S - LEAD_S),
  },
  {
    name: "a record in its lead time, on demand, of a session with limits",
    situation: { ...inLead, limited: true, keepAlive: "on-demand" },
    record: (stage) => began(stage, LIFETIME_S - LEAD_S),
  },
  {
    name: "a lapsed record, on demand, of a session with limits",
    situation: { ...lapsed, limited: true, keepAlive: "on-demand" },
    record: (stage) => began(stage, LIFETIME_S),
  },
  {
    name: "a record that nobody used for too long",
    situation: { ...signedIn, limited: true, tooLate: "idle" },
    record: (stage) => aged(stage, IDLE_S),
  },
  {
    name: "a record that is too old",
    situation: { ...signedIn, limited: true, tooLate: "maxAge" },
    record: async (stage) => ({ ...(await aged(stage, AGE_S)), usedAt: stage.clock.now() }),
  },
  {
    name: "a lapsed record, past its window",
    is: ({ hasWindow }) => hasWindow,
    situation: { ...lapsed, windowClosed: true, spent: true },
    record: pastWindow,
  },
]

/** Every kind of start. */
export const beginning: readonly Move[] = [
  ...starts.map(({ name, is = () => true, situation, record }): Move => ({
    name,
    when: ({ place }, traits) => place === "notBegun" && is(traits),
    leadsTo: (s) => Object.assign(s, atFirst, situation, { start: name, place: "unread" }),
    async play(stage) {
      if (record !== undefined) await stage.elsewhere.create(await record(stage))
      stage.begin(situation)
    },
  })),
  {
    name: "the store answers",
    when: ({ place }) => place === "unread",
    leadsTo(s) {
      if (s.found === "nothing") return void Object.assign(s, { place: "nobody", waiting: "nobody", degraded: null })
      s.place = "signedIn"
      s.degraded = null
      s.failures = 0
      if (s.tooLate !== null) return end(s, s.tooLate)
      letGo(s)
      if (s.sent) ask(s)
      look(s)
    },
    play: (stage) => stage.store.open("read"),
  },
  {
    name: "the store fails",
    when: ({ place }) => place === "unread",
    leadsTo: (s) => Object.assign(s, { place: "storeAway", degraded: "store", failures: s.failures + 1 }),
    play: (stage) => stage.store.open("read", "fails"),
  },
  {
    name: "the backoff of the store passes",
    when: ({ place, failures }) => place === "storeAway" && failures < 2,
    leadsTo: (s) => Object.assign(s, { place: "unread" }),
    async play(stage) {
      stage.store.set("read", "is held")
      await stage.advance(1)
      stage.store.set("read", "works")
    },
  },
  {
    name: "logout before the store has answered",
    when: ({ place }) => place === "unread" || place === "storeAway",
    leadsTo: (s) => end(s, "user"),
    play: (stage) => stage.note("other", stage.session.logout()),
    leaves: true,
  },
  {
    name: "a login beside the store that is away",
    when: ({ place }, { hasLogin }) => place === "storeAway" && hasLogin,
    leadsTo: (s) => grant(s, { isSuccessor: false }),
    play: (stage) => logIn(stage),
  },
]

async function bare(stage: Stage): Promise<SessionRecord> {
  return { ...(await stage.minted()), refreshToken: null, refreshable: false }
}

async function aged(stage: Stage, seconds: number): Promise<SessionRecord> {
  const record = await stage.minted()
  await stage.advance(seconds)
  return record
}

/** An old grant of a session that has begun just now. */
async function began(stage: Stage, seconds: number): Promise<SessionRecord> {
  const record = await aged(stage, seconds)
  return { ...record, startedAt: stage.clock.now(), usedAt: stage.clock.now() }
}

async function pastWindow(stage: Stage): Promise<SessionRecord> {
  const record = await stage.minted()
  if (record.windowEndsAt !== null) stage.clock.sleep(record.windowEndsAt - stage.clock.now() + 1000)
  return record
}
