import type { IncomingMessage, ServerResponse } from "node:http"
import type { Emulator, EmulatorName, EmulatorStats } from "sessionchart/testing"
import type * as EmulatorServer from "sessionchart/testing/node"
import type { ViteDevServer } from "vite"
import type { Hosted, Order, Wanted } from "./emulators.types.ts"
import { passOn } from "./pass-on.ts"

/** One emulator on a port of its own, with a clock that can be moved, and the page's way to it. */
export class HostedEmulator {
  readonly #emulator: Emulator
  readonly #clock: { aheadMs: number }
  readonly options: Hosted["options"]
  readonly users: Hosted["users"]

  private constructor(emulator: Emulator, clock: { aheadMs: number }, publicUrl: string) {
    this.#emulator = emulator
    this.#clock = clock
    this.users = emulator.users
    // So that the page's requests are of its own origin, as they are behind a reverse proxy.
    this.options = JSON.parse(JSON.stringify(emulator.options).replaceAll(emulator.url, publicUrl)) as Hosted["options"]
  }

  static async start(server: ViteDevServer, { name, ...options }: Wanted, publicUrl: string): Promise<HostedEmulator> {
    // Vite finds the library's sources; Node by itself would look for built files.
    const { startEmulator } = (await server.ssrLoadModule("sessionchart/testing/node")) as typeof EmulatorServer
    const clock = { aheadMs: 0 }
    const emulator = await startEmulator<EmulatorName>(name, { ...options, clock: { now: () => Date.now() + clock.aheadMs } })
    return new HostedEmulator(emulator, clock, publicUrl)
  }

  obey(order: Order): EmulatorStats {
    if (order.do === "jump") this.#clock.aheadMs += order.ms
    else if (order.do === "fail") this.#emulator.fail(order)
    else if (order.do !== "look") this.#emulator[order.do]()
    return this.#emulator.stats
  }

  /** Begins a session without a login, and answers as the provider would. */
  async mint({ user }: { readonly user: 0 | 1 }, outgoing: ServerResponse): Promise<void> {
    const minted = await this.#emulator.mint({ user })
    outgoing.writeHead(minted.status, Object.fromEntries(minted.headers)).end(await minted.text())
  }

  passOn(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    return passOn(incoming, outgoing, this.#emulator.url)
  }

  close(): Promise<void> {
    return this.#emulator.close()
  }
}
