import { playEmulation } from "./emulator.ts"
import type { Emulator, EmulatorClock } from "./emulator.types.ts"
import { accounts } from "./emulators/accounts.ts"
import { fieldsOf } from "./emulators/asked.ts"
import type { Emulation, Reply } from "./emulators/emulation.types.ts"
import { createGrants, type EmulatedGrant } from "./emulators/grants.ts"
import { plainError } from "./emulators/reply.ts"
import { resourceRoutes } from "./emulators/resource.ts"
import { randomText } from "./emulators/tokens.ts"

/** A token provider in a few lines, for {@link emulatorOf}. */
export interface EmulatorDescription<Options> {
  /** What your provider is made with. */
  readonly options: (url: string) => Options
  /** Its refresh call, and where the refresh credential is in it. */
  readonly refresh: {
    readonly method: "GET" | "POST"
    readonly path: string
    readonly credential: (request: {
      readonly headers: Headers
      readonly url: URL
      readonly json: Readonly<Record<string, unknown>>
    }) => unknown
  }
  /** The body of a reply that yields tokens. */
  readonly reply: (grant: {
    readonly accessToken: string
    readonly refreshToken: string | undefined
    readonly expiresInS: number
    readonly user: string
  }) => unknown
  /** How a refresh credential is refused. */
  readonly refusal: { readonly status: number; readonly body?: unknown }
  /** For how long a spent refresh credential is answered all the same, s. Default 0. */
  readonly graceS?: number
  /** Lifetime of an access token, s. Default 3600. */
  readonly accessTokenTtlS?: number
}

/** An emulator of a provider of your own: that of `createEmulator`, with your options. */
export type OwnEmulator<Options> = Omit<Emulator, "name" | "options" | "credentials" | "users"> & {
  readonly options: Options
  readonly credentials?: undefined
}

/**
 * Makes an emulator of a provider that is not built in, to run its provider contract against: opaque tokens, rotation with reuse detection,
 * a ledger, faults, and the resource.
 *
 * @example
 * const emulator = emulatorOf({ options: (baseUrl) => ({ baseUrl }), refresh, reply, refusal: { status: 400 } }, { clock })
 */
export function emulatorOf<Options>(
  description: EmulatorDescription<Options>,
  { clock, url }: { clock?: EmulatorClock; url?: string } = {},
): OwnEmulator<Options> {
  // Any name will do: nothing of that provider is in the emulation but the name, so its types are put on and taken off again.
  const emulation = emulationOf(description) as unknown as Emulation<"vault">
  return playEmulation("vault", emulation, {
    ...(clock && { clock }),
    url: url ?? "https://provider.test",
  }) as unknown as OwnEmulator<Options>
}

function emulationOf<Options>({ options, refresh, reply, refusal, graceS = 0, accessTokenTtlS = 3600 }: EmulatorDescription<Options>) {
  return {
    switches: {},
    accessTokenTtlS,
    refreshTokenTtlS: 30 * 24 * 3600,
    accounts: accounts("1", "2"),
    graceS: () => graceS,
    credentials: () => undefined,
    options,
    serve(world: Parameters<Emulation<"vault">["serve"]>[0]): ReturnType<Emulation<"vault">["serve"]> {
      const grants = createGrants(world, { accessToken: () => randomText(32), refreshToken: () => randomText(32), handsOut: true })
      const granted = (grant: EmulatedGrant): Reply => ({ status: 200, body: reply({ ...grant, expiresInS: world.accessTokenTtlS }) })
      const credential = ({ headers, url, ...asked }: Parameters<typeof fieldsOf>[0]) => {
        const presented = refresh.credential({ headers, url, json: fieldsOf({ headers, url, ...asked }) })
        return typeof presented === "string" && presented !== "" ? presented : undefined
      }
      return {
        routes: [
          {
            methods: [refresh.method],
            path: refresh.path,
            on: "refresh",
            credential,
            answer(asked) {
              const presented = world.ledger.present(credential(asked) ?? "")
              return presented.good && !world.suspended(presented.session.user) ? granted(grants.renew(presented)) : refusal
            },
          },
          ...resourceRoutes({ ledger: world.ledger, unauthorized: () => plainError(401, "Unauthorized") }),
        ],
        mint: (account) => granted(grants.begin(account.id)),
        badRequest: (_, message) => plainError(400, message),
        notFound: () => plainError(404, "Not found"),
        failure: (status) => plainError(status),
      }
    },
  }
}
