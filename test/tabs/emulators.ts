import { onTestFinished } from "vitest"
import type { Emulator, EmulatorName, EmulatorOptions } from "../../src/testing/emulator.types.ts"
import { startEmulator } from "../../src/testing/node.ts"
import type { AppOptions } from "./app.ts"
import type { Site } from "./tabs-lab.ts"

/** Starts an emulator that is closed when the test is over. */
export async function started<Name extends EmulatorName>(name: Name, options: Omit<EmulatorOptions<Name>, "url">): Promise<Emulator<Name>> {
  const emulator = await startEmulator(name, options)
  onTestFinished(() => emulator.close())
  return emulator
}

/** What an app's session at VAULT is made of; VAULT is on a site of its own. */
export function atVault({ options, url }: Emulator<"vault">): AppOptions {
  return { provider: "vault", options, baseURL: url }
}

/** What an app's session at Unisouk is made of, whose API is on the app's site, or anywhere else. */
export function atUnisouk({ options, url }: Emulator<"unisouk">, site: Site, baseURL = site.api(url)): AppOptions {
  return { provider: "unisouk", options: { ...options, baseUrl: baseURL }, baseURL }
}
