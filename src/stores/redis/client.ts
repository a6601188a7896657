import { ConfigurationError } from "../../errors.ts"

/** A client of `ioredis` or of `redis`, connected or not: also one of a cluster or of sentinels. */
export type RedisClient = IoredisClient | NodeRedisClient

/** What is used of `ioredis`: `new Redis()` or `new Cluster()`, version 5 or 6. */
export interface IoredisClient {
  evalsha(sha1: string, keys: number, ...given: string[]): Promise<unknown>
  eval(script: string, keys: number, ...given: string[]): Promise<unknown>
  publish(channel: string, message: string): Promise<unknown>
  readonly isCluster?: boolean
  /** Of a cluster it takes something else. */
  duplicate(...given: unknown[]): IoredisSubscriber
}

/** What is used of its duplicate. */
export interface IoredisSubscriber {
  readonly status: string
  connect(): Promise<unknown>
  subscribe(...channels: string[]): Promise<unknown>
  unsubscribe(...channels: string[]): Promise<unknown>
  disconnect(): void
  on(event: "error" | "ready", listener: () => void): unknown
  on(event: "message", listener: (channel: string, message: string) => void): unknown
}

/** What is used of `redis`: `createClient()`, `createCluster()` or `createSentinel()`, version 5 or 6. */
export interface NodeRedisClient {
  evalSha(sha1: string, given: NodeRedisGiven): Promise<unknown>
  eval(script: string, given: NodeRedisGiven): Promise<unknown>
  publish(channel: string, message: string): Promise<unknown>
  duplicate(): NodeRedisSubscriber
}

/** What its scripts are given. */
export interface NodeRedisGiven {
  keys: string[]
  arguments: string[]
}

/** What is used of its duplicate. */
export interface NodeRedisSubscriber {
  connect(): Promise<unknown>
  subscribe(channels: string[], listener: (message: string, channel: string) => void): Promise<unknown>
  unsubscribe(channel: string): Promise<unknown>
  destroy(): unknown
  on(event: "error" | "ready", listener: () => void): unknown
}

/** The same few commands, whichever client gives them. */
export interface Access {
  /** Runs a script that touches one key, by its SHA-1 or by its text. */
  run(by: "sha1" | "text", script: string, key: string, given: readonly string[]): Promise<unknown>
  publish(channel: string, message: string): Promise<unknown>
  /**
   * Opens a connection of its own, which hears what is published and connects again by itself.
   *
   * @param onReady is called whenever it is connected: then it has to be told again what to listen to.
   */
  listen(heed: (channel: string, message: string) => void, onReady: () => void): Line
}

/** A connection that hears what is published. */
export interface Line {
  subscribe(channels: string[]): Promise<unknown>
  unsubscribe(channel: string): Promise<unknown>
  close(): void
}

/**
 * Recognises which client it is, by what it can do.
 *
 * @throws {ConfigurationError} when it is neither.
 */
export function accessBy(client: RedisClient): Access {
  const given = (client ?? {}) as object as Readonly<Record<string, unknown>>
  const can = (...names: readonly string[]) => names.every((name) => typeof given[name] === "function")
  if (can("evalsha", "eval", "publish", "duplicate")) return accessByIoredis(client as IoredisClient)
  if (can("evalSha", "eval", "publish", "duplicate")) return accessByNodeRedis(client as NodeRedisClient)
  throw new ConfigurationError(
    'redisStore: option "client" must be a client of ioredis, such as new Redis(url), or of redis, such as createClient({ url })',
  )
}

function accessByIoredis(client: IoredisClient): Access {
  return {
    run: (by, script, key, given) => client[by === "sha1" ? "evalsha" : "eval"](script, 1, key, ...given),
    publish: (channel, message) => client.publish(channel, message),
    listen(heed, onReady) {
      // What it subscribes to by itself, when it is connected again, nobody catches: it would end the process if it were closed then.
      const subscriber = client.isCluster ? client.duplicate() : client.duplicate({ autoResubscribe: false })
      // It says nothing to whom its own client does not say it, too.
      subscriber.on("error", () => {})
      subscriber.on("message", heed)
      subscriber.on("ready", onReady)
      if (subscriber.status === "wait") subscriber.connect().catch(() => {})
      return {
        subscribe: (channels) => subscriber.subscribe(...channels),
        unsubscribe: (channel) => subscriber.unsubscribe(channel),
        close: () => subscriber.disconnect(),
      }
    },
  }
}

function accessByNodeRedis(client: NodeRedisClient): Access {
  return {
    run: (by, script, key, given) => client[by === "sha1" ? "evalSha" : "eval"](script, { keys: [key], arguments: [...given] }),
    publish: (channel, message) => client.publish(channel, message),
    listen(heed, onReady) {
      const subscriber = client.duplicate()
      // The same function every time: it is called once per message, however often it has subscribed.
      const listener = (message: string, channel: string) => heed(channel, message)
      subscriber.on("error", () => {})
      subscriber.on("ready", onReady)
      // A cluster does not say that it is ready.
      subscriber.connect().then(onReady, () => {})
      return {
        subscribe: (channels) => subscriber.subscribe(channels, listener),
        unsubscribe: (channel) => subscriber.unsubscribe(channel),
        close: () => void (async () => subscriber.destroy())().catch(() => {}),
      }
    },
  }
}
