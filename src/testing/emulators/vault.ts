import { accounts } from "./accounts.ts"
import { lacksJson, textField } from "./asked.ts"
import type { Asked, Emulation, Reply } from "./emulation.types.ts"
import { createGrants, type EmulatedGrant } from "./grants.ts"
import { plainError } from "./reply.ts"
import { resourceRoutes } from "./resource.ts"
import { jwtOf, randomText } from "./tokens.ts"

/** VAULT: one endpoint, and no login; sessions begin with `mint`. */
export const vault: Emulation<"vault"> = {
  switches: { refusalStatus: 400, newRefreshToken: true, expiresIn: true, refusalBody: true, accessToken: "jwt" },
  // The prose says 24 hours, the sample reply 3600 s.
  accessTokenTtlS: 24 * 3600,
  refreshTokenTtlS: 30 * 24 * 3600, // ours
  accounts: accounts("501", "502"),
  credentials: () => undefined,
  options: (url) => ({ partnerId: 4711, baseUrl: url }),

  serve(world) {
    const { options, switches, ledger } = world
    const grants = createGrants(world, {
      accessToken: (session, times) => (switches.accessToken === "opaque" ? randomText(32) : jwtOf({ sub: session.user, ...times })),
      refreshToken: () => randomText(32),
      handsOut: switches.newRefreshToken,
    })

    const granted = ({ accessToken, refreshToken }: EmulatedGrant): Reply => ({
      status: 200,
      body: {
        access_token: accessToken,
        refresh_token: refreshToken,
        expires_in: switches.expiresIn ? world.accessTokenTtlS : undefined,
        token_type: "Bearer",
      },
    })
    const oauthError = (status: number, error: string, error_description: string): Reply => ({
      status,
      body: { error, error_description },
    })
    const refused = (status: number): Reply =>
      switches.refusalBody ? oauthError(status, "invalid_grant", "The refresh token is expired or not valid.") : { status }
    // The document knows this error, but for one reason only, and without a status.
    const badRequest = (_asked: Asked, message: string): Reply => oauthError(400, "invalid_request", message)

    const refresh = (asked: Asked): Reply => {
      const refreshToken = textField(asked, "refreshToken")
      if (refreshToken === undefined) return badRequest(asked, "The refresh token is missing.")
      const presented = ledger.present(refreshToken)
      return presented.good && !world.suspended(presented.session.user) ? granted(grants.renew(presented)) : refused(switches.refusalStatus)
    }

    return {
      routes: [
        {
          methods: ["POST"],
          path: "/v1/auth/token",
          on: "refresh",
          lacks: (asked) => wrongHeaders(asked, options.partnerId) ?? lacksJson(asked),
          credential: (asked) => textField(asked, "refreshToken"),
          answer: refresh,
        },
        ...resourceRoutes({ ledger, unauthorized: () => plainError(401, "Unauthorized") }), // ours
      ],
      mint: (account) => granted(grants.begin(account.id)),
      badRequest,
      notFound: () => plainError(404, "Not found"), // ours
      failure: (status, _asked, on) => (on === "refresh" && (status === 400 || status === 401) ? refused(status) : plainError(status)),
    }
  },
}

function wrongHeaders(asked: Asked, partnerId: number): string | undefined {
  if (asked.headers.get("partnerId") !== String(partnerId)) return "partnerId must be the partner's number, in decimal"
  if (asked.headers.get("grantType") !== "refresh_token") return "grantType must be refresh_token"
  return undefined
}
