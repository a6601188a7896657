import type { HandedOver, InitialFacts } from "../session.types.ts"
import { checkHandlerOptions, type SessionHandlerOptions } from "./handler-options.ts"
import { SessionServer } from "./session-server.ts"

/** Answers the requests of browsers whose sessions are kept on this server. Made by {@link createSessionHandler}. */
export interface SessionHandler<User = unknown> {
  (request: Request): Promise<Response>
  /**
   * Begins a session with tokens got elsewhere, in a callback route of openid-client or oauth4webapi, say, and sends the browser on.
   *
   * @param redirectTo a path of your own. Default: `/`.
   * @throws {ConfigurationError} there is no token in it, or its expiry is no moment.
   */
  accept(request: Request, tokens: HandedOver<User> | Response, options?: { readonly redirectTo?: string }): Promise<Response>
  /** Who is signed in, for a page that the server renders: `createSession({ initial })`. Refreshes nothing. Null: nobody. */
  session(request: Request): Promise<InitialFacts<User> | null>
  /**
   * Resolves when what is under way has come to its end: call it at SIGTERM, after the server has stopped to listen. A refresh that is out
   * is carried through; a grant that the store, being away, has not taken is waited for, 20 s at the most, and `console.error` says what
   * is lost then. Give the process 30 s and more before it is killed.
   */
  close(): Promise<void>
}

/**
 * Keeps sessions on the server (backend for frontend): the browser has a cookie that opens nothing anywhere else, its requests to
 * `api/*` are sent on with the credential added, and a refresh happens here, once for however many tabs and processes. In the browser the
 * provider is `bff({ url })`.
 *
 * Routes, below `basePath`: `POST login`, `POST logout`, `GET session`, `POST refresh`, `* api/…`. All of them want the header
 * `x-sessionchart` (or `Authorization`, as `session.fetch` sends it), which only scripts of your own origin can add; so images, plain downloads and
 * EventSource cannot use them.
 *
 * The API's client is the handler, not the page: of the browser's request it is shown method, path, query, body and headers, without
 * cookies, `Origin`, `Referer`, `Sec-Fetch-*` and those of the connection. `X-Forwarded-*` and `Forwarded` pass as they come: have your
 * balancer set them. Of its answer the browser is shown all but what would be about your whole origin: cookies, CORS,
 * `Strict-Transport-Security`, `Alt-Svc`, `Clear-Site-Data`. How long the API may take is up to `fetch` (Node: 300 s).
 *
 * @throws {ConfigurationError} where an option is wrong, in a sentence that names it.
 * @example
 * const handler = createSessionHandler({ provider, upstream: "https://api.example.com", origin: "https://shop.example", keys: [process.env.SESSION_KEY] })
 * export { handler as GET, handler as POST, handler as PUT, handler as PATCH, handler as DELETE } // app/auth/[...path]/route.ts in Next.js
 */
export function createSessionHandler<User, Credentials>(options: SessionHandlerOptions<User, Credentials>): SessionHandler<User> {
  checkHandlerOptions(options)
  // Inside, users and credentials are what the provider says they are; their types are for whoever made the handler.
  const server = new SessionServer(options as unknown as SessionHandlerOptions<unknown, unknown>)
  return Object.assign((request: Request) => server.answer(request), {
    accept: (request: Request, tokens: HandedOver<User> | Response, { redirectTo = "/" } = {}) =>
      server.accept(request, tokens, redirectTo),
    session: (request: Request) => server.initialFacts(request) as Promise<InitialFacts<User> | null>,
    close: () => server.close(),
  })
}
