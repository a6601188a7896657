import { onTestFinished } from "vitest"
import { createSession, type Session, type SessionOptions, type SessionSnapshot, type SessionStore } from "../../src/index.ts"
import type { Provider } from "../../src/core/provider.ts"
import type { SessionRecord } from "../../src/core/record.ts"
import { commerceEngine } from "../../src/providers/commerce-engine.ts"
import { geins } from "../../src/providers/geins.ts"
import { menu } from "../../src/providers/menu.ts"
import { oauth2 } from "../../src/providers/oauth2.ts"
import { unisouk } from "../../src/providers/unisouk.ts"
import { vault } from "../../src/providers/vault.ts"
import { memoryStore } from "../../src/stores/memory.ts"
import type { Emulator, EmulatorClock, EmulatorOptions } from "../../src/testing/emulator.types.ts"
import { createEmulator, manualClock, type EmulatorName, type ManualClock } from "../../src/testing/index.ts"

export const SECOND = 1_000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** The five providers, and the one that stands for all others. */
export const PROVIDERS = ["geins", "unisouk", "menu", "commerce-engine", "vault", "oauth2"] as const satisfies readonly EmulatorName[]

const makers = { geins, unisouk, menu, "commerce-engine": commerceEngine, vault, oauth2 }

type AnySession = Session<unknown, unknown>

interface SettingOptions<Name extends EmulatorName> extends Partial<Omit<SessionOptions<unknown, unknown>, "clock">> {
  readonly clock?: ManualClock
  readonly emulator?: EmulatorOptions<Name>
  /** Options of the provider, beside those that the emulator names. */
  readonly options?: object
}

/** A provider on an emulator in memory, one store, and a session that has not begun. Access tokens live for a quarter of an hour. */
export function setting<Name extends EmulatorName>(
  name: Name,
  { clock = manualClock(), store = memoryStore(), emulator: emulatorOptions, options, ...sessionOptions }: SettingOptions<Name> = {},
) {
  const emulator = createEmulator(name, { clock, accessTokenTtlS: 900, ...emulatorOptions } as EmulatorOptions<Name>)
  const make = makers[name] as unknown as (options: object) => Provider<unknown, unknown>
  const provider = sessionOptions.provider ?? make({ ...emulator.options, ...options })
  /** One more session on the same store: another tab, or another process. */
  const holder = (more: Partial<SessionOptions<unknown, unknown>> = {}): AnySession =>
    stopped(createSession({ clock, store, fetch: emulator.fetch, baseURL: emulator.url, ...sessionOptions, provider, ...more }))
  /** Logs a user in where the provider documents a login; hands over what it mints where it does not. */
  const signIn = async (session: AnySession, user: 0 | 1 = 0): Promise<SessionSnapshot> =>
    emulator.users[user] === undefined ? session.accept(await emulator.mint({ user })) : session.login(emulator.users[user])
  return { clock, emulator, provider, store, holder, signIn, session: holder(), inStore: () => recordIn(store, clock) }
}

/** The same, signed in. */
export async function signedIn<Name extends EmulatorName>(name: Name, options: SettingOptions<Name> = {}) {
  const set = setting(name, options)
  await set.signIn(set.session)
  return set
}

/** What a store holds. */
export function recordIn(store: SessionStore, clock: ManualClock): Promise<SessionRecord | null> {
  return store.connect({ holder: "somebody who only looks", clock }).read()
}

/** A clock that is ahead of another one, or behind it. */
export function aheadBy(ms: number, clock: ManualClock): EmulatorClock {
  return { now: () => clock.now() + ms, track: (work) => clock.track(work) }
}

/** Stops a session when its test is over. */
export function stopped<Stoppable extends { stop(): void }>(session: Stoppable): Stoppable {
  onTestFinished(() => session.stop())
  return session
}

/** Where a fault waits until the test lets it go. */
export function door(): { open: () => void; readonly opened: Promise<void> } {
  let open!: () => void
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open, opened }
}

/** What has become of a promise by now. */
export function watched<Value>(promise: Promise<Value>) {
  const seen: { is: "pending" | "done" | "failed"; value?: Value; error?: unknown } = { is: "pending" }
  promise.then(
    (value) => Object.assign(seen, { is: "done", value }),
    (error: unknown) => Object.assign(seen, { is: "failed", error }),
  )
  return seen
}

/** How many refreshes were asked for, whatever came of them. */
export function refreshRequests({ log }: Pick<Emulator, "log">): number {
  return log.filter(({ on }) => on === "refresh").length
}

/** A JWT with these claims, that nobody has signed. */
export function jwt(claims: Record<string, unknown>): string {
  const encoded = (part: unknown) => btoa(JSON.stringify(part)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")
  return `${encoded({ alg: "none" })}.${encoded(claims)}.signature`
}
