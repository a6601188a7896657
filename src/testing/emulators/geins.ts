import { accounts, type Account } from "./accounts.ts"
import { fieldsOf, lacksHeader, lacksJson, textField } from "./asked.ts"
import type { Asked, Emulation, Reply } from "./emulation.types.ts"
import { createGrants, type EmulatedGrant } from "./grants.ts"
import { plainError } from "./reply.ts"
import { resourceRoutes } from "./resource.ts"
import { jwtOf, randomText } from "./tokens.ts"

const refreshHeader = "x-auth-refresh-token"

/** Geins: the auth service and the merchant API, on one origin. */
export const geins: Emulation<"geins"> = {
  switches: { newRefreshToken: true, refusalStatus: 401, passwordOnTheWire: (password) => password },
  accessTokenTtlS: 15 * 60,
  refreshTokenTtlS: 7 * 24 * 3600,
  accounts: accounts("7001", "7002"),
  credentials: ({ email, password }) => ({ username: email, password }),
  options: (url) => ({
    account: "emulated",
    merchantApiKey: "emulated-merchant-key",
    environment: "prod",
    authUrl: url,
    merchantApiUrl: url,
  }),

  serve(world) {
    const { options, switches, ledger, stats, url } = world
    const authPath = `/api/${options.account}_${options.environment}`
    const signatures = new Map<string, string>()
    const grants = createGrants(world, {
      accessToken: (session, times) => jwtOf({ sub: session.user, iss: url, ...times }),
      refreshToken: () => randomText(32),
      handsOut: switches.newRefreshToken,
    })

    const granted = ({ accessToken, refreshToken }: EmulatedGrant): Reply => ({
      status: 200,
      headers: refreshToken === undefined ? {} : { [refreshHeader]: refreshToken },
      body: { token: accessToken, maxAge: world.accessTokenTtlS },
    })
    // No error body is documented: all of these are ours.
    const refused = (): Reply => plainError(switches.refusalStatus, "Refused")
    const unauthorized = (): Reply => plainError(401, "Unauthorized")
    const badRequest = (_asked: Asked, message: string): Reply => plainError(400, message)

    /** The first login call asks what to sign, the third brings signature and password. */
    const login = async (asked: Asked): Promise<Reply> => {
      const username = textField(asked, "username")
      if (username === undefined) return badRequest(asked, "Missing username")
      const { signature, password, sessionLifetime } = fieldsOf(asked)
      if (signature === undefined && password === undefined) {
        const sign = randomText(16)
        signatures.set(sign, "")
        return { status: 200, body: { sign } }
      }
      const account = world.accounts.find(({ email }) => email === username)
      if (!isSigned(signature) || !account || world.suspended(account.id)) return refused()
      if (password !== (await switches.passwordOnTheWire(account.password))) return refused()
      stats.logins++
      // The vendor's client says 30 for a user who is not to be remembered; read as minutes.
      const lifetime = typeof sessionLifetime === "number" ? { refreshTokenTtlS: sessionLifetime * 60 } : {}
      return granted(grants.begin(account.id, lifetime))
    }

    const isSigned = (value: unknown): boolean => {
      if (typeof value !== "object" || value === null) return false
      const { identity, signature } = value as Record<string, unknown>
      if (typeof identity !== "string" || typeof signature !== "string" || signature === "") return false
      const good = signatures.get(identity) === signature
      if (good) signatures.delete(identity)
      return good
    }

    const sign = (asked: Asked): Reply => {
      const identity = asked.url.searchParams.get("identity") ?? ""
      if (!signatures.has(identity)) return badRequest(asked, "Unknown identity")
      const signature = randomText(32)
      signatures.set(identity, signature)
      return { status: 200, body: { identity, timestamp: new Date(world.now()).toISOString(), signature } }
    }

    const refresh = (asked: Asked): Reply => {
      const presented = ledger.present(asked.headers.get(refreshHeader) ?? "")
      if (!presented.good || world.suspended(presented.session.user)) return refused()
      return granted(grants.renew(presented))
    }

    const logout = (asked: Asked): Reply => {
      const presented = ledger.lookUp(asked.headers.get(refreshHeader) ?? "")
      if (!presented.good) return refused()
      ledger.end(presented.session)
      stats.logouts++
      return { status: 200, body: {} } // ours
    }

    const userData = (asked: Asked): Reply => {
      const session = ledger.bearer(asked.bearer)
      const account = world.accounts.find(({ id }) => id === session?.user)
      if (!account) return { status: 401, body: { errors: [{ message: "Unauthorized" }] } } // ours
      return { status: 200, body: { data: { getUser: userOf(account) } } }
    }

    const refreshCredential = (asked: Asked) => asked.headers.get(refreshHeader) ?? undefined
    // The document forbids calls from a browser, since the auth service answers without CORS headers.
    const authService = { cors: false }
    return {
      routes: [
        {
          ...authService,
          methods: ["POST"],
          path: `${authPath}/login`,
          on: "login",
          lacks: lacksJson,
          answer: login,
        },
        {
          ...authService,
          methods: ["GET"],
          path: `${authPath}/login`,
          on: "refresh",
          lacks: (asked) => lacksHeader(asked, refreshHeader),
          credential: refreshCredential,
          answer: refresh,
        },
        {
          ...authService,
          methods: ["GET"],
          path: `${authPath}/logout`,
          on: "logout",
          lacks: (asked) => lacksHeader(asked, refreshHeader),
          credential: refreshCredential,
          answer: logout,
        },
        { methods: ["GET"], path: `/auth/sign/${options.merchantApiKey}`, on: "login", answer: sign },
        {
          methods: ["POST"],
          path: "/graphql",
          on: "resource",
          lacks: (asked) => lacksHeader(asked, "X-ApiKey") ?? lacksJson(asked),
          answer: userData,
        },
        ...resourceRoutes({ ledger, unauthorized }),
      ],
      mint: (account) => granted(grants.begin(account.id)),
      badRequest,
      notFound: () => plainError(404, "Not found"),
      failure: (status) => plainError(status),
    }
  },
}

function userOf({ id, email, firstName, lastName }: Account) {
  return { id, email, address: { firstName, lastName } }
}
