import type { Provider } from "sessionchart"
import { commerceEngine } from "sessionchart/providers/commerce-engine"
import { menu } from "sessionchart/providers/menu"
import { oauth2 } from "sessionchart/providers/oauth2"
import { unisouk } from "sessionchart/providers/unisouk"
import { vault } from "sessionchart/providers/vault"
import type { RemoteEmulator } from "../emulators/remote-emulator.ts"

/** The providers that may run in a browser. */
export type BrowserProviderName = keyof typeof makers

const makers = { "commerce-engine": commerceEngine, menu, oauth2, unisouk, vault }

/** The provider that an emulator plays. */
export function providerOf(emulator: RemoteEmulator<BrowserProviderName>): Provider<unknown, unknown> {
  // Each maker takes what the emulator of its own name gives; the pair is lost on the way through two unions.
  const make = makers[emulator.name] as unknown as (options: unknown) => Provider<unknown, unknown>
  return make(emulator.options)
}
