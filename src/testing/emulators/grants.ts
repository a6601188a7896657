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
  begin(user: string, options?: { refreshTokenTtlS?: number; anonymous?: boolean }): EmulatedGrant
  /** The successor of a good credential; within the grace, a spent one gets the session's newest once more. */
  renew(presented: Presented & { good: true }): EmulatedGrant
}

/** How one provider makes its tokens. */
export interface TokenForms {
  accessToken(session: LedgerSession, times: TokenTimes): string
  refreshToken(session: LedgerSession, times: TokenTimes): string
  /** Whether a refresh hands out a new refresh credential. */
  readonly handsOut: boolean
}

export function createGrants<Name extends EmulatorName>(
  world: Pick<World<Name>, "accessTokenTtlS" | "refreshTokenTtlS" | "ledger" | "stats" | "now">,
  forms: TokenForms,
): Grants {
  const { ledger, stats } = world

  const issueAccess = (session: LedgerSession): string => {
    const times = tokenTimes(world.now(), world.accessTokenTtlS)
    const token = forms.accessToken(session, times)
    ledger.issueAccess(session, token, times.exp * 1000)
    return token
  }
  const issueRefresh = (session: LedgerSession): string => {
    const times = tokenTimes(world.now(), session.refreshTokenTtlS)
    const credential = forms.refreshToken(session, times)
    ledger.issueRefresh(session, credential, times.exp * 1000)
    return credential
  }

  return {
    begin(user, { refreshTokenTtlS = world.refreshTokenTtlS, anonymous = false } = {}) {
      const session = ledger.begin({ user, refreshTokenTtlS, anonymous })
      return { user, accessToken: issueAccess(session), refreshToken: issueRefresh(session) }
    },
    renew({ record, session }) {
      const { user } = session
      const replayed = record.state === "spent"
      const accessToken = issueAccess(session)
      stats.refreshes++
      if (replayed) return { user, accessToken, refreshToken: ledger.newest(session) }
      if (!forms.handsOut) return { user, accessToken, refreshToken: undefined }
      ledger.spend(record.credential)
      return { user, accessToken, refreshToken: issueRefresh(session) }
    },
  }
}
