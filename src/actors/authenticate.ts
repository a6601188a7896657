import type { Authentication } from "../../machines/session.types.ts"
import type { Answer } from "../core/answer.ts"
import { recordOf } from "../core/grant.ts"
import { judge } from "../core/judge.ts"
import { retryAfter } from "../core/retry-after.ts"
import type { Login, RequestData } from "../core/provider.ts"
import { Services, type Inside, type LoginRequest } from "../core/services.ts"
import { ConfigurationError, LoginRefusedError, LoginUnavailableError } from "../errors.ts"
import { ask, described, readTokens, validated } from "../transport.ts"
import { admit, type Leaving } from "./admit.ts"
import { holdCookie } from "./hold-cookie.ts"

/** Runs the provider's login with the credentials of the call that wanted it. */
export async function authenticate({ services }: { readonly services: Services }, chart: AbortSignal): Promise<Authentication> {
  const inside = Services.open(services)
  const { request } = inside.login
  return request === null
    ? { is: "failed", error: new ConfigurationError("a login needs a call of session.login()") }
    : logIn(inside, request, chart)
}

/**
 * Logs in at the provider and stores the grant as a new session. One that comes after `left` has aborted is revoked.
 * Never rejects, but with the reason of the caller's own signal.
 */
export async function logIn(inside: Inside, { credentials, signal, sid }: LoginRequest, left: Leaving): Promise<Authentication> {
  const { provider } = inside
  if (provider.login === null)
    return {
      is: "failed",
      error: new ConfigurationError(`${provider.id}: its documents know no login; hand over what yours yields with session.accept()`),
    }
  const letGo = await holdCookie(inside, signal)
  try {
    const answer = await lastAnswer(inside, provider.login, credentials, signal)
    // What refuses a refresh refuses a login: a suspended user may well be answered 200, with a token.
    const isRefused = judge(provider.rules.answers, answer, true).is === "refused"
    const tokens = isRefused ? null : await readTokens(provider, answer)
    const record = tokens !== null && answer.came ? recordOf(tokens, answer, provider.rules, { sid, generation: 0 }) : null
    return record === null ? { is: "failed", error: refusalOf(provider.id, answer, isRefused) } : await admit(inside, record, left)
  } catch (error) {
    if (signal?.aborted) throw error
    return {
      is: "failed",
      error:
        error instanceof LoginStopped
          ? refusalOf(provider.id, error.answer, false)
          : new ConfigurationError(`${provider.id}: the credentials given to session.login() do not make a request`),
    }
  } finally {
    letGo()
  }
}

/** A step of a login did not yield what the next one needs. */
class LoginStopped {
  readonly answer: Answer
  constructor(answer: Answer) {
    this.answer = answer
  }
}

async function lastAnswer(inside: Inside, login: Login<unknown>, given: unknown, signal: AbortSignal | undefined): Promise<Answer> {
  const credentials = login.prepare ? await login.prepare(given) : given
  const earlier: unknown[] = []
  for (const step of login.steps ?? []) {
    const answer = await ask(inside, step.request(credentials, earlier), signal)
    const found = answer.came && answer.status < 300 ? await validated(step.reply, answer.body) : null
    if (found === null) throw new LoginStopped(answer)
    earlier.push(found.value)
  }
  const last: RequestData = login.request(credentials, earlier)
  return ask(inside, last, signal)
}

/** A rule, or a 4xx of the provider's, refuses; whatever else fails may go well later. */
function refusalOf(id: string, answer: Answer, isRefused: boolean): Error {
  if (answer.came && isRefused) return new LoginRefusedError(`${id}: login was refused; check what was entered`, { status: answer.status })
  if (answer.came && answer.kind !== "html" && answer.status >= 400 && answer.status < 500 && ![408, 425, 429].includes(answer.status)) {
    return new LoginRefusedError(`${id}: login ${described(answer)}; check what was entered`, { status: answer.status })
  }
  if (!answer.came) return new LoginUnavailableError(`${id}: login ${described(answer)}; try again later`, { cause: answer.cause })
  const says = answer.status < 300 ? " with nothing that can be read as a token" : ""
  return new LoginUnavailableError(`${id}: login ${described(answer)}${says}; try again later`, { retryAt: retryAfter(answer) })
}
