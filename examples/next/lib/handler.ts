import { commerceEngine, type CommerceEngineUser } from "sessionchart/providers/commerce-engine"
import { createSessionHandler, type SessionHandler } from "sessionchart/server"

const { PROVIDER_URL = "http://localhost:4010", ORIGIN = "http://localhost:3000", SESSION_KEY } = process.env

/** Next.js loads a module once for each bundle that wants it; the sessions of a process must be the same in all of them. */
const shared = globalThis as { sessionHandler?: SessionHandler<CommerceEngineUser> }

export const handler = (shared.sessionHandler ??= createSessionHandler({
  provider: commerceEngine({ baseUrl: PROVIDER_URL, apiKey: "emulated-api-key" }),
  upstream: PROVIDER_URL,
  origin: ORIGIN,
  keys: [SESSION_KEY ?? "only for this example: use openssl rand -base64 32"],
  cookie: { secure: ORIGIN.startsWith("https:") },
}))
