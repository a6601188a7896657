export { createSessionHandler, type SessionHandler } from "./create-session-handler.ts"
export type { SessionHandlerOptions } from "./handler-options.ts"
export type { CookieOptions } from "./session-cookie.ts"
export type { SessionFacts } from "./session-facts.ts"
