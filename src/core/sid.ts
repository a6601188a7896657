/** A new session id: 128 random bits, base64url. It names a session and opens nothing. */
export function newSid(): string {
  const bits = crypto.getRandomValues(new Uint8Array(16))
  return btoa(String.fromCharCode(...bits))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "")
}
