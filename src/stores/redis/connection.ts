import { LeaseWatch } from "../../core/lease-watch.ts"
import type { SessionRecord } from "../../core/record.ts"
import { grantOf } from "../../core/slot-steps.ts"
import type { Acquired, Ended, HolderOptions, StoreConnection } from "../../core/store.ts"
import type { Commands, Given, Reply } from "./commands.ts"
import type { Listening } from "./listening.ts"
import { noticeIn, textOfNotice } from "./notice-text.ts"
import { recordIn, toFields, type Beside } from "./record-fields.ts"
import type { ScriptName } from "./scripts.ts"
import { UserIndex, type Member } from "./user-index.ts"
import { Unstored } from "./unstored.ts"
import { Watch } from "./watch.ts"

/** How often a holder that waits looks what has become of the lease, ms, more or less: not all at once. */
const LOOK_MS = 500

/**
 * How long whoever takes over a refresh that was sent long ago, or while Redis was away, waits for its successor before it is sent again,
 * ms. The lease may have run out while its holder, who has the answer, could not store it, and is about to: ioredis connects again up to
 * 5.2 s after Redis is back, redis up to 2.2 s, and {@link Unstored} may pause then.
 */
const DOUBT_MS = 7_000

/** How many of a user's sessions are ended at once: more would wait for each other in the client for longer than a command may take. */
const ENDED_AT_ONCE = 100

/** What all slots of a store share. */
export interface Shared {
  readonly commands: Commands
  readonly listening: Listening
  readonly prefix: string
  readonly maxAgeMs: number | null
  /** Warns of a record that cannot be read, once. */
  readonly warn: () => void
}

/**
 * A holder's way to a slot in Redis.
 *
 * @param slotId names the slot in the names of its key and its channel
 */
