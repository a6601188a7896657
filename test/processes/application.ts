import type { Emulator } from "../../src/testing/emulator.types.ts"
import { startEmulator } from "../../src/testing/node.ts"
import { whenOver } from "../redis/closing.ts"
import { CLIENTS, newPrefix } from "../redis/lab.ts"
import type { RedisAt } from "../redis/start-redis.ts"
import { KEY, ORIGIN, Visitor } from "./visitor.ts"
import type { ServerOptions } from "./server-process.ts"
import { spawnServer, type ServerProcess } from "./spawn-server.ts"

/** How many processes serve the same sessions, where a test does not say. */
export const PROCESSES = 4

type Given = Pick<ServerOptions, "provider" | "upstream" | "aheadMs" | "diesAt">

/** Starts processes that share their sessions before a provider of the test's own. */
export function startServers(script: string, redis: RedisAt, given: Given, many = PROCESSES): Promise<ServerProcess[]> {
  const prefix = newPrefix()
  return Promise.all(Array.from({ length: many }, (_, index) => startServer(script, redis, index, { ...given, prefix })))
}

async function startServer(
  script: string,
  { url }: RedisAt,
  index: number,
  { prefix, ...given }: Given & { readonly prefix: string },
): Promise<ServerProcess> {
  const redis = { client: CLIENTS[index % CLIENTS.length]!, url, prefix }
  const server = await spawnServer(script, { origin: ORIGIN, keys: [KEY], redis, ...given })
  whenOver(() => {
    server.process.kill("SIGKILL")
    return server.ended
  })
  return server
}

type EmulatorOptions = Parameters<typeof startEmulator<"oauth2">>[1]

/** An application that runs in several processes: they share a Redis, a provider that is the API, too, and their sessions. */
export class Application {
  readonly emulator: Emulator<"oauth2">
  readonly prefix = newPrefix()
  readonly #script: string
  readonly #redis: RedisAt
  #started = 0

  private constructor(script: string, redis: RedisAt, emulator: Emulator<"oauth2">) {
    this.#script = script
    this.#redis = redis
    this.emulator = emulator
  }

  /** One before a provider that is as strict as any: a refresh token is good once, and presented again it ends its session. */
  static async begin(script: string, redis: RedisAt, options: EmulatorOptions = {}): Promise<Application> {
    const emulator = await startEmulator("oauth2", { onReuse: "revokeFamily", ...options })
    whenOver(() => emulator.close())
    return new Application(script, redis, emulator)
  }

  /** Starts a process. Every other one uses the other client of Redis. */
  start(options: Pick<ServerOptions, "aheadMs" | "diesAt"> = {}): Promise<ServerProcess> {
    const { emulator, prefix } = this
    const provider = { ...emulator.options, apiUrl: emulator.url }
    return startServer(this.#script, this.#redis, this.#started++, { provider, upstream: emulator.url, prefix, ...options })
  }

  startAll(many = PROCESSES): Promise<ServerProcess[]> {
    return Promise.all(Array.from({ length: many }, () => this.start()))
  }

  /** Begins a session as a login's callback does. Its access token is good for an hour, or as long as the provider says. */
  async signIn(server: ServerProcess): Promise<Visitor> {
    const visitor = new Visitor()
    await this.signInAs(0, visitor, server)
    return visitor
  }

  /** As one of two users, in a browser that may have been signed in before. */
  async signInAs(user: 0 | 1, visitor: Visitor, server: ServerProcess): Promise<void> {
    await visitor.comeBack(server, { reply: await (await this.emulator.mint({ user })).json() })
  }

  /** Begins a session whose access token has just expired: the next request needs a refresh. */
  async signInExpired(server: ServerProcess): Promise<Expired> {
    const reply = (await (await this.emulator.mint()).json()) as { access_token: string; refresh_token: string }
    const tokens = { accessToken: reply.access_token, refreshToken: reply.refresh_token, expiresAt: Date.now() - 1_000 }
    const visitor = new Visitor()
    await visitor.comeBack(server, { tokens })
    return { visitor, refreshToken: tokens.refreshToken }
  }
}

/** A session with an access token that has expired. */
export interface Expired {
  readonly visitor: Visitor
  /** What its refresh will present. */
  readonly refreshToken: string
}
