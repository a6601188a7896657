import { accounts, type Account } from "./accounts.ts"
import { lacksJson, textField } from "./asked.ts"
import type { Asked, Emulation, Reply } from "./emulation.types.ts"
import { createGrants, type EmulatedGrant } from "./grants.ts"
import { plainError } from "./reply.ts"
import { resourceRoutes } from "./resource.ts"
import { jwtOf, randomText } from "./tokens.ts"

/** Commerce Engine: a pair of JWTs for everybody, anonymous visitors too, and no expiry field anywhere. */
export const commerceEngine: Emulation<"commerce-engine"> = {
  switches: { refreshNeedsAuthorization: false, refreshToken: "jwt", refusalStatus: 400, successFalse: false },
  accessTokenTtlS: 3600, // ours
  refreshTokenTtlS: 30 * 24 * 3600, // ours
  accounts: accounts("01H9XSPZX4Z0Z3W9QK7V3J7001", "01H9XSPZX4Z0Z3W9QK7V3J7002"),
  credentials: ({ email, password }) => ({ email, password }),
  options: (url) => ({ baseUrl: url, apiKey: "emulated-api-key" }),

  serve(world) {
    const { options, switches, ledger, stats } = world
    let visitors = 0
    const grants = createGrants(world, {
      accessToken: (session, times) => jwtOf({ sub: session.user, is_anonymous: session.anonymous, ...times }),
      refreshToken: (session, times) => (switches.refreshToken === "opaque" ? randomText(48) : jwtOf({ sub: session.user, ...times })),
      handsOut: true,
    })

    const succeeded = (message: string, content: Record<string, unknown>): Reply => ({
      status: 200,
      body: { message, success: true, content },
    })
    const granted = (message: string, { accessToken, refreshToken }: EmulatedGrant, user?: object): Reply =>
      succeeded(message, { user, access_token: accessToken, refresh_token: refreshToken })
    const failed = (status: number, message: string): Reply => ({
      status: switches.successFalse ? 200 : status,
      body: { message, success: false, code: codes[status] }, // the codes are ours
    })
    const unauthorized = (): Reply => ({ ...failed(401, "The access token is expired or not valid"), status: 401 })
    const badRequest = (_asked: Asked, message: string): Reply => ({ ...failed(400, message), status: 400 })

    const login = (asked: Asked): Reply => {
      const account = world.accounts.find(({ email }) => email === textField(asked, "email"))
      if (!account || account.password !== textField(asked, "password") || world.suspended(account.id))
        return failed(switches.refusalStatus, "Email or password is wrong")
      stats.logins++
      return granted("Logged in", grants.begin(account.id), userOf(account))
    }

    const visit = (message: string): Reply => {
      const id = `anonymous-${++visitors}`
      return granted(message, grants.begin(id, { anonymous: true }), { id, is_anonymous: true })
    }

    const refresh = (asked: Asked): Reply => {
      const refreshToken = textField(asked, "refresh_token")
      if (refreshToken === undefined) return badRequest(asked, "refresh_token is missing")
      // An expired access token will do: it says whose refresh token this is.
      if (switches.refreshNeedsAuthorization && !ledger.sessionOf(asked.bearer)) return unauthorized()
      const presented = ledger.present(refreshToken)
      return presented.good && !world.suspended(presented.session.user)
        ? granted("Token refreshed", grants.renew(presented))
        : failed(switches.refusalStatus, "The refresh token is expired or not valid")
    }

    const logout = (asked: Asked): Reply => {
      const session = ledger.bearer(asked.bearer)
      if (!session) return unauthorized()
      ledger.end(session)
      stats.logouts++
      return visit("Logged out")
    }

    const userDetails = (asked: Asked): Reply => {
      const session = ledger.bearer(asked.bearer)
      if (!session) return unauthorized()
      const account = world.accounts.find(({ id }) => id === session.user)
      if (!account || asked.url.pathname !== `/auth/user/${account.id}`) return failed(404, "No such user")
      return succeeded("User", { user: userOf(account) })
    }

    return {
      routes: [
        { methods: ["POST"], path: "/auth/login/password", on: "login", lacks: lacksJson, answer: login },
        {
          methods: ["POST"],
          path: "/auth/anonymous",
          on: "login",
          lacks: (asked) =>
            asked.headers.get("X-Api-Key") === options.apiKey ? undefined : "The header X-Api-Key must be the store's key",
          answer() {
            stats.logins++
            return visit("Hello")
          },
        },
        {
          methods: ["POST"],
          path: "/auth/refresh-token",
          on: "refresh",
          lacks: lacksJson,
          credential: (asked) => textField(asked, "refresh_token"),
          answer: refresh,
        },
        { methods: ["POST"], path: "/auth/logout", on: "logout", answer: logout },
        { methods: ["GET"], path: /^\/auth\/user\/[^/]+$/, on: "resource", answer: userDetails },
        ...resourceRoutes({ ledger, unauthorized }),
      ],
      mint: (account) => granted("Logged in", grants.begin(account.id), userOf(account)),
      badRequest,
      notFound: () => ({ ...failed(404, "Not found"), status: 404 }),
      failure: (status) => (status in codes ? { ...failed(status, `Emulated status ${status}`), status } : plainError(status)),
    }
  },
}

const codes: Record<number, string> = {
  400: "BAD_REQUEST",
  401: "UNAUTHORIZED",
  403: "FORBIDDEN",
  404: "NOT_FOUND",
}

function userOf({ id, email, firstName, lastName }: Account) {
  return { id, email, first_name: firstName, last_name: lastName, is_anonymous: false }
}
