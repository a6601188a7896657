import type { Keyring } from "./core/keyring.ts"
import type { Rules } from "./core/rules.ts"
import type { ChartSnapshot } from "./view.ts"

/** What requests go out with, kept ready so that one look at it is all that a request costs. */
export interface Credential {
  readonly authorization: string
  readonly sid: string
  readonly generation: number
  /** Epoch ms; Infinity where nobody knows. */
  readonly expiresAt: number
  /** The chart wants to hear of use: a refresh waits for it. */
  readonly awaitsUse: boolean
  /** A refresh is under way that kills this token, so what cannot be sent twice had better wait. */
  readonly isDying: boolean
  /** The chart doubts this grant: the first good answer must be told. */
  readonly isDoubted: boolean
}

/** The scheme of every credential. */
export const SCHEME = "Bearer "

/** The credential that may be used in a state of the chart, but for its deadline; null where a request must wait. */
export function credentialIn(chart: ChartSnapshot, keyring: Keyring, rules: Rules): Credential | null {
  const { facts, unproved, distrusted } = chart.context
  if (facts === null || keyring.current === null || !chart.hasTag("usable")) return null
  return {
    authorization: SCHEME + keyring.current.accessToken,
    sid: facts.sid,
    generation: facts.generation,
    expiresAt: facts.expiresAt ?? Infinity,
    awaitsUse: chart.hasTag("idle") && chart.can({ type: "session.used" }),
    isDying: isDying(chart, rules),
    isDoubted: unproved !== null || distrusted > 0,
  }
}

/** Whether a refresh is out that kills the credential in use. */
export function isDying(chart: ChartSnapshot, rules: Rules): boolean {
  return rules.oldToken === "dies" && chart.hasTag("asking")
}
