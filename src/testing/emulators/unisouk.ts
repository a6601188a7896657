import { accounts, type Account } from "./accounts.ts"
import { cookieOf, lacksJson, textField } from "./asked.ts"
import type { Asked, Emulation, Reply } from "./emulation.types.ts"
import { createGrants, type EmulatedGrant } from "./grants.ts"
import { plainError } from "./reply.ts"
import { resourceRoutes } from "./resource.ts"
import { jwtOf, randomText } from "./tokens.ts"

/** Unisouk: the refresh credential is a cookie that no script can read. */
export const unisouk: Emulation<"unisouk"> = {
  switches: { refreshMethod: "GET", inactive: "403", rotation: true },
  accessTokenTtlS: 15 * 60,
  refreshTokenTtlS: 30 * 24 * 3600, // ours
  // Too big for a number, so that a client that parses ids is found out.
  accounts: accounts("9007199254740993", "9007199254740995"),
  rotates: ({ rotation }) => rotation,
  credentials: ({ email, password }) => ({ email, password }),
  options: (url) => ({ storeId: "9007199254741997", baseUrl: url }),

  serve(world) {
    const { options, switches, ledger, stats } = world
    const cookieName = `__Secure-unisouk.${options.storeId}.refresh-token`
    const grants = createGrants(world, {
      accessToken: (session, times) => jwtOf({ sub: session.user, storeId: options.storeId, ...times }, "key_emulated"),
      refreshToken: () => randomText(32),
      handsOut: switches.rotation,
    })

    const failed = (asked: Asked, statusCode: number, message: string): Reply => ({
      status: statusCode,
      body: {
        requestId: crypto.randomUUID(),
        error: errorNames[statusCode],
        statusCode,
        message,
        path: asked.url.pathname,
        timestamp: world.now(),
      },
    })
    const badRequest = (asked: Asked, message: string): Reply => failed(asked, 400, message)
    const unauthorized = (asked: Asked): Reply => failed(asked, 401, "Access token is expired or not valid")
    const forbidden = (asked: Asked): Reply => failed(asked, 403, "The account is inactive or suspended")

    // SameSite=None, so that the cookie also travels from a shop on another site; that wants Secure, which it is.
    const cookie = (value: string, maxAgeS: number): Record<string, string> => ({
      "set-cookie": `${cookieName}=${value}; Path=/; Max-Age=${maxAgeS}; HttpOnly; Secure; SameSite=None`,
    })
    const granted = (message: string, { user, accessToken, refreshToken }: EmulatedGrant, more = {}): Reply => {
      const account = world.accounts.find(({ id }) => id === user)
      const customer = account && customerOf(account, options.storeId, world.suspended(user) ? "INACTIVE" : "ACTIVE")
      return {
        status: 200,
        headers: refreshToken === undefined ? {} : cookie(refreshToken, world.refreshTokenTtlS),
        body: { message, data: { customer, accessToken, ...more }, source: "db" },
      }
    }
    const refusesInactive = (user: string): boolean => world.suspended(user) && switches.inactive === "403"

    const login = (asked: Asked): Reply => {
      if (textField(asked, "storeId") !== options.storeId) return badRequest(asked, "storeId must name the store")
      const account = world.accounts.find(({ email }) => email === textField(asked, "email"))
      if (account?.password !== textField(asked, "password") || !account) return failed(asked, 401, "Email or password is wrong")
      if (refusesInactive(account.id)) return forbidden(asked)
      stats.logins++
      return granted("Login Success", grants.begin(account.id), { isVerified: true })
    }

    const refresh = (asked: Asked): Reply => {
      const presented = ledger.present(cookieOf(asked, cookieName) ?? "")
      if (!presented.good) return failed(asked, 401, `Refresh token ${presented.why === "expired" ? "expired" : "invalid"}`)
      if (refusesInactive(presented.session.user)) return forbidden(asked)
      return granted("Refresh Success.", grants.renew(presented))
    }

    const logout = (asked: Asked): Reply => {
      const session = ledger.bearer(asked.bearer)
      if (!session) return unauthorized(asked)
      ledger.end(session)
      stats.logouts++
      const email = world.accounts.find(({ id }) => id === session.user)?.email
      return { status: 200, headers: cookie("", 0), body: { message: "Logout Success", data: { email }, source: "" } }
    }

    const lacksStore = (asked: Asked) =>
      asked.headers.get("x-store-id") === options.storeId ? undefined : "The header x-store-id must name the store"
    return {
      routes: [
        {
          methods: ["POST"],
          path: "/auth/login",
          on: "login",
          lacks: (asked) => lacksStore(asked) ?? lacksJson(asked),
          answer: login,
        },
        {
          methods: [switches.refreshMethod],
          path: `/auth/refresh/${options.storeId}`,
          on: "refresh",
          lacks: lacksStore,
          credential: (asked) => cookieOf(asked, cookieName),
          answer: refresh,
        },
        { methods: ["GET"], path: "/auth/logout", on: "logout", lacks: lacksStore, answer: logout },
        ...resourceRoutes({ ledger, unauthorized }),
      ],
      mint: (account) => granted("Login Success", grants.begin(account.id), { isVerified: true }),
      badRequest,
      notFound: (asked) => failed(asked, 404, `Cannot ${asked.method} ${asked.url.pathname}`),
      failure: (status, asked) => (status in errorNames ? failed(asked, status, `Emulated status ${status}`) : plainError(status)),
    }
  },
}

const errorNames: Record<number, string> = {
  400: "BadRequestException",
  401: "UnauthorizedException",
  403: "ForbiddenException",
  404: "NotFoundException",
  500: "InternalServerError",
}

function customerOf({ id, email }: Account, storeId: string, status: "ACTIVE" | "INACTIVE") {
  return {
    id,
    storeId,
    email,
    mobileNumber: null,
    emailVerified: "2025-11-03T09:15:00.120Z",
    mobileVerified: null,
    status,
    createdAt: "2025-11-03T09:12:41.007Z",
    updatedAt: "2025-11-03T09:15:00.121Z",
  }
}
