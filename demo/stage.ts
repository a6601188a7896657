import { createSession, type Provider, type Session } from "../src/index.ts"
import { commerceEngine } from "../src/providers/commerce-engine.ts"
import { geins } from "../src/providers/geins.ts"
import { menu } from "../src/providers/menu.ts"
import { unisouk } from "../src/providers/unisouk.ts"
import { vault } from "../src/providers/vault.ts"
import { memoryStore } from "../src/stores/memory.ts"
import type { Emulator, EmulatorName, EmulatorOptions, Emulators } from "../src/testing/emulator.types.ts"
import { startEmulator } from "../src/testing/node.ts"

/** A provider's emulator behind a real HTTP server, and a session that talks to it. */
export interface Stage {
  readonly name: ProviderName
  readonly emulator: Emulator
  readonly provider: Provider<unknown, unknown>
  readonly session: Session
  signIn(): Promise<unknown>
  close(): Promise<void>
}

export type ProviderName = (typeof providerNames)[number]

export const providerNames = ["geins", "unisouk", "menu", "commerce-engine", "vault"] as const satisfies readonly EmulatorName[]

/**
 * How the servers are set up. The grace is what a replay after a lost answer needs: a server without it has spent the credential, says
 * no to the replay, and the session ends by that rule.
 */
export const conditions = { accessTokenTtlS: 3, graceS: 10 } as const

/** Starts a provider's emulator, and makes a session for it. */
export function openStage(name: ProviderName, changed: EmulatorOptions<EmulatorName> = {}): Promise<Stage> {
  return openings[name](changed)
}

const openings: { readonly [Name in ProviderName]: (changed: EmulatorOptions<EmulatorName>) => Promise<Stage> } = {
  geins: (changed) => opened("geins", changed, geins, logIn),
  unisouk: (changed) => opened("unisouk", changed, unisouk, logIn),
  menu: (changed) => opened("menu", changed, menu, logIn),
  "commerce-engine": (changed) => opened("commerce-engine", changed, commerceEngine, logIn),
  // It documents no login: a reply got elsewhere is handed over.
  vault: (changed) => opened("vault", changed, vault, async (session, emulator) => session.accept(await emulator.mint())),
}

async function logIn<Credentials>(session: Session<unknown, Credentials>, emulator: { readonly credentials: Credentials }): Promise<void> {
  await session.login(emulator.credentials)
}

async function opened<Name extends ProviderName, User, Credentials>(
  name: Name,
  changed: EmulatorOptions<EmulatorName>,
  providerOf: (options: Emulators[Name]["options"]) => Provider<User, Credentials>,
  signIn: (session: Session<User, Credentials>, emulator: Emulator<Name>) => Promise<unknown>,
): Promise<Stage> {
  const emulator = await startEmulator(name, { ...conditions, ...(changed as EmulatorOptions<Name>) })
  const provider = providerOf({ ...emulator.options })
  const session = createSession({ provider, baseURL: emulator.url, store: memoryStore() })
  return {
    name,
    emulator: emulator as unknown as Emulator,
    provider: provider as Provider<unknown, unknown>,
    session: session as unknown as Session,
    signIn: () => signIn(session, emulator),
    async close() {
      session.stop()
      await emulator.close()
      await session.stopped
    },
  }
}
