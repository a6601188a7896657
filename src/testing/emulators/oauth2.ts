import type { RequestPurpose } from "../emulator.types.ts"
import { accounts } from "./accounts.ts"
import type { Asked, Emulation, Reply } from "./emulation.types.ts"
import { createGrants, type EmulatedGrant } from "./grants.ts"
import { clientOf } from "./oauth2-client.ts"
import { plainError } from "./reply.ts"
import { resourceRoutes } from "./resource.ts"
import { jwtOf, randomText } from "./tokens.ts"

/** A server of RFC 6749 section 6 and RFC 7009; its resource speaks RFC 6750 and RFC 9470. */
export const oauth2: Emulation<"oauth2"> = {
  switches: {
    newRefreshToken: true,
    expiresIn: true,
    accessToken: "opaque",
    resourceChallenge: "invalid_token",
    clientAuthentication: "none",
  },
  accessTokenTtlS: 3600,
  refreshTokenTtlS: 30 * 24 * 3600, // ours
  accounts: accounts("user-1", "user-2"),
  credentials: () => undefined,
  options: (url, { clientAuthentication }) => ({
    tokenUrl: `${url}/oauth/token`,
    revocationUrl: `${url}/oauth/revoke`,
    clientId: "emulated client",
    // Its characters find out a client that does not encode them.
    ...(clientAuthentication === "none" ? {} : { clientSecret: "no secret: 100% a+b" }),
    clientAuthentication,
  }),

  serve(world) {
    const { options, switches, ledger, stats } = world
    const grants = createGrants(world, {
      accessToken: (session, times) => (switches.accessToken === "opaque" ? randomText(32) : jwtOf({ sub: session.user, ...times })),
      refreshToken: () => randomText(32),
      handsOut: switches.newRefreshToken,
    })

    const granted = ({ accessToken, refreshToken }: EmulatedGrant): Reply => ({
      status: 200,
      headers: noStore,
      body: {
        access_token: accessToken,
        token_type: "Bearer",
        expires_in: switches.expiresIn ? world.accessTokenTtlS : undefined,
        refresh_token: refreshToken,
      },
    })

    /** What both endpoints check first: a form, each parameter once, and the client. */
    const withForm = (asked: Asked, answer: (form: URLSearchParams) => Reply): Reply => {
      const form = formOf(asked)
      if (!form) return failed("invalid_request", "The body must be a form that names each parameter once.")
      const client = clientOf(asked, form)
      const { clientAuthentication, clientId, clientSecret } = options
      if (client?.kind === clientAuthentication && client.id === clientId && client.secret === clientSecret) return answer(form)
      return asked.headers.has("authorization") ? unknownClient : failed("invalid_client")
    }

    const refresh = (asked: Asked) =>
      withForm(asked, (form) => {
        if (!form.get("grant_type")) return failed("invalid_request", "grant_type is missing.")
        if (form.get("grant_type") !== "refresh_token") return failed("unsupported_grant_type")
        const refreshToken = form.get("refresh_token")
        if (!refreshToken) return failed("invalid_request", "refresh_token is missing.")
        const presented = ledger.present(refreshToken)
        return presented.good && !world.suspended(presented.session.user) ? granted(grants.renew(presented)) : failed("invalid_grant")
      })

    /** A refresh token takes its session along; a token nobody knows is as good as revoked (RFC 7009, 2.1 and 2.2). */
    const revoke = (asked: Asked) =>
      withForm(asked, (form) => {
        const token = form.get("token")
        if (!token) return failed("invalid_request", "token is missing.")
        const found = ledger.lookUp(token)
        if (found.good) {
          ledger.end(found.session)
          stats.logouts++
        } else ledger.revokeAccess(token)
        return { status: 200 }
      })

    const challenged = (status: number, error?: string, more = ""): Reply => ({
      ...plainError(status),
      headers: {
        "www-authenticate": `Bearer realm="emulator"${error === undefined ? "" : `, error="${error}"${more}`}`,
      },
    })
    const challenge = (): Reply | undefined => {
      switch (switches.resourceChallenge) {
        case "insufficient_user_authentication":
          return challenged(401, "insufficient_user_authentication", ', acr_values="stronger"')
        case "insufficient_scope":
          return challenged(403, "insufficient_scope", ', scope="more"')
        case "invalid_token":
          return undefined
      }
    }
    const unauthorized = (asked: Asked): Reply =>
      // A request without a token is told no error (RFC 6750, 3.1).
      asked.headers.has("authorization") ? challenged(401, "invalid_token") : challenged(401)

    const formToken = (name: string) => (asked: Asked) => formOf(asked)?.get(name) ?? undefined
    return {
      routes: [
        {
          methods: ["POST"],
          path: "/oauth/token",
          on: "refresh",
          credential: formToken("refresh_token"),
          answer: refresh,
        },
        { methods: ["POST"], path: "/oauth/revoke", on: "logout", credential: formToken("token"), answer: revoke },
        ...resourceRoutes({ ledger, unauthorized, challenge }),
      ],
      mint: (account) => granted(grants.begin(account.id)),
      badRequest: (_asked, message) => failed("invalid_request", message),
      notFound: () => plainError(404, "Not found"), // ours
      failure: (status, asked, on) =>
        on === "resource" && status === 401 ? unauthorized(asked) : (endpointError(status, asked, on) ?? plainError(status)),
    }
  },
}

const noStore = { "cache-control": "no-store", pragma: "no-cache" }

function failed(error: string, description?: string): Reply {
  return { status: 400, headers: noStore, body: { error, error_description: description } }
}

/** A client that tried the header must be told which scheme to use (RFC 6749, section 5.2). */
const unknownClient: Reply = {
  ...failed("invalid_client"),
  status: 401,
  headers: { ...noStore, "www-authenticate": 'Basic realm="emulator"' },
}

/** The token endpoint knows two error statuses: 400 is the refusal, 401 an unknown client. */
function endpointError(status: number, asked: Asked, on: RequestPurpose): Reply | undefined {
  if (on === "resource") return undefined
  if (status === 400) return failed("invalid_grant")
  if (status !== 401) return undefined
  return asked.headers.has("authorization") ? unknownClient : { ...failed("invalid_client"), status }
}

/** The parameters of a form body; `undefined` when it is none, or says one of them twice. */
function formOf(asked: Asked): URLSearchParams | undefined {
  if (!/^application\/x-www-form-urlencoded\b/i.test(asked.headers.get("content-type") ?? "")) return undefined
  const form = new URLSearchParams(asked.body)
  const names = [...form.keys()]
  return new Set(names).size === names.length ? form : undefined
}
