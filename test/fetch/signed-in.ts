import { onTestFinished } from "vitest"
import { createSession, type KeepAlive, type Session, type SessionOptions } from "../../src/index.ts"
import { menu } from "../../src/providers/menu.ts"
import { oauth2 } from "../../src/providers/oauth2.ts"
import { vault } from "../../src/providers/vault.ts"
import type { Emulator, EmulatorOptions } from "../../src/testing/emulator.types.ts"
import { createEmulator, manualClock, type ManualClock } from "../../src/testing/index.ts"

/** A session of VAULT on an emulator in memory, signed in, with tokens of a quarter of an hour. */
export async function signedIn({
  emulator: emulatorOptions,
  ...options
}: Partial<SessionOptions> & { emulator?: EmulatorOptions<"vault"> } = {}): Promise<{
  clock: ManualClock
  emulator: Emulator<"vault">
  session: Session
}> {
  const clock = manualClock()
  const emulator = createEmulator("vault", { clock, accessTokenTtlS: 900, ...emulatorOptions })
  const { url: baseURL, fetch } = emulator
  const session = stopped(createSession({ provider: vault(emulator.options), baseURL, clock, fetch, ...options }))
  await session.accept(await emulator.mint())
  return { clock, emulator, session }
}

/** The same of an OAuth 2.0 server. */
export async function signedInAtOAuth2({ emulator: emulatorOptions }: { emulator?: EmulatorOptions<"oauth2"> } = {}) {
  const clock = manualClock()
  const emulator = createEmulator("oauth2", { clock, accessTokenTtlS: 900, ...emulatorOptions })
  const session = stopped(createSession({ provider: oauth2(emulator.options), baseURL: emulator.url, clock, fetch: emulator.fetch }))
  await session.accept(await emulator.mint())
  return { clock, emulator, session }
}

/** The same of MENU, where a refresh kills the token that it spends. */
export async function signedInAtMenu(options: { keepAlive?: KeepAlive; maxWaitMs?: number } = {}) {
  const clock = manualClock()
  const emulator = createEmulator("menu", { clock, accessTokenTtlS: 900 })
  const { url: baseURL, fetch } = emulator
  const session = stopped(createSession({ provider: menu(emulator.options), baseURL, clock, fetch, ...options }))
  await session.accept(await emulator.mint())
  return { clock, emulator, session }
}

/** A session whose API is whatever `fetch` says; what it was called with is written down. */
export async function sentBy(options: Partial<SessionOptions> = {}, answer = (_at: number): Response => new Response("{}")) {
  const sent: { input: string | URL | Request; init: RequestInit | undefined }[] = []
  const clock = manualClock()
  const session = stopped(
    createSession({
      provider: vault({ partnerId: 7, baseUrl: "https://api.example.com" }),
      clock,
      fetch: async (input, init) => {
        sent.push({ input, init })
        return answer(sent.length)
      },
      ...options,
    }),
  )
  await session.accept({ accessToken: TOKEN, refreshToken: "refresh-token-of-ada", expiresAt: clock.now() + 900_000 })
  const authorizations = () => sent.map(({ input, init }) => new Request(input, init).headers.get("authorization"))
  return { sent, clock, session, authorizations }
}

/** The access token that {@link sentBy} accepts. */
export const TOKEN = "access-token-of-ada"

/** Stops a session when its test is over. */
export function stopped<T extends { stop(): void }>(session: T): T {
  onTestFinished(() => session.stop())
  return session
}

/** A door that a fault waits at until the test opens it. */
export function door(): { open: () => void; opened: Promise<void> } {
  let open!: () => void
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open, opened }
}

/** What a promise has come to by now: its value, its error, or that it is still pending. */
export function watched<T>(promise: Promise<T>): { is: "pending" | "done" | "failed"; value?: T; error?: unknown } {
  const seen: { is: "pending" | "done" | "failed"; value?: T; error?: unknown } = { is: "pending" }
  promise.then(
    (value) => Object.assign(seen, { is: "done", value }),
    (error: unknown) => Object.assign(seen, { is: "failed", error }),
  )
  return seen
}

/** The bearers that the resource saw, in order. */
export function bearers({ log }: Emulator): (string | undefined)[] {
  return log.filter(({ on }) => on === "resource").map(({ credential }) => credential)
}

/** How many refreshes were asked for. */
export function refreshRequests({ log }: Emulator): number {
  return log.filter(({ on }) => on === "refresh").length
}
