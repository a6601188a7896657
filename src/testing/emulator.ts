import type { Emulator, EmulatorName, EmulatorOptions, Emulators } from "./emulator.types.ts"
import type { Emulation, World } from "./emulators/emulation.types.ts"
import { commerceEngine } from "./emulators/commerce-engine.ts"
import { createCookieJar, platformHidesCookies } from "./emulators/cookie-jar.ts"
import { createFaults } from "./emulators/faults.ts"
import { geins } from "./emulators/geins.ts"
import { createLedger } from "./emulators/ledger.ts"
import { createMemoryFetch } from "./emulators/memory-fetch.ts"
import { menu } from "./emulators/menu.ts"
import { oauth2 } from "./emulators/oauth2.ts"
import { createReception } from "./emulators/reception.ts"
import { unisouk } from "./emulators/unisouk.ts"
import { vault } from "./emulators/vault.ts"

/**
 * Plays a token provider in memory: it logs users in, refreshes, refuses and fails as the provider's document says,
 * keeps books of every credential, and serves a resource that wants the current bearer. No network, any platform.
 *
 * @throws {RangeError} for a name, or a switch, that does not exist.
 * @example
 * ```ts
 * const emulator = createEmulator("geins", { accessTokenTtlS: 60 })
 * const session = createSession({ provider: geins(emulator.options), baseURL: emulator.url, fetch: emulator.fetch })
 * await session.login(emulator.credentials)
 * emulator.fail({ on: "refresh", with: 503, times: 3 })
 * ```
 */
export function createEmulator<Name extends EmulatorName>(name: Name, options: EmulatorOptions<Name> = {}): Emulator<Name> {
  return playEmulation(name, emulationNamed(name), options)
}

/** Plays an emulation; see {@link createEmulator}. */
export function playEmulation<Name extends EmulatorName>(
  name: Name,
  emulation: Emulation<Name>,
  options: EmulatorOptions<Name>,
): Emulator<Name> {
  const switches = withDefaults(name, emulation.switches, options.switches)
  const url = new URL(options.url ?? `https://${name}.test`).origin
  const clock = options.clock ?? { now: () => Date.now() }
  const now = () => clock.now()
  const stats = { logins: 0, refreshes: 0, reused: 0, unauthorized: 0, logouts: 0, requests: 0 }
  const faults = createFaults()
  const suspended = new Set<string>()
  const ledger = createLedger({
    now,
    rotates: options.rotation ?? emulation.rotates?.(switches) ?? true,
    graceS: options.graceS ?? emulation.graceS?.(switches) ?? 0,
    onReuse: options.onReuse ?? "refuse",
    reused: () => stats.reused++,
  })
  const world: World<Name> = {
    options: emulation.options(url, switches),
    switches,
    accounts: emulation.accounts,
    url,
    accessTokenTtlS: options.accessTokenTtlS ?? emulation.accessTokenTtlS,
    refreshTokenTtlS: options.refreshTokenTtlS ?? emulation.refreshTokenTtlS,
    ledger,
    stats,
    now,
    suspended: (user) => suspended.has(user),
  }
  const keepsCookies = options.cookies === undefined ? platformHidesCookies() : options.cookies === "jar"
  const jar = keepsCookies ? createCookieJar() : undefined
  const track = <T>(work: Promise<T>): Promise<T> => clock.track?.(work) ?? work
  const reception = createReception({
    served: emulation.serve(world),
    strict: options.strict ?? true,
    faults,
    stats,
    now,
    track,
  })
  const [first, second] = emulation.accounts
  const idsOf = (user?: 0 | 1) => (user === undefined ? [first.id, second.id] : [emulation.accounts[user].id])

  return {
    name,
    url,
    options: world.options,
    credentials: emulation.credentials(first),
    users: [emulation.credentials(first), emulation.credentials(second)],
    mint: ({ user = 0 } = {}) => reception.mint(emulation.accounts[user], jar),
    async handle(request) {
      const outcome = await reception.receive(request, request.signal)
      return "response" in outcome ? outcome.response : outcome.pending
    },
    fetch: createMemoryFetch({ url, receive: reception.receive, track, jar }),
    log: reception.log,
    stats,
    ledger,
    fail: faults.queue,
    heal: faults.clear,
    revokeAccessToken: () => ledger.revokeAccess(),
    // Without a user also the anonymous sessions end.
    revokeSession: (user) => ledger.endAll(user === undefined ? undefined : idsOf(user)),
    suspendUser(user) {
      for (const id of idsOf(user)) suspended.add(id)
    },
    reactivateUser(user) {
      for (const id of idsOf(user)) suspended.delete(id)
    },
    async close() {
      reception.close()
    },
  }
}

const emulations: { readonly [Name in EmulatorName]: Emulation<Name> } = {
  geins,
  unisouk,
  menu,
  "commerce-engine": commerceEngine,
  vault,
  oauth2,
}

function emulationNamed<Name extends EmulatorName>(name: Name): Emulation<Name> {
  if (!Object.hasOwn(emulations, name))
    throw new RangeError(`createEmulator: no provider "${name}"; there are ${Object.keys(emulations).join(", ")}`)
  return emulations[name]
}

function withDefaults<Name extends EmulatorName>(
  name: Name,
  defaults: Emulators[Name]["switches"],
  chosen: Partial<Emulators[Name]["switches"]> = {},
): Emulators[Name]["switches"] {
  for (const key of Object.keys(chosen))
    if (!Object.hasOwn(defaults, key))
      throw new RangeError(`createEmulator: ${name} has no switch "${key}"; it has ${Object.keys(defaults).join(", ")}`)
  return { ...defaults, ...chosen }
}
