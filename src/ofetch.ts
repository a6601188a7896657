import { createFetch, FetchError, type $Fetch, type FetchOptions } from "ofetch"
import { SessionError } from "./errors.ts"
import type { Session } from "./session.types.ts"

/**
 * Makes an ofetch for a session's API: ofetch's options, types and errors, and the session's credential, refresh and replay. The
 * session's own errors come through as they are and are not retried.
 *
 * @param options defaults of every request; without a `baseURL` relative requests go to the session's.
 * @throws what `session.fetch` throws; ofetch's `FetchError` for everything else.
 * @example
 * const $fetch = createSessionFetch(session, { baseURL: "https://api.example.com", retry: 2 })
 * const orders = await $fetch<Order[]>("/orders", { query: { page: 2 } })
 */
export function createSessionFetch(session: Pick<Session, "fetch">, options: FetchOptions = {}): $Fetch {
  const inner = createFetch({ fetch: (request, init) => fetchBySession(session, request, init ?? {}), defaults: options })
  const outer = (request: Parameters<$Fetch>[0], init?: FetchOptions) => inner(request, init as never).catch(throwSessionError)
  return Object.assign(outer, {
    raw: (request: Parameters<$Fetch>[0], init?: FetchOptions) => inner.raw(request, init as never).catch(throwSessionError),
    native: session.fetch,
    create: (defaults: FetchOptions) => createSessionFetch(session, { ...options, ...defaults }),
  }) as $Fetch
}

async function fetchBySession(
  session: Pick<Session, "fetch">,
  request: string | URL | Request,
  init: RequestInit & { retry?: number | false },
): Promise<Response> {
  try {
    return await session.fetch(request, init)
  } catch (error) {
    if (error instanceof SessionError) init.retry = false // these options are ofetch's own, made for this one request
    throw error
  }
}

function throwSessionError(error: unknown): never {
  throw error instanceof FetchError && error.cause instanceof SessionError ? error.cause : error
}
