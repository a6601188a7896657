import { isSecureUrl } from "./core/secure-url.ts"
import { ConfigurationError } from "./errors.ts"

/** Where a session's credential may go, and where relative inputs lead. */
export class Scope {
  readonly #base: string | null
  readonly #origins: readonly string[]
  /** `https://api.example.com/`: a string that begins so cannot lead anywhere else. */
  readonly #prefixes: readonly string[]
  #warned: readonly string[] = []

  /** @throws {ConfigurationError} where an origin is no https URL (http only on loopback). */
  constructor(baseURL: string | undefined, allowedOrigins: readonly string[]) {
    const allowed = baseURL === undefined ? allowedOrigins : [baseURL, ...allowedOrigins]
    const insecure = allowed.find((origin) => !isSecureUrl(origin))
    if (insecure !== undefined) {
      throw new ConfigurationError(
        `createSession: no credential may go to "${insecure}"; it is no absolute https URL (http only on loopback)`,
      )
    }
    this.#base = baseURL?.replace(/\/+$/, "") ?? null
    this.#origins = Array.from(new Set(allowed.map((origin) => new URL(origin).origin)))
    this.#prefixes = this.#origins.map((origin) => `${origin}/`)
  }

  /** The absolute form of an input. A path is joined to `baseURL`, whatever it holds; `//host` is another origin. */
  resolve<Input extends string | URL | Request>(input: Input): Input | string {
    if (typeof input !== "string" || this.#prefixes.some((prefix) => input.startsWith(prefix)) || URL.canParse(input)) return input
    if (this.#base !== null && input.startsWith("//")) return new URL(input, this.#base).href
    if (this.#base !== null) return /^[/?#]/.test(input) ? this.#base + input : `${this.#base}/${input}`
    if (globalThis.location === undefined) {
      throw new ConfigurationError(`session.fetch("${input.split("?", 1)[0]}") is relative; give createSession a baseURL`)
    }
    return new URL(input, globalThis.location.href).href
  }

  /** Whether the credential may go there. The first time that it may not, for an origin, is told. */
  allows(target: string | URL | Request): boolean {
    if (typeof target === "string" && this.#prefixes.some((prefix) => target.startsWith(prefix))) return true
    const origin = originOf(target)
    if (this.#origins.includes(origin)) return true
    if (!this.#warned.includes(origin)) {
      this.#warned = [...this.#warned, origin]
      console.warn(`sessionchart: requests to ${origin} go without the session's credential; list it in allowedOrigins if it may have it`)
    }
    return false
  }

  /** Whether an answer came from where the credential went: a redirect to another origin drops it, even to one that may have it. */
  answers(target: string | URL | Request, response: Response): boolean {
    return !response.redirected || new URL(response.url).origin === originOf(target)
  }
}

/** The scope of a session: the one that was asked for last, if it is the same again, as in a server with many sessions. */
export function scopeOf(baseURL: string | undefined, allowedOrigins: readonly string[]): Scope {
  const of = JSON.stringify([baseURL, allowedOrigins])
  if (latest?.of !== of) latest = { of, scope: new Scope(baseURL, allowedOrigins) }
  return latest.scope
}

let latest: { readonly of: string; readonly scope: Scope } | undefined

function originOf(target: string | URL | Request): string {
  return new URL(target instanceof Request ? target.url : target).origin
}
