import { SignJWT } from "jose"

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

/** Signs claims as a JWT. Two tokens of the same second differ by their `jti`, which is added when there is none. */
export async function signJwt(claims: Record<string, unknown>, kid?: string): Promise<string> {
  key ??= crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["sign"])
  return new SignJWT({ jti: randomText(12), ...claims })
    .setProtectedHeader({ alg: "HS256", typ: "JWT", ...(kid === undefined ? {} : { kid }) })
    .sign(await key)
}

/** A random string without structure, base64url. */
export function randomText(bytes: number): string {
  const random = crypto.getRandomValues(new Uint8Array(bytes))
  return btoa(String.fromCharCode(...random))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "")
}

// Nobody checks these signatures: emulators know their tokens by heart.
const secret = new TextEncoder().encode("sessionchart emulators sign with a key that everybody may know")
let key: Promise<CryptoKey> | undefined
