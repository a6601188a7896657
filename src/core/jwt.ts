/** The claims of a JWT that tell the time, in s since the epoch. Anything else in it is not our business. */
export interface TimeClaims {
  readonly exp?: number
  readonly iat?: number
  readonly nbf?: number
}

/**
 * Reads the time claims of a JWT, without verifying it: the provider that sent it is trusted, and only the API judges it.
 * Null where it is no JWT that can be read; then the token is opaque, and that is fine.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7519#section-4.1
 */
export function timeClaims(token: string): TimeClaims | null {
  const [, payload] = token.split(".")
  if (!payload) return null
  try {
    const claims: unknown = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/")))
    return typeof claims === "object" ? (claims as TimeClaims | null) : null
  } catch {
    return null
  }
}
