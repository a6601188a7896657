import type { Clock } from "./clock.ts"
import type { SessionRecord } from "./record.ts"
import type { Rules } from "./rules.ts"

/**
 * Where a session rests: a slot for one record, shared by every holder (tab, process) of the session. The same protocol serves
 * memory, tabs and server processes. Every method may reject; the session then backs off and never reads it as "nobody".
 */
export interface SessionStore {
  /** For messages: "memory", "web", "redis". */
  readonly name: string
  /** Opens the slot for one holder. Does nothing else: no read, no timer. */
  connect(holder: HolderOptions): StoreConnection
}

/** A store with room for many sessions: a server's, which holds those of many browsers. Itself it is its default slot. */
export interface SlotStore extends SessionStore {
  /** The slot of this key: a session of its own. Does nothing else, as {@link SessionStore.connect}. */
  slot(key: string): SessionStore
}

export interface HolderOptions {
  /** Names the holder in its leases; random, new for every session object. */
  readonly holder: string
  readonly clock: Clock
  /** How the provider's refresh credential travels: a store that keeps no tokens can do with a cookie, which the browser keeps. */
  readonly credential?: Rules["credential"]
}

/** A holder's way to the slot. Whoever writes names the `(sid, generation)` it spent. */
export interface StoreConnection {
  /** Memory stands in for a store that cannot be had: the session works, `degraded: "store"`, and ends with the page. */
  readonly isStandIn?: boolean
  read(): Promise<SessionRecord | null>
  /**
   * Puts a new session into the slot, whatever was there. With `insteadOf`, only if the slot holds that sid (null: nothing): one that is
   * stored late must not displace one that came meanwhile. False: it was not put there.
   */
  create(record: SessionRecord, options?: { readonly insteadOf: string | null }): Promise<boolean>
  /**
   * Asks for the right to refresh. Waits, bounded, while another holder has it.
   *
   * - `leased`: ours until released, committed, ended or run out; with the record as it is now. A `sentAt` in it is a dead holder's doubt.
   * - `fresh`: somebody has a newer generation already, usable now.
   * - `gone`: the slot holds no record of this sid; with what it holds instead.
   * - `busy`: another holder is at it for longer than we wait.
   */
  acquire(sid: string, seenGeneration: number): Promise<Acquired>
  /** Notes that the refresh of this generation is about to be sent, and renews our lease. False: it is no longer ours, so do not send. */
  markSent(sid: string, generation: number): Promise<boolean>
  /** Takes that note back: the refresh is known not to have been done. */
  clearSent(sid: string, generation: number): Promise<void>
  /** Prolongs our lease. False: it is no longer ours. */
  renew(sid: string): Promise<boolean>
  /** Puts the successor of `spentGeneration` in its place. The first successor wins, whoever's lease it is. */
  commit(sid: string, spentGeneration: number, record: SessionRecord): Promise<"committed" | "stale" | "gone">
  /** Gives our lease back. With `notBefore` (epoch ms) no holder asks the provider before that moment. */
  release(sid: string, notBefore: number | null): Promise<void>
  /** Notes that somebody used the session at a moment, if nobody did later. For idle time-outs, which all holders share. */
  noteUse(sid: string, at: number): Promise<void>
  /** Deletes the record of this sid; with a generation, only if it is still that one (`stale` otherwise, with the record). `everywhere`: all of the user's sessions, in stores that know them. */
  end(sid: string, generation: number | null, options?: { readonly everywhere?: boolean }): Promise<Ended>
  /** Tells what other holders did to the slot, what happens while it begins to listen perhaps twice. Returns the way to stop telling. */
  watch(listener: (notice: Notice) => void): () => void
  close(): void
}

export type Acquired =
  | { readonly is: "leased" | "fresh"; readonly record: SessionRecord }
  | { readonly is: "gone"; readonly record: SessionRecord | null }
  | { readonly is: "busy"; readonly until: number }

/** What ending a record found: with the record that was ended, or with what is there instead. */
export type Ended =
  | { readonly is: "ended"; readonly record: SessionRecord }
  | { readonly is: "stale"; readonly record: SessionRecord }
  | { readonly is: "gone"; readonly record: SessionRecord | null }

/** What another holder did. Names sessions, never tokens. */
export type Notice =
  | { readonly is: "granted"; readonly sid: string; readonly generation: number }
  | { readonly is: "ended"; readonly sid: string }
  | { readonly is: "used"; readonly sid: string; readonly at: number }

/**
 * How long a lease lasts, ms. Renewed at a third of it while a refresh is out. Providers that forgive a credential presented twice do so
 * for 10 s (Supabase's reuse interval, for one): whoever takes over from a holder that froze asks again within that.
 */
export const LEASE_MS = 8_000

/** How long `acquire` waits for another holder at the most, ms. */
export const LEASE_WAIT_MS = 15_000
