import { Agent, request, type IncomingMessage } from "node:http"
import type { CallbackBody } from "./server-process.ts"
import type { ServerProcess } from "./spawn-server.ts"

export const ORIGIN = "https://shop.example"
export const KEY = "a key of the tests, and of nothing else"

/** A browser with a page of the shop, whose requests a balancer sends to any of the processes. */
export class Visitor {
  cookie: string

  constructor(cookie = "") {
    this.cookie = cookie
  }

  /** The id of its session. */
  get id(): string {
    return this.cookie.split("=")[1] ?? ""
  }

  async send({ url }: ServerProcess, path: string, { method = "GET", body, headers }: Sent = {}): Promise<Answer> {
    const own = { origin: ORIGIN, "sec-fetch-site": "same-origin", "x-sessionchart": "1", ...(this.cookie && { cookie: this.cookie }) }
    const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
      request(url + path, { method, agent, headers: { ...own, ...headers } }, resolve)
        .on("error", reject)
        .end(body)
    })
    const text = Buffer.concat(await incoming.toArray()).toString()
    const [kept = null] = incoming.headers["set-cookie"] ?? []
    return {
      status: incoming.statusCode!,
      body: text === "" ? null : (JSON.parse(text) as Answer["body"]),
      cookie: kept?.split(";")[0] ?? null,
    }
  }

  /** Asks the API for something. */
  ask(server: ServerProcess, path = "/resource"): Promise<Answer> {
    return this.send(server, `/auth/api${path}`)
  }

  /** Comes back from a login; what it was before, it is no more. */
  async comeBack(server: ServerProcess, body: CallbackBody): Promise<void> {
    const { status, cookie } = await this.send(server, "/callback", { method: "POST", body: JSON.stringify(body) })
    if (status !== 303 || cookie === null) throw new Error(`the callback answered ${status}`)
    this.cookie = cookie
  }

  logOut(server: ServerProcess): Promise<Answer> {
    return this.send(server, "/auth/logout", { method: "POST" })
  }

  /** The session and grant that a page believes to have, as bff() names them. */
  async mark(server: ServerProcess): Promise<string> {
    const { sid, generation } = (await this.session(server)).body!.session!
    return `Bearer ${sid}.${generation}`
  }

  /** Wants a successor of the grant that a mark names. */
  refresh(server: ServerProcess, authorization: string): Promise<Answer> {
    return this.send(server, "/auth/refresh", { method: "POST", headers: { authorization } })
  }

  /** Who the server says is signed in: 200 with the session, or 204. */
  session(server: ServerProcess): Promise<Answer> {
    return this.send(server, "/auth/session")
  }
}

// Not fetch: of many requests at once, some wait there until all others are done.
const agent = new Agent({ keepAlive: true })

interface Sent {
  readonly method?: string
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** What a server answered. */
export interface Answer {
  readonly status: number
  readonly body: {
    readonly error?: string
    readonly reason?: string | null
    /** What the API of an emulator, or of oidc-provider, says. */
    readonly user?: string
    readonly sub?: string
    readonly revoked?: boolean
    readonly session?: { readonly sid: string; readonly generation: number; readonly user: unknown }
  } | null
  /** The cookie that it sets, name and value. */
  readonly cookie: string | null
}
