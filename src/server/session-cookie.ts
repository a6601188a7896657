/** How the browser keeps its session's id. */
export interface CookieOptions {
  /** Default: `session`; it gets the prefix `__Host-`, unless `secure` is false. */
  readonly name?: string
  /** Whether links from other sites arrive signed in (`Lax`) or not (`Strict`). Default: `Lax`. */
  readonly sameSite?: "Lax" | "Strict"
  /** False, on loopback only: no `Secure`, for development over plain HTTP. Default: true. */
  readonly secure?: boolean
  /** How long the browser keeps it, s. Default: until the browser is closed. */
  readonly maxAgeS?: number
}

/**
 * The cookie that names a browser's session: 256 random bits that mean nothing, `HttpOnly; Secure; Path=/`, of this host only
 * (`__Host-`: RFC 6265bis, 4.1.3.2).
 */
export class SessionCookie {
  readonly #name: string
  readonly #attributes: string
  readonly #maxAge: string

  constructor({ name = "session", sameSite = "Lax", secure = true, maxAgeS }: CookieOptions) {
    this.#name = secure ? `__Host-${name}` : name
    this.#attributes = `Path=/; HttpOnly; SameSite=${sameSite}${secure ? "; Secure" : ""}`
    this.#maxAge = maxAgeS === undefined ? "" : `; Max-Age=${maxAgeS}`
  }

  /** A new id. */
  newId(): string {
    return btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))))
      .replaceAll("+", "-")
      .replaceAll("/", "_")
      .replaceAll("=", "")
  }

  /** The id that a request brings; null where it brings none of ours. */
  idIn(request: Request): string | null {
    const pairs = (request.headers.get("cookie") ?? "").split(";").map((pair) => pair.trim())
    const id = pairs.find((pair) => pair.startsWith(`${this.#name}=`))?.slice(this.#name.length + 1) ?? ""
    return /^[\w-]{43}$/.test(id) ? id : null
  }

  /** `Set-Cookie` that keeps an id. */
  keep(id: string): string {
    return `${this.#name}=${id}; ${this.#attributes}${this.#maxAge}`
  }

  /**
   * `Set-Cookie` that forgets it. For a logout only: any other answer may come late, and take the cookie of whoever has logged in meanwhile.
   * An id whose session is over opens nothing.
   */
  forget(): string {
    return `${this.#name}=; ${this.#attributes}; Max-Age=0`
  }
}
