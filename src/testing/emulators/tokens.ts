/** The moments of a token, in seconds since the epoch, as a JWT says them. */
export interface TokenTimes {
  readonly iat: number
  readonly exp: number
}

/** When a token issued now begins and ends. `exp` counts from the floored `iat`, as servers do. */
export function tokenTimes(nowMs: number, ttlS: number): TokenTimes {
  const iat = Math.floor(nowMs / 1000)
  return { iat, exp: iat + ttlS }
}

/** A JWT of these claims, unlike any other. Its signature is random, for nobody checks it: emulators know their tokens by heart. */
export function jwtOf(claims: Record<string, unknown>, kid?: string): string {
  const header = { alg: "HS256", typ: "JWT", ...(kid === undefined ? {} : { kid }) }
  const part = (value: unknown) => base64url(new TextEncoder().encode(JSON.stringify(value)))
  return `${part(header)}.${part(claims)}.${randomText(32)}`
}

/** A random string without structure, base64url. */
export function randomText(bytes: number): string {
  return base64url(crypto.getRandomValues(new Uint8Array(bytes)))
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "")
}
