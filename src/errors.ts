import type { EndReason } from "./core/facts.ts"

/** Options of every session error. */
export interface SessionErrorOptions {
  /** What happened underneath, rewritten so that no request, header or token rides along. */
  readonly cause?: unknown
}

/**
 * The class of every error that the library throws. Switch on `code`: it is stable, the message is for people.
 *
 * | class | code |
 * |---|---|
 * | {@link NotAuthenticatedError} | `not_authenticated` |
 * | {@link SessionEndedError} | `session_ended`, `session_replaced`, `session_stopped` |
 * | {@link RefreshUnavailableError} | `refresh_unavailable` |
 * | {@link LoginRefusedError} | `login_refused` |
 * | {@link LoginUnavailableError} | `login_unavailable` |
 * | {@link NotReplayableError} | `not_replayable` |
 * | {@link ConfigurationError} | `configuration` |
 * | {@link StoreUnavailableError} | `store_unavailable` |
 *
 * @example
 * try { await session.fetch("/orders") }
 * catch (error) { if (error instanceof SessionError && error.code === "session_ended") showLogin() }
 */
export class SessionError extends Error {
  override readonly name: string = "SessionError"
  /** Stable, documented; what a program switches on. */
  readonly code: string

  constructor(code: string, message: string, options: SessionErrorOptions = {}) {
    super(message, options)
    this.code = code
  }
}

/** Nobody is signed in: log in first. */
export class NotAuthenticatedError extends SessionError {
  override readonly name = "NotAuthenticatedError"

  constructor(message = "nobody is signed in; call session.login() or session.accept() first") {
    super("not_authenticated", message)
  }
}

/** The session that the call belonged to is over, was replaced by another one, or was stopped in this process. */
export class SessionEndedError extends SessionError {
  override readonly name = "SessionEndedError"
  /** Why it ended; null where it was only replaced or stopped here. */
  readonly reason: EndReason | null

  constructor(
    code: "session_ended" | "session_replaced" | "session_stopped",
    message: string,
    { reason = null, ...options }: SessionErrorOptions & { reason?: EndReason | null } = {},
  ) {
    super(code, message, options)
    this.reason = reason
  }
}

/** The credential has lapsed and no new one could be had in time; the user stays signed in, the session goes on trying. */
export class RefreshUnavailableError extends SessionError {
  override readonly name = "RefreshUnavailableError"
  /** When the session tries again, epoch ms; null where it is not known. */
  readonly retryAt: number | null

  constructor(message: string, { retryAt = null, ...options }: SessionErrorOptions & { retryAt?: number | null } = {}) {
    super("refresh_unavailable", message, options)
    this.retryAt = retryAt
  }
}

/** The provider looked at the credentials and said no. */
export class LoginRefusedError extends SessionError {
  override readonly name = "LoginRefusedError"
  /** The provider's HTTP status. */
  readonly status: number | null

  constructor(message: string, { status = null, ...options }: SessionErrorOptions & { status?: number | null } = {}) {
    super("login_refused", message, options)
    this.status = status
  }
}

/** The provider could not be asked, or its answer could not be read: the same credentials may work later. */
export class LoginUnavailableError extends SessionError {
  override readonly name = "LoginUnavailableError"
  /** When the provider asks to be tried again (`Retry-After`), epoch ms; null where it did not say. */
  readonly retryAt: number | null

  constructor(message: string, { retryAt = null, ...options }: SessionErrorOptions & { retryAt?: number | null } = {}) {
    super("login_unavailable", message, options)
    this.retryAt = retryAt
  }
}

/** The request met a 401 and its body cannot be sent twice; the session has been refreshed, so send it anew. */
export class NotReplayableError extends SessionError {
  override readonly name = "NotReplayableError"

  constructor(message: string, options?: SessionErrorOptions) {
    super("not_replayable", message, options)
  }
}

/** Something is set up wrongly: an option, a URL, a client secret. Waiting does not help; nobody is logged out by it. */
export class ConfigurationError extends SessionError {
  override readonly name = "ConfigurationError"

  constructor(message: string, options?: SessionErrorOptions) {
    super("configuration", message, options)
  }
}

/** The store could not be read or written; the session goes on in memory and stores later. */
export class StoreUnavailableError extends SessionError {
  override readonly name = "StoreUnavailableError"

  constructor(message: string, options?: SessionErrorOptions) {
    super("store_unavailable", message, options)
  }
}