export function redisConnection(
  { commands, listening, prefix, maxAgeMs, warn }: Shared,
  slotId: () => Promise<string>,
  { holder, clock }: HolderOptions,
): StoreConnection {
  const time = commands.timeOf(clock)
  const index = new UserIndex(commands, clock, prefix)
  const watch = new Watch(clock, async () => found(await run("read")).record)
  const unstored = new Unstored(clock)

  const keyOf = (slot: string) => `${prefix}:${slot}`
  const textOf = textOfNotice.bind(null, holder)
  const memberOf = async ({ sid }: { readonly sid: string }): Promise<Member> => ({ slotId: await slotId(), sid })

  /** Runs a script on a slot: ours, where no other is named. What it is given may depend on what is known of Redis' time by then. */
  async function run(script: ScriptName, given: () => Given = () => ({}), slot?: string): Promise<Reply> {
    const key = keyOf(slot ?? (await slotId()))
    return commands.run(script, key, clock, () => ({ channel: key, holder, ...given() }))
  }

  /** The record that a script tells of, and the fields of what is there. */
  function found({ told }: Reply): { readonly record: SessionRecord | null; readonly fields: ReadonlyMap<string, string> } {
    const fields = new Map(told.flatMap((name, at) => (at % 2 === 0 ? [[name, told[at + 1]!]] : [])))
    const record = recordIn(fields, time)
    if (record === null && fields.size > 0 && !fields.has("ended")) warn()
    return { record, fields }
  }

  /** Resolves when somebody else does something, or it is time to look, at the latest after so long: while Redis is away nothing is heard. */
  const wordWithin = (ms: number) => watch.word(Math.min(ms, LOOK_MS * (0.5 + Math.random())))

  /** Runs a script that puts a record into the slot. It is listed among its user's first, so that none is missing there. */
  async function put(script: "create" | "commit", record: SessionRecord, given: Given): Promise<Reply> {
    const beside: Beside = { keepUntil: keepUntil(record), userKey: await UserIndex.keyFor(record) }
    const member = await memberOf(record)
    await index.add(member, beside)
    const reply = await run(script, () => ({ ...given, notice: textOf(grantOf(record)), ...toFields(record, beside, time) }))
    if (reply.outcome === "yes" || reply.outcome === "committed") watch.see(record)
    else if (reply.outcome !== "stale" && found(reply).record?.sid !== record.sid) void index.drop(member, beside.userKey)
    return reply
  }

  function keepUntil({ windowEndsAt, expiresAt, skewMs, startedAt }: SessionRecord): number | null {
    if (windowEndsAt !== null) return Math.max(windowEndsAt, expiresAt ?? 0) - skewMs
    return maxAgeMs === null ? null : startedAt + maxAgeMs
  }

  /** @param insteadOf the sid that has to be there; "" for nobody, null for whatever there is. */
  async function create(record: SessionRecord, insteadOf: string | null): Promise<boolean> {
    const reply = await put("create", record, { insteadOf })
    const { record: before, fields } = found(reply)
    if (reply.outcome === "yes") {
      if (before !== null && before.sid !== record.sid) void index.drop(await memberOf(before), fields.get("userKey") ?? null)
      return true
    }
    // Redis sees a session where we can read none.
    const unreadable = before === null ? fields.get("sid") : undefined
    return insteadOf === "" && unreadable !== undefined && create(record, unreadable)
  }

  /** Ends what else the user of this session has. Before the session itself: whoever fails half-way can begin again. */
  async function endOthers(sid: string, generation: number | null): Promise<void> {
    const { record } = found(await run("read"))
    if (record?.sid === sid && generation !== null && record.generation !== generation) return
    const known = [record, watch.seen].find((one) => one?.sid === sid)
    const userKey = known ? await UserIndex.keyFor(known) : null
    if (userKey === null) return
    const others = (await index.list(userKey)).filter((other) => other.sid !== sid)
    const endOther = async (other: Member) => {
      await run("end", () => ({ sid: other.sid, notice: textOf({ is: "ended", sid: other.sid }) }), other.slotId)
      await index.drop(other, userKey)
    }
    for (let at = 0; at < others.length; at += ENDED_AT_ONCE) await Promise.all(others.slice(at, at + ENDED_AT_ONCE).map(endOther))
  }

  async function end(sid: string, generation: number | null): Promise<Ended> {
    const reply = await run("end", () => ({ sid, generation, notice: textOf({ is: "ended", sid }) }))
    const { record, fields } = found(reply)
    const { seen } = watch
    watch.see(reply.outcome === "ended" ? null : record)
    if (reply.outcome === "ended") void index.drop(await memberOf({ sid }), fields.get("userKey") ?? null)
    // It was done when we asked before and heard no answer, or when the client asked twice.
    const ended = reply.outcome === "again" && seen?.sid === sid ? seen : record
    if (ended === null || reply.outcome === "gone") return { is: "gone", record }
    return { is: reply.outcome === "stale" ? "stale" : "ended", record: ended }
  }

  return {
    async read() {
      const { record } = found(await run("read"))
      watch.see(record)
      return record
    },

    create: (record, options) => watch.change(() => create(record, options === undefined ? null : (options.insteadOf ?? ""))),

    async acquire(sid, seenGeneration): Promise<Acquired> {
      const leaseWatch = new LeaseWatch(clock)
      let doubtUntil = -Infinity
      for (let runOut: string | null = null; ;) {
        const reply = await run("acquire", () => ({ sid, seenGeneration, runOut, wasAway: commands.wasAwayLately(clock) ? 1 : null }))
        const { record, fields } = found(reply)
        watch.see(record)
        if (record === null || reply.outcome === "gone") return { is: "gone", record }
        const { seen } = watch
        if (record.generation < seenGeneration && seen?.sid === sid && seen.generation === seenGeneration) {
          // A failover has lost what was stored last; the provider must not be shown again what was spent for it.
          await put("commit", seen, { sid, spentGeneration: record.generation })
          continue
        }
        if (fields.has("takenFrom")) doubtUntil = clock.monotonic() + DOUBT_MS
        const doubtMs = doubtUntil - clock.monotonic()
        if (reply.outcome === "leased" && doubtMs > 0) {
          await wordWithin(doubtMs)
          continue
        }
        if (reply.outcome !== "busy") return { is: reply.outcome as "leased" | "fresh", record }
        const lease = { holder: fields.get("leaseHolder")!, until: fields.get("leaseUntil")! }
        // In Redis' time: by ours it is another one as soon as our clock is set.
        const isRunOut: boolean = leaseWatch.seesRunOut({ ...lease, until: Number(lease.until) }) && runOut === null
        runOut = isRunOut ? `${lease.holder} ${lease.until}` : null
        if (isRunOut) continue
        if (leaseWatch.patienceMs === 0) return { is: "busy", until: record.lease!.until }
        await wordWithin(leaseWatch.nextLookMs)
      }
    },

    async markSent(sid, generation) {
      return (await run("markSent", () => ({ sid, generation }))).outcome === "yes"
    },

    async clearSent(sid, generation) {
      await run("clearSent", () => ({ sid, generation }))
    },

    async renew(sid) {
      return (await run("renew", () => ({ sid }))).outcome === "yes"
    },

    commit: (sid, spentGeneration, record) =>
      unstored.insistOn(() =>
        watch.change(async () => {
          const { outcome } = await put("commit", record, { sid, spentGeneration })
          return outcome as "committed" | "stale" | "gone"
        }),
      ),

    async release(sid, notBefore) {
      await run("release", () => ({ sid, notBefore: time.theirs(notBefore), notice: textOf({ is: "released" }) }))
    },

    async noteUse(sid, at) {
      const given = () => ({ sid, at: time.theirs(at), notice: textOf({ is: "used", sid, at: time.theirs(at) }) })
      const reply = await watch.change(async () => {
        const noted = await run("noteUse", given)
        if (noted.outcome !== "no" && watch.seen?.sid === sid) watch.see({ ...watch.seen, usedAt: at })
        return noted
      })
      if (reply.outcome === "slid") await index.add(await memberOf({ sid }), { userKey: reply.told[1] || null, keepUntil: null })
    },

    end: (sid, generation, { everywhere = false } = {}) =>
      watch.change(async () => {
        if (everywhere) await endOthers(sid, generation)
        return end(sid, generation)
      }),

    watch(listener) {
      watch.open(listener, async () => {
        const heed = (message: string) => watch.heed(noticeIn(message, holder, time))
        return listening.listen(keyOf(await slotId()), { heed, lookAgain: () => void watch.lookAgain() }, clock)
      })
      return () => watch.close()
    },

    close() {
      unstored.forget()
      watch.close()
    },
  }
}
