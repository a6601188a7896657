import type { Lease, SessionRecord } from "./record.ts"
import { LEASE_MS, type Acquired, type Ended, type Notice, type StoreConnection } from "./store.ts"

/**
 * One step of the store's protocol: what it comes to, given what the slot holds and the time (`now`, epoch ms). Pure; whoever runs it
 * lets nobody in between the look and the write, and may run it again as long as nothing was written.
 */
export type Step<Result> = (record: SessionRecord | null, now: number) => Change<Result>

/** What a step comes to. */
export interface Change<Result> {
  readonly result: Result
  /** What the slot holds from now on; left out: what it held. */
  readonly record?: SessionRecord | null
  /** What the other holders are told of it. */
  readonly notice?: Notice
}

/** What asking for the lease comes to, at one look: `busy` names the lease that is in the way. */
export type Asked = Exclude<Acquired, { is: "busy" }> | (Extract<Acquired, { is: "busy" }> & { readonly lease: Lease })

/** The methods of a connection that are one step each, for a holder whose steps are run by `run`. */
export function slotSteps(
  holder: string,
  run: <Result>(step: Step<Result>) => Promise<Result>,
): Omit<StoreConnection, "acquire" | "watch" | "close"> {
  const isLeased = (record: SessionRecord | null, sid: string): record is SessionRecord =>
    record?.sid === sid && record.lease?.holder === holder
  return {
    read: () => run((record) => ({ result: record })),
    create: (created, options) =>
      run((record) =>
        options === undefined || options.insteadOf === (record?.sid ?? null)
          ? { result: true, record: created, notice: grantOf(created) }
          : { result: false },
      ),
    markSent: (sid, generation) =>
      run((record, now) =>
        isLeased(record, sid) && record.generation === generation
          ? { result: true, record: { ...record, sentAt: record.sentAt ?? now, lease: leaseFor(holder, now) } }
          : { result: false },
      ),
    clearSent: (sid, generation) =>
      run((record) => ({
        result: undefined,
        ...(isLeased(record, sid) && record.generation === generation && { record: { ...record, sentAt: null } }),
      })),
    renew: (sid) =>
      run((record, now) =>
        isLeased(record, sid) ? { result: true, record: { ...record, lease: leaseFor(holder, now) } } : { result: false },
      ),
    commit: (sid, spentGeneration, successor) =>
      run((spent) => {
        if (spent?.sid !== sid) return { result: "gone" }
        if (spent.generation !== spentGeneration) return { result: "stale" }
        const record = { ...successor, usedAt: Math.max(successor.usedAt, spent.usedAt) }
        return { result: "committed", record, notice: grantOf(successor) }
      }),
    release: (sid, notBefore) =>
      run((record) => ({
        result: undefined,
        ...(isLeased(record, sid) && { record: { ...record, lease: null, notBefore: notBefore ?? record.notBefore } }),
      })),
    noteUse: (sid, at) =>
      run((record) => ({
        result: undefined,
        ...(record?.sid === sid && record.usedAt < at && { record: { ...record, usedAt: at }, notice: { is: "used", sid, at } as const }),
      })),
    end: (sid, generation) =>
      run<Ended>((record) => {
        if (record?.sid !== sid) return { result: { is: "gone", record } }
        if (generation !== null && record.generation !== generation) return { result: { is: "stale", record } }
        return { result: { is: "ended", record }, record: null, notice: { is: "ended", sid } }
      }),
  }
}

/** One look for the right to refresh. `hasRunOut` says of another holder's lease whether it counts no more. */
export function askForLease(
  holder: string,
  sid: string,
  seenGeneration: number,
  hasRunOut: (lease: Lease, now: number) => boolean,
): Step<Asked> {
  return (record, now) => {
    if (record?.sid !== sid) return { result: { is: "gone", record } }
    const { lease } = record
    const isUsable = record.expiresAt === null || now < record.expiresAt - record.skewMs
    if (record.generation > seenGeneration && isUsable) return { result: { is: "fresh", record } }
    if (lease !== null && lease.holder !== holder && !hasRunOut(lease, now)) return { result: { is: "busy", until: lease.until, lease } }
    const leased = { ...record, lease: leaseFor(holder, now) }
    return { result: { is: "leased", record: leased }, record: leased }
  }
}

/** What is told of a record that was put into the slot. */
export function grantOf({ sid, generation }: SessionRecord): Notice {
  return { is: "granted", sid, generation }
}

function leaseFor(holder: string, now: number): Lease {
  return { holder, until: now + LEASE_MS }
}
