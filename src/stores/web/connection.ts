import { LeaseWatch } from "../../core/lease-watch.ts"
import { readRecord, type Lease, type SessionRecord } from "../../core/record.ts"
import { askForLease, grantOf, slotSteps, type Asked, type Step } from "../../core/slot-steps.ts"
import type { HolderOptions, StoreConnection } from "../../core/store.ts"
import { Announcements } from "./announcements.ts"
import { Database } from "./database.ts"
import { HolderLock } from "./holder-lock.ts"

/** How often a holder that waits looks whether the other one still lives, ms. */
const LOOK_MS = 500

/**
 * A holder's way to a slot in IndexedDB, which the tabs of an origin share.
 *
 * @param through what becomes of a step before it meets the shared record
 */
export function webConnection(
  key: string,
  { holder, clock }: HolderOptions,
  through: <Result>(step: Step<Result>) => Step<Result> = (step) => step,
): StoreConnection {
  const name = `sessionchart ${key}`
  const announcements = new Announcements(name)
  const database = new Database(clock, () => void lookAgain())
  const lock = new HolderLock(`${name} `, clock)
  const steps = slotSteps(holder, run)
  /** Lets go of the lock of the lease that we have. */
  let letGo = () => {}
  let lastSid: string | null = null
  let hasWarned = false

  async function run<Result>(step: Step<Result>): Promise<Result> {
    const sharedStep = through(step)
    const { found, change } = await database.transact(key, (stored) => {
      const found = recordIn(stored)
      const change = sharedStep(found, clock.now())
      return { result: { found, change }, value: change.record }
    })
    const { result, record = found, notice } = change
    lastSid = record?.sid ?? null
    if (notice !== undefined) announcements.post(notice)
    else if (record !== found && record?.lease === null) announcements.post({ is: "released" })
    return result
  }

  /** One that we cannot read stays where it is until a session takes its place: a newer version of the app, in another tab, may live on it. */
  function recordIn(stored: unknown): SessionRecord | null {
    const record = readRecord(stored)
    if (record === null && stored !== undefined && !hasWarned) {
      hasWarned = true
      console.warn(`sessionchart: what webStore() holds under "${key}" is not a record of this version; it counts as nobody`)
    }
    return record
  }

  async function contend(sid: string, seenGeneration: number): Promise<Asked> {
    const watch = new LeaseWatch(clock)
    const ask = (hasRunOut: (lease: Lease) => boolean) => run(askForLease(holder, sid, seenGeneration, hasRunOut))
    for (;;) {
      // Not by the wall: after a sleep the leases of those who live have run out by it, too.
      let asked = await ask((lease) => watch.seesRunOut(lease))
      if (asked.is === "busy") {
        const other = asked.lease.holder
        asked = (await lock.ifDead(other, () => ask((lease) => lease.holder === other))) ?? asked
      }
      if (asked.is !== "busy" || watch.patienceMs === 0) return asked
      await announcements.word(clock, Math.min(LOOK_MS, watch.nextLookMs))
    }
  }

  /** Tells what has happened while we could not hear it. */
  async function lookAgain(): Promise<void> {
    const before = lastSid
    const record = await steps.read().catch(() => undefined)
    if (record) announcements.listener?.(grantOf(record))
    else if (record === null && before !== null) announcements.listener?.({ is: "ended", sid: before })
  }

  /** A page that comes back by the back button has heard nothing while it was away. */
  function onPageShow({ persisted }: PageTransitionEvent): void {
    if (persisted) void lookAgain()
  }

  function unwatch(): void {
    announcements.listener = null
    globalThis.removeEventListener?.("pageshow", onPageShow)
  }

  return {
    ...steps,
    async acquire(sid, seenGeneration) {
      // Before the lease is written: whoever sees that, and finds the lock free, takes us for dead.
      const letThisGo = await lock.hold(holder)
      try {
        const asked = await contend(sid, seenGeneration)
        if (asked.is !== "leased") letThisGo()
        else {
          letGo()
          letGo = letThisGo
        }
        return asked
      } catch (error) {
        letThisGo()
        throw error
      }
    },
    async renew(sid) {
      const letThisGo = letGo
      const isOurs = await steps.renew(sid)
      if (!isOurs) letThisGo()
      return isOurs
    },
    async commit(...given) {
      const letThisGo = letGo
      const came = await steps.commit(...given)
      letThisGo()
      return came
    },
    async release(...given) {
      // Whatever comes of it: we do not want it any more.
      return steps.release(...given).finally(letGo)
    },
    async end(...given) {
      const letThisGo = letGo
      const ended = await steps.end(...given)
      letThisGo()
      return ended
    },
    watch(listener) {
      announcements.open()
      announcements.listener = listener
      globalThis.addEventListener?.("pageshow", onPageShow)
      return unwatch
    },
    close() {
      unwatch()
      letGo()
      announcements.close()
      database.close()
    },
  }
}
