import { systemClock } from "../../src/core/clock.ts"
import type { OnDoubt } from "../../src/core/rules.ts"
import { createSession, type Session, type SessionOptions, type SessionSnapshot } from "../../src/index.ts"
import { unisouk } from "../../src/providers/unisouk.ts"
import { vault } from "../../src/providers/vault.ts"
import { webStore, type WebStoreOptions } from "../../src/stores/web.ts"
import { MeetingPoint } from "./meeting-point.ts"
import { clockOf, type Pace } from "./pace.ts"
import { standing, standingStore, type Moment } from "./standing.ts"

/** What a page's session is made of. */
export interface AppOptions extends Pick<SessionOptions, "baseURL" | "allowedOrigins" | "keepAlive">, Pick<WebStoreOptions, "keep"> {
  readonly provider: "vault" | "unisouk"
  /** Of the provider, as its emulator names them. */
  readonly options: object
  /** Default: this machine's time. */
  readonly pace?: Pace
  readonly onDoubt?: OnDoubt
}

/** What a session showed, and since when, epoch ms. */
export type Shown = Pick<SessionSnapshot, "status" | "sid" | "generation" | "reason" | "degraded"> & {
  /** The user's id. */
  readonly user: string | null
  readonly at: number
}

/** A request of a session: whom the API took it for (null: it was not answered), and who was shown when it went out. */
export interface Use {
  readonly user: string | null
  readonly asked: Shown
}

const providers = { vault, unisouk } as unknown as Record<AppOptions["provider"], (options: object) => ReturnType<typeof vault>>
export let session: Session<unknown, unknown>
let pace: Pace = { speed: 1, since: 0 }
let clock = systemClock
let isWatching = false
const starters = new MeetingPoint("starters")

/** The app in a tab: one session, and a diary of what it showed. `page.evaluate(() => app.…)`. */
export const app = {
  diary: [] as Shown[],
  uses: [] as Use[],

  /** `keepAlive` is `on-demand` by default. */
  begin({ provider: name, options, pace: own, onDoubt, keep = "all", ...sessionOptions }: AppOptions): void {
    const provider = providers[name](options)
    if (own) clock = clockOf((pace = own))
    const made = createSession({
      keepAlive: "on-demand",
      ...sessionOptions,
      provider: onDoubt === undefined ? provider : { ...provider, rules: { ...provider.rules, onDoubt } },
      store: standingStore(webStore({ keep })),
      clock,
    })
    session = made as Session<unknown, unknown>
    session.subscribe(note)
    note()
  },

  /** Takes a provider's reply over, as text. */
  accept: async (reply: string) => {
    await session.accept(new Response(reply, { headers: { "content-type": "application/json" } }))
    return app.diary.at(-1)!
  },

  login: async (credentials: unknown) => {
    await session.login(credentials)
    return app.diary.at(-1)!
  },

  logout: async () => (await session.logout()).revoked,

  /** What came of a refresh: the generation, or the error's code. */
  refresh: () =>
    session.refresh().then(
      ({ generation }) => generation,
      (error: { code: string }) => error.code,
    ),

  /** As a laptop whose lid was closed for so long. */
  sleep(ms: number): void {
    pace.aheadMs = (pace.aheadMs ?? 0) + ms
    clock.wake()
  },

  /** The status of an answer, or the error's code. */
  fetch: (path: string, init?: RequestInit) =>
    session.fetch(path, init).then(
      ({ status }) => status,
      (error: { code: string }) => error.code,
    ),

  /** Whom the API takes this page's requests for; null: it does not answer them. */
  async whoami(): Promise<string | null> {
    const answer = await session.fetch("/resource").catch(() => null)
    return answer?.ok ? ((await answer.json()) as { user: string }).user : null
  },

  /** What is shown now. */
  shows: (): Shown => shown(),

  /** Refreshes at the same moment as so many tabs do, once all of them have seen the last refresh, until there are so many generations. */
  async rotate(generations: number, tabs: number): Promise<void> {
    for (let generation = 1; generation < generations; generation++) {
      await starters.meet(String(generation), tabs)
      while (session.getSnapshot().generation === generation) await session.refresh().catch(() => {})
    }
  },

  /** Resolves with the moment when this page first showed such a thing. */
  showed(wanted: Partial<Shown>): Promise<number> {
    const fits = (entry: Shown) => Object.entries(wanted).every(([name, is]) => entry[name as keyof Shown] === is)
    return inTime(() => app.diary.find(fits), `never showed ${JSON.stringify(wanted)}`)
  },

  /** Resolves when a refresh has brought a session further, or it has ended: with what is shown then. */
  async settled({ sid, generation }: Shown): Promise<Shown> {
    for (;;) {
      const now = shown()
      if (now.sid !== sid || (now.status === "active" && now.generation! > generation!)) return now
      await changed()
    }
  },

  /** Resolves with the moment when this page first showed that a session was over. */
  ended(sid: string): Promise<number> {
    const last = () => app.diary.findLastIndex((entry) => entry.sid === sid)
    return inTime(() => (last() < 0 ? undefined : app.diary[last() + 1]), "the session goes on")
  },

  /** Asks the API for its user, again and again. */
  async watch(): Promise<void> {
    isWatching = true
    while (isWatching) {
      const asked = shown()
      const user = await app.whoami()
      app.uses.push({ user, asked })
      if (user === null) await changed()
    }
  },

  unwatch(): void {
    isWatching = false
  },

  /** The next refresh of this page stands still there. */
  standAt(moment: Moment): void {
    standing.at = moment
  },

  standsAt: (): Moment | null => standing.is,

  goOn: (): void => standing.goOn(),

  /** How many refreshes this page has sent. */
  sent: (): number => standing.sent,
}

async function inTime(find: () => Shown | undefined, complaint: string): Promise<number> {
  const limit = Date.now() + 15_000
  for (let found = find(); ; found = find()) {
    if (found) return found.at
    if (Date.now() > limit) throw new Error(`${complaint}, but ${JSON.stringify(app.diary.slice(-4))}`)
    await changed()
  }
}

/** Resolves when the session shows something else, or after a while. */
function changed(): Promise<void> {
  return new Promise((resolve) => {
    const stop = session.subscribe(look)
    const timer = setTimeout(look, 1_000)
    function look() {
      stop()
      clearTimeout(timer)
      resolve()
    }
  })
}

function note(): void {
  app.diary.push(shown())
}

function shown(): Shown {
  const { status, sid, generation, reason, degraded, user } = session.getSnapshot()
  return { status, sid, generation, reason, degraded, user: (user as { id: string } | null)?.id ?? null, at: Date.now() }
}

Object.assign(globalThis, { app })
