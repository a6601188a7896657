import type { SessionRecord } from "../../core/record.ts"
import { must, mustEqual } from "../must.ts"
import { BY_A_RULE, isUsable, statusOf, type Situation } from "./situation.ts"
import { heldIn, type Stage } from "./stage.ts"
import type { Traits } from "./traits.ts"

/** Compares a session, after every move, with the provider's ledger and the store: what was presented and issued, and who is signed in. */
export class Books {
  readonly #stage: Stage
  readonly #traits: Traits
  /** What the ledger had counted when last something was left alone to land as it may. */
  #presented = 0
  #granted = 0
  /** The record that was in use last, where the provider still takes what is in it. */
  #record: SessionRecord | null = null

  constructor(stage: Stage, traits: Traits) {
    this.#stage = stage
    this.#traits = traits
  }

  /** Counts anew from here: what was left alone has landed, which takes a refresh or, to log out with a lapsed token, two. */
  recount({ presented, granted }: Situation): void {
    const counted = this.#counted()
    must(counted.presented - this.#presented - presented <= 2, "what was left alone must not go on refreshing")
    this.#presented = counted.presented - presented
    this.#granted = counted.granted - granted
  }

  /** Says what is not as it must be, all of it. */
  async check(s: Situation): Promise<void> {
    this.#checkSession(s)
    this.#checkTraffic(s)
    if (s.place !== "unread" && s.place !== "storeAway") await this.#checkStore(s)
  }

  #checkSession(s: Situation): void {
    const { status, authenticated, usable, reason, degraded, generation, expiresAt } = this.#stage.session.getSnapshot()
    const isIn = s.place === "signedIn"
    const mayBe: readonly (string | null)[] = s.reason === BY_A_RULE ? this.#traits.refusals : [s.reason]
    mustEqual(
      { status, authenticated, usable, degraded, generation, reason: mayBe.includes(reason) ? "as it must be" : reason },
      {
        status: statusOf(s),
        authenticated: isIn,
        usable: isUsable(s),
        degraded: s.degraded,
        generation: isIn ? s.generation : null,
        reason: "as it must be",
      },
      isIn ? "the session must live" : `nobody may be signed in (${s.place}${s.reason === null ? "" : `: ${s.reason}`})`,
    )
    must(this.#stage.told === this.#stage.session.getSnapshot(), "whoever subscribed must have been told")
    if (usable && expiresAt !== null && this.#stage.clock.now() >= expiresAt)
      throw new Error("the session must not be usable after the expiry of its token")
  }

  #checkTraffic(s: Situation): void {
    const { store } = this.#stage
    const { presented, granted } = this.#counted()
    mustEqual(
      {
        presented: presented - this.#presented,
        granted: granted - this.#granted,
        acquire: store.heldBy("acquire"),
        end: store.heldBy("end"),
        refresh: this.#stage.asked("refresh"),
        login: this.#stage.asked("login"),
        commit: s.unsaved ? 0 : store.heldBy("commit"),
        waiting: this.#waiting() > 0,
      },
      { presented: s.presented, granted: s.granted, ...pick(heldIn(s)), waiting: s.waiting !== "nobody" },
      "the provider and the store must have been asked for this, and for nothing else",
    )
  }

  async #checkStore(s: Situation): Promise<void> {
    const { ledger } = this.#stage.emulator
    const record = await this.#stage.stored()
    if (s.place !== "signedIn") {
      mustEqual(record, null, "a store must hold nothing of a session that is over")
      if (s.reason === "user" && this.#traits.tellsLogout) this.#checkRevoked()
      return
    }
    if (s.unsaved) return
    this.#record = s.spent || !s.refreshable ? null : record
    const token = ledger.accessTokens.find((each) => each.token === record?.accessToken)
    const credential = ledger.refreshCredentials.find((each) => each.credential === (record?.refreshToken ?? record?.accessToken))
    mustEqual(
      {
        ...this.#stage.inUse(),
        isMarked: record?.sentAt !== null,
        expiresAt: this.#stage.session.getSnapshot().expiresAt,
        token: token?.state === "live",
        ...(s.refreshable && { credential: credential?.state === "live" && credential.expiresAt > this.#stage.clock.now() }),
      },
      {
        sid: record?.sid,
        generation: record?.generation,
        isMarked: s.sent,
        expiresAt: token?.expiresAt,
        token: !s.tokenDead,
        ...(s.refreshable && { credential: !s.spent && !(s.attempt === "committing" && s.rotates) }),
      },
      "the store must hold the grant in use, and the provider's ledger must know it",
    )
    if (!s.spent && s.refreshable && s.attempt !== "committing")
      mustEqual(ledger.signedIn().includes(token?.user ?? ""), true, "the provider must know who is signed in")
  }

  /** After a logout that the provider is told, nothing that the session got may be good there. */
  #checkRevoked(): void {
    const { accessTokens, refreshCredentials } = this.#stage.emulator.ledger
    const last = accessTokens.find(({ token }) => token === this.#record?.accessToken)
    if (last === undefined || last.state !== "live") return
    const alive = [...accessTokens, ...refreshCredentials].filter(
      ({ sessionId, state }) => sessionId === last.sessionId && state === "live",
    )
    mustEqual(alive.length, 0, "a logout must end the session at the provider")
  }

  #counted() {
    const { ledger, stats } = this.#stage.emulator
    return { presented: ledger.refreshCredentials.reduce((sum, { presented }) => sum + presented.length, 0), granted: stats.refreshes }
  }

  #waiting(): number {
    return this.#stage.calls.filter(({ what, outcome }) => what === "request" && outcome === "pending").length
  }
}

function pick({ acquire, end, refresh, login, commit }: ReturnType<typeof heldIn>) {
  return { acquire, end, refresh, login, commit }
}
