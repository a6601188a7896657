import type { EmulatorName, Emulators } from "sessionchart/testing"

/** What an emulator is started with: `POST /emulators`. */
export interface Wanted<Name extends EmulatorName = EmulatorName> {
  readonly name: Name
  readonly accessTokenTtlS?: number
  readonly refreshTokenTtlS?: number
  /** For how long a spent refresh credential is answered as if it were good, seconds. */
  readonly graceS?: number
}

/** The answer to it. */
export interface Hosted<Name extends EmulatorName = EmulatorName> {
  /** Its own path on this server, `/emulators/1`; whatever is below it reaches the emulator. */
  readonly path: string
  /** What its provider is made with; URLs lead through this server. */
  readonly options: Emulators[Name]["options"]
  /** Two users who can log in; undefined where the provider documents no login. */
  readonly users: readonly [Emulators[Name]["credentials"], Emulators[Name]["credentials"]]
}

/** What an emulator can be told: `POST /emulators/<id>/control`, answered with its stats. */
export type Order =
  | { readonly do: "revokeAccessToken" | "revokeSession" | "suspendUser" | "reactivateUser" | "heal" | "look" }
  | {
      readonly do: "fail"
      readonly on: "login" | "refresh" | "logout" | "resource"
      readonly with: number | "lost"
      readonly times: number
    }
  /** Its clock jumps ahead. */
  | { readonly do: "jump"; readonly ms: number }
