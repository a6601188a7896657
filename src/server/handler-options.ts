import * as z from "zod/mini"
import type { Clock } from "../core/clock.ts"
import { base, parseOptions, text, truth, url, wholeNumber } from "../core/options.ts"
import type { Provider } from "../core/provider.ts"
import type { SlotStore } from "../core/store.ts"
import type { CookieOptions } from "./session-cookie.ts"

/** What {@link createSessionHandler} takes. */
export interface SessionHandlerOptions<User = unknown, Credentials = never> {
  readonly provider: Provider<User, Credentials>
  /** The base URL of the API that `api/*` leads to. */
  readonly upstream: string
  /** The origin of your pages, such as `https://shop.example`: nobody else's scripts are answered. */
  readonly origin: string
  /**
   * What tokens and users are sealed with in the store: random texts of 32 characters at least (`openssl rand -base64 32`). The first one
   * seals, all of them open: to change keys, put a new one in front and drop the old one when its sessions are over.
   */
  readonly keys: readonly string[]
  /** Where sessions rest: `redisStore({ client })` where there is more than one process. Default: `memoryStore()`. */
  readonly store?: SlotStore
  readonly cookie?: CookieOptions
  /** The path of the routes. Default: `/auth`. */
  readonly basePath?: string
  /** Ends a session that no request has used for so long, ms. Default: never. */
  readonly idleTimeoutMs?: number
  /** Ends a session so long after its login, ms. Default: never. */
  readonly maxAgeMs?: number
  /** How long a request waits for a refresh, ms. Default: 30,000. */
  readonly maxWaitMs?: number
  /** The longest body that is sent upstream, bytes. Default: 10 MiB. */
  readonly maxBodyBytes?: number
  /** Bodies up to this length are kept until their answer is there, and sent again after a 401; longer ones are not. Bytes. Default: 64 KiB. */
  readonly maxReplayBytes?: number
  /** Default: the system's clock. */
  readonly clock?: Clock
  /** What sends. Default: the platform's `fetch`. */
  readonly fetch?: typeof globalThis.fetch
}

/**
 * Checks what `createSessionHandler` was given.
 *
 * @throws {ConfigurationError} in a sentence that names the option.
 */
export function checkHandlerOptions(options: object): void {
  parseOptions("createSessionHandler", handlerOptions, options as z.input<typeof handlerOptions>)
}

const having = (names: readonly string[], message: string) =>
  z.custom((value) => typeof value === "object" && value !== null && names.every((name) => name in value), message)
const span = z.number("must be a number of ms").check(z.positive("must be a number of ms above 0"))
const bytes = z.number("must be a number of bytes").check(z.nonnegative("must be a number of bytes"))
const secret = text.check(z.minLength(32, "must be random texts of 32 characters at least: openssl rand -base64 32"))
const isOrigin = (value: string) => URL.canParse(value) && new URL(value).origin === value

const handlerOptions = z.strictObject({
  provider: having(["id", "rules", "refresh"], "must be a provider: call one of sessionchart/providers, or defineProvider()"),
  upstream: base,
  origin: url.check(z.refine(isOrigin, "must be an origin, such as https://shop.example, without a path")),
  keys: z.array(secret, "must be a list of random texts").check(z.minLength(1, "must have one key at least: openssl rand -base64 32")),
  store: z.optional(having(["name", "connect", "slot"], "must be a store for many sessions: memoryStore() or redisStore({ client })")),
  cookie: z.optional(
    z.strictObject({
      name: z.optional(text.check(z.regex(/^[\w-]+$/, "must be a cookie's name"))),
      sameSite: z.optional(z.enum(["Lax", "Strict"], 'must be "Lax" or "Strict"')),
      secure: z.optional(truth),
      maxAgeS: z.optional(wholeNumber),
    }),
  ),
  basePath: z.optional(text.check(z.regex(/^(\/[\w.-]+)+$/, "must be a path, such as /auth, without a slash at its end"))),
  idleTimeoutMs: z.optional(span),
  maxAgeMs: z.optional(span),
  maxWaitMs: z.optional(span),
  maxBodyBytes: z.optional(bytes),
  maxReplayBytes: z.optional(bytes),
  clock: z.optional(having(["now", "monotonic", "setTimeout", "clearTimeout", "wake"], "must be a Clock")),
  fetch: z.optional(z.custom((value) => typeof value === "function", "must be a function")),
})
