import type { EmulatorName } from "../emulator.types.ts"
import type { World } from "./emulation.types.ts"
import type { LedgerSession, Presented } from "./ledger.ts"
import { tokenTimes, type TokenTimes } from "./tokens.ts"

/** What a login or a refresh hands out. */
export interface EmulatedGrant {
  readonly user: string
  readonly accessToken: string
  /** `undefined`: the client keeps the one it has. */
  readonly refreshToken: string | undefined
}

/** Issues tokens for the providers that keep access token and refresh credential apart. */
export interface Grants {
  begin(user: string, options?: { refreshTokenTtlS?: number; anonymous?: boolean }): Promise<EmulatedGrant>
  /** The successor of a good credential; within the grace, a spent one gets the session's newest once more. */
  renew(presented: Presented & { good: true }): Promise<EmulatedGrant>
}

/** How one provider makes its tokens. */
export interface TokenForms {
  accessToken(session: LedgerSession, times: TokenTimes): string | Promise<string>
  refreshToken(session: LedgerSession, times: TokenTimes): string | Promise<string>
  /** Whether a refresh hands out a new refresh credential. */
  readonly handsOut: boolean
}

export function createGrants<Name extends EmulatorName>(
  world: Pick<World<Name>, "accessTokenTtlS" | "refreshTokenTtlS" | "ledger" | "stats" | "now">,
  forms: TokenForms,
): Grants {
  const { ledger, stats } = world

  const issueAccess = async (session: LedgerSession): Promise<string> => {
    const times = tokenTimes(world.now(), world.accessTokenTtlS)
    const token = await forms.accessToken(session, times)
    ledger.issueAccess(session, token, times.exp * 1000)
    return token
  }
  const issueRefresh = async (session: LedgerSession): Promise<string> => {
    const times = tokenTimes(world.now(), session.refreshTokenTtlS)
    const credential = await forms.refreshToken(session, times)
    ledger.issueRefresh(session, credential, times.exp * 1000)
    return credential
  }

  return {
    async begin(user, { refreshTokenTtlS = world.refreshTokenTtlS, anonymous = false } = {}) {
      const session = ledger.begin({ user, refreshTokenTtlS, anonymous })
      return { user, accessToken: await issueAccess(session), refreshToken: await issueRefresh(session) }
    },
    async renew({ record, session }) {
      const { user } = session
      const replayed = record.state === "spent"
      const accessToken = await issueAccess(session)
      stats.refreshes++
      if (replayed) return { user, accessToken, refreshToken: ledger.newest(session) }
      if (!forms.handsOut) return { user, accessToken, refreshToken: undefined }
      ledger.spend(record.credential)
      return { user, accessToken, refreshToken: await issueRefresh(session) }
    },
  }
}
