import { accounts, type Account } from "./accounts.ts"
import { lacksHeader, lacksJson, textField } from "./asked.ts"
import type { Asked, Emulation, Reply } from "./emulation.types.ts"
import type { LedgerSession } from "./ledger.ts"
import { resourceRoutes } from "./resource.ts"
import { jwtOf, randomText, tokenTimes } from "./tokens.ts"

const thirtyDaysS = 30 * 24 * 3600

/** MENU: the access token is its own refresh credential, and a refresh kills it. */
export const menu: Emulation<"menu"> = {
  switches: { ttlUnit: "minutes", windowFrom: "iat", graceS: 0, jwt: true, logout: true },
  // As both sample tokens live; the prose says 24 minutes.
  accessTokenTtlS: 3600,
  refreshTokenTtlS: thirtyDaysS,
  accounts: accounts("5d0c1d1e-6a52-4c8f-9b6e-0f1f5f0a7001", "5d0c1d1e-6a52-4c8f-9b6e-0f1f5f0a7002"),
  graceS: ({ graceS }) => graceS,
  credentials: ({ email, password }) => ({ email, password }),
  options: (url) => ({
    application: "emulated-application",
    apiVersion: "4.38.0",
    deviceUuid: "emulated-device",
    baseUrl: url,
  }),

  serve(world) {
    const { options, switches, ledger, stats, url } = world
    // The document calls 2628000 s thirty days: its number is said, the thirty days are kept.
    const saidWindowS = world.refreshTokenTtlS === thirtyDaysS ? 2_628_000 : world.refreshTokenTtlS

    /** `iat` stays that of the login; `nbf` and `exp` are this token's own. */
    const issue = (session: LedgerSession, call: "login" | "refresh"): string => {
      const { iat: nbf, exp } = tokenTimes(world.now(), world.accessTokenTtlS)
      const { iat, exp: windowEnd } = tokenTimes(session.startedAt, world.refreshTokenTtlS)
      const claims = {
        iss: `${url}/api/customers/${call}`,
        iat,
        exp,
        nbf,
        jti: randomText(12),
        setRefreshTTL: saidWindowS,
        sub: String(world.accounts.findIndex(({ id }) => id === session.user) + 1),
        session_id: session.id,
      }
      const token = switches.jwt ? jwtOf(claims) : randomText(48)
      ledger.issueAccess(session, token, exp * 1000)
      ledger.issueRefresh(session, token, 1000 * (switches.windowFrom === "iat" ? windowEnd : exp + world.refreshTokenTtlS))
      return token
    }

    const granted = ({ user }: LedgerSession, token: string): Reply => ({
      status: 200,
      body: {
        status: "OK",
        code: 200,
        data: {
          customer_account: customerOf(world.accounts.find(({ id }) => id === user)),
          token: {
            value: token,
            ttl: switches.ttlUnit === "minutes" ? world.accessTokenTtlS / 60 : world.accessTokenTtlS,
            refresh_ttl: saidWindowS,
            issued_token_type: "access_token",
            token_type: "Bearer",
          },
        },
      },
    })
    // No error body is documented; ours has the head of the documented reply.
    const failed = (code: number, message: string): Reply => ({
      status: code,
      body: { status: "ERROR", code, message },
    })
    const unauthorized = (): Reply => failed(401, "The token is expired or not valid")
    const badRequest = (_asked: Asked, message: string): Reply => failed(400, message)

    const begin = (account: Account): Reply => {
      const session = ledger.begin({ user: account.id, refreshTokenTtlS: world.refreshTokenTtlS })
      return granted(session, issue(session, "login"))
    }

    // Only the path of the login is known, from a sample token's issuer. Its body is ours.
    const login = (asked: Asked): Reply => {
      const account = world.accounts.find(({ email }) => email === textField(asked, "email"))
      if (!account || account.password !== textField(asked, "password") || world.suspended(account.id))
        return failed(401, "Email or password is wrong")
      stats.logins++
      return begin(account)
    }

    const refresh = (asked: Asked): Reply => {
      const presented = ledger.present(asked.bearer ?? "")
      if (!presented.good || world.suspended(presented.session.user)) return unauthorized()
      const { record, session } = presented
      const successor = record.state === "spent" ? ledger.newest(session) : undefined
      const token = successor ?? issue(session, "refresh")
      if (successor === undefined) ledger.spend(record.credential)
      stats.refreshes++
      return granted(session, token)
    }

    // The path is ours; that a logout kills the token is documented.
    const logout = (asked: Asked): Reply => {
      const presented = ledger.lookUp(asked.bearer ?? "")
      if (!presented.good) return unauthorized()
      ledger.end(presented.session)
      stats.logouts++
      return { status: 200, body: { status: "OK", code: 200 } }
    }

    const lacks = (asked: Asked) => lacksHeader(asked, "Api-Version", "Device-UUID") ?? wrongHeaders(asked, options.application)
    return {
      routes: [
        {
          methods: ["POST"],
          path: "/api/customers/login",
          on: "login",
          lacks: (asked) => lacks(asked) ?? lacksJson(asked),
          answer: login,
        },
        { methods: ["GET"], path: "/api/customers/refresh", on: "refresh", lacks, answer: refresh },
        ...(switches.logout ? [{ methods: ["GET"], path: "/api/customers/logout", on: "logout" as const, lacks, answer: logout }] : []),
        ...resourceRoutes({ ledger, unauthorized }),
      ],
      mint: begin,
      badRequest,
      notFound: () => failed(404, "Not found"),
      failure: (status) => failed(status, `Emulated status ${status}`),
    }
  },
}

function wrongHeaders(asked: Asked, application: string): string | undefined {
  if (asked.headers.get("Application") !== application) return "Application must name the application"
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(asked.headers.get("X-Request-ID") ?? "")) return "X-Request-ID must be a UUID"
  return undefined
}

function customerOf(account: Account | undefined) {
  return {
    id: account?.id,
    type_id: 1,
    reference_type: "CustomerAccount",
    first_name: account?.firstName,
    last_name: account?.lastName,
    email: account?.email,
    phone_number: "+15555550100",
    locale: "en-US",
    state: 1,
    demographics: [],
    optin_status_email: 3,
    optin_status_pn: 3,
    has_pending_email_change: false,
    has_pending_phone_number_change: false,
    is_social: false,
    social_login: null,
    updated_at: "2025-11-03 09:15:00",
    created_at: "2025-11-03 09:12:41",
  }
}
