import * as z from "zod/mini"
import { oneOf, parseOptions } from "./core/options.ts"
import { isSecureUrl } from "./core/secure-url.ts"

/**
 * Checks what `createSession` was given, before anything runs.
 *
 * @throws {ConfigurationError} in a sentence that names the option.
 */
export function checkSessionOptions(options: object): void {
  parseOptions("createSession", sessionOptions, options as z.input<typeof sessionOptions>)
}

const callback = z.custom((value) => typeof value === "function", "must be a function")
const having = (names: readonly string[], message: string) =>
  z.custom((value) => typeof value === "object" && value !== null && names.every((name) => name in value), message)
const span = z.number("must be a number of ms").check(z.refine((ms) => ms > 0, "must be a number of ms above 0"))
const isObserver = (value: unknown) => typeof (value as { readonly next?: unknown } | null)?.next === "function"

const sessionOptions = z.strictObject({
  provider: having(["id", "rules", "refresh"], "must be a provider: call one of sessionchart/providers, or defineProvider()"),
  baseURL: z.optional(z.string("must be a URL").check(z.refine(isSecureUrl, "must be an absolute https URL (http only on loopback)"))),
  store: z.optional(having(["name", "connect"], "must be a store: memoryStore(), for example")),
  clock: z.optional(
    having(["now", "monotonic", "setTimeout", "clearTimeout", "wake"], "must be a Clock: manualClock() in tests, else leave it out"),
  ),
  fetch: z.optional(callback),
  allowedOrigins: z.optional(
    z.custom(
      (value) => Array.isArray(value) && value.every((each) => typeof each === "string"),
      "must be a list of origins, such as https://api.example.com",
    ),
  ),
  keepAlive: z.optional(oneOf(["while-used", "always", "on-demand"], 'must be "while-used", "always" or "on-demand"')),
  maxWaitMs: z.optional(span),
  idleTimeoutMs: z.optional(span),
  maxAgeMs: z.optional(span),
  initial: z.optional(having(["sid", "user"], "must be the facts of a session: sid and user at least")),
  inspect: z.optional(
    z.custom(
      (value) => typeof value === "function" || isObserver(value),
      "must be a function or an observer: createBrowserInspector().inspect",
    ),
  ),
})
