import type { EmulatorName, EmulatorStats } from "sessionchart/testing"
import { network } from "../network.ts"
import { EMULATORS_PATH } from "./emulators-path.ts"
import type { Hosted, Order, Wanted } from "./emulators.types.ts"

/** An emulator that the server of this page runs. */
export class RemoteEmulator<Name extends EmulatorName = EmulatorName> {
  readonly name: Name
  /** Where its `/resource` is. */
  readonly url: string
  readonly options: Hosted<Name>["options"]
  readonly users: Hosted<Name>["users"]
  #stats: EmulatorStats = { logins: 0, refreshes: 0, reused: 0, unauthorized: 0, logouts: 0, requests: 0 }
  readonly #listeners = new Set<() => void>()
  #isClosed = false

  private constructor(name: Name, { path, options, users }: Hosted<Name>) {
    this.name = name
    this.url = location.origin + path
    this.options = options
    this.users = users
  }

  /** @throws where no server with emulators is behind this page: in a Storybook that was built, and is served as files. */
  static async start<Name extends EmulatorName>(wanted: Wanted<Name>): Promise<RemoteEmulator<Name>> {
    const answer = await post(EMULATORS_PATH, wanted)
    if (!answer.headers.get("content-type")?.includes("json")) throw new Error("no server with emulators is behind this page")
    return new RemoteEmulator(wanted.name, (await answer.json()) as Hosted<Name>)
  }

  /** `fetch` of a session that talks to it. */
  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    try {
      return await network.fetch(input, init)
    } finally {
      void this.order({ do: "look" })
    }
  }

  /** Begins a session without a login: an answer in the provider's own format. */
  mint(user: 0 | 1 = 0): Promise<Response> {
    return post(`${this.url}/mint`, { user })
  }

  /** Has it do something. */
  async order(order: Order): Promise<void> {
    if (this.#isClosed) return
    const answer = await post(`${this.url}/control`, order).catch(() => null)
    if (!answer?.ok) return // another story, or another page, has taken its place
    this.#stats = (await answer.json()) as EmulatorStats
    for (const listener of this.#listeners) listener()
  }

  /** What it has seen so far. */
  readonly getStats = (): EmulatorStats => this.#stats

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await fetch(this.url, { method: "DELETE" })
  }
}

function post(url: string, body: unknown): Promise<Response> {
  return fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) })
}
