import { createSession, type KeepAlive, type Provider, type Session } from "sessionchart"
import { RemoteEmulator } from "../emulators/remote-emulator.ts"
import type { Wanted } from "../emulators/emulators.types.ts"
import { network } from "../network.ts"
import { jumpingClock, type JumpingClock } from "./jumping-clock.ts"
import { providerOf, type BrowserProviderName } from "./provider-of.ts"

/** What a {@link Stage} is set up with. */
export interface StageOptions extends Wanted<BrowserProviderName> {
  readonly keepAlive?: KeepAlive
}

/** A session, a provider behind real HTTP, and the time that both live by. */
export class Stage {
  readonly emulator: RemoteEmulator<BrowserProviderName>
  readonly provider: Provider<unknown, unknown>
  readonly clock: JumpingClock = jumpingClock()
  readonly session: Session<unknown, unknown>

  private constructor(emulator: RemoteEmulator<BrowserProviderName>, keepAlive: KeepAlive) {
    this.emulator = emulator
    this.provider = providerOf(emulator)
    this.session = createSession({
      provider: this.provider,
      baseURL: emulator.url,
      clock: this.clock,
      fetch: emulator.fetch,
      keepAlive,
    })
  }

  static async set({ keepAlive = "while-used", ...wanted }: StageOptions): Promise<Stage> {
    return new Stage(await RemoteEmulator.start(wanted), keepAlive)
  }

  /** What the login form is filled in with; undefined where the provider documents no login. */
  get credentials(): { readonly email: string; readonly password: string } | undefined {
    return this.emulator.users[0]
  }

  /** Logs in as one of the two users, in the way that the provider knows. */
  async logIn(user: 0 | 1): Promise<void> {
    const credentials = this.emulator.users[user]
    if (credentials) await this.session.login(credentials)
    else await this.session.accept(await this.emulator.mint(user))
  }

  /** Time jumps ahead, here and at the provider. */
  async jump(ms: number): Promise<void> {
    await this.emulator.order({ do: "jump", ms })
    this.clock.jump(ms)
  }

  async close(): Promise<void> {
    network.reconnect()
    this.session.stop()
    await this.session.stopped
    await this.emulator.close()
  }
}
