import { isDeepStrictEqual } from "node:util"
import type { Redis } from "ioredis"
import { systemClock, type Clock } from "../../src/core/clock.ts"
import type { SessionRecord } from "../../src/core/record.ts"
import type { Notice, SessionStore, SlotStore, StoreConnection } from "../../src/core/store.ts"
import { newSid } from "../../src/core/sid.ts"
import { recordAt } from "../../src/testing/record-at.ts"
import { redisStore, type RedisStoreOptions } from "../../src/stores/redis.ts"
import { whenOver } from "./closing.ts"

export const CLIENTS = ["ioredis", "redis"] as const
export type ClientName = (typeof CLIENTS)[number]
export type Client = Redis | Awaited<ReturnType<typeof newNodeRedis>>

export const DAY = 86_400_000

/** How long something may take that has to happen: on a machine that is busy with other things. */
export const seconds = { timeout: 20_000 }

/** A client of that name, closed when its test is over. */
export async function connected(name: ClientName, url: string): Promise<Client> {
  const { client, close } = await opened(name, url)
  whenOver(close)
  return client
}

/** A client of that name, and the way to close it. */
export async function opened(
  name: ClientName,
  url: string,
  reconnects: "soon" | "as it comes" = "soon",
): Promise<{ readonly client: Client; readonly close: () => void }> {
  // A server's process needs one of the two; both together take longer to load than all the rest.
  if (name === "ioredis") {
    const { Redis } = await import("ioredis")
    const client = new Redis(url)
    client.on("error", () => {})
    return { client, close: () => client.disconnect() }
  }
  const client = await newNodeRedis(url, reconnects === "soon" ? { reconnectStrategy: 50 } : {})
  client.on("error", () => {})
  await client.connect()
  return { client, close: () => client.isOpen && client.destroy() }
}

/** As Redis answers it: for looks past the store. */
export async function command(client: Client, ...words: readonly string[]): Promise<unknown> {
  return "call" in client ? client.call(words[0]!, ...words.slice(1)) : client.sendCommand([...words])
}

/** A store in a corner of its own. */
export async function storeBy(name: ClientName, url: string, options: Partial<RedisStoreOptions> = {}): Promise<SlotStore> {
  return redisStore({ prefix: newPrefix(), client: options.client ?? (await connected(name, url)), ...options })
}

export function newPrefix(): string {
  return `test-${newSid()}`
}

/** A holder's connection, closed when its test is over. */
export function holderOf(store: SessionStore, holder: string, clock: Clock = systemClock): StoreConnection {
  const connection = store.connect({ holder, clock })
  whenOver(() => connection.close())
  return connection
}

/** What a connection tells, each once: what happens while it begins to listen may be heard and found. */
export function heardBy(connection: StoreConnection): Notice[] {
  const heard: Notice[] = []
  connection.watch((notice) => {
    if (!heard.some((earlier) => isDeepStrictEqual(earlier, notice))) heard.push(notice)
  })
  return heard
}

/** This machine's clock, set wrongly. */
export function clockAhead(ms: number): Clock {
  return { ...systemClock, now: () => systemClock.now() + ms }
}

/** A record as a session makes it that is signed in at this moment. */
export function recordNow(fields: Partial<SessionRecord> = {}, clock: Clock = systemClock): SessionRecord {
  return recordAt(clock.now(), fields)
}

async function newNodeRedis(url: string, socket: { reconnectStrategy?: number }) {
  const { createClient } = await import("redis")
  return createClient({ url, socket })
}
