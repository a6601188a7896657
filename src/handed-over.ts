import * as z from "zod/mini"
import { recordOf } from "./core/grant.ts"
import { parseOptions, text } from "./core/options.ts"
import type { Tokens } from "./core/provider.ts"
import type { SessionRecord } from "./core/record.ts"
import type { Inside } from "./core/services.ts"
import { newSid } from "./core/sid.ts"
import { ConfigurationError } from "./errors.ts"
import type { HandedOver } from "./session.types.ts"
import { readTokens, replyOf } from "./transport.ts"

/**
 * Makes the first record of a session out of tokens that were got elsewhere, or of the provider's own reply.
 *
 * @throws {ConfigurationError} where there is no token in it, or its expiry is no moment.
 */
export async function recordFrom({ provider, clock }: Inside, given: HandedOver | Response): Promise<SessionRecord> {
  const tokens =
    given instanceof Response ? await tokensIn(provider, given, clock.now()) : parseOptions("session.accept", handedOver, given)
  const record = recordOf(tokens, { sentAt: null, receivedAt: clock.now() }, provider.rules, { sid: newSid(), generation: 0 })
  if (record === null)
    throw new ConfigurationError("session.accept: the token's expiry is no moment, so nobody can tell when to refresh it")
  const { expiresAt } = tokens as { expiresAt?: number }
  return expiresAt === undefined ? record : { ...record, expiresAt, skewMs: 0 }
}

const handedOver = z.strictObject(
  {
    accessToken: text,
    refreshToken: z.optional(text),
    expiresAt: z.optional(z.number("must be a moment in epoch ms").check(z.refine((ms) => ms >= 0, "must be a moment in epoch ms"))),
    user: z.optional(z.unknown()),
  },
  "must be { accessToken, refreshToken?, expiresAt?, user? } or a Response of the provider",
)

async function tokensIn(provider: Inside["provider"], response: Response, now: number): Promise<Tokens> {
  const tokens = await readTokens(provider, replyOf(response, await response.text(), now, now))
  if (tokens === null)
    throw new ConfigurationError(
      `session.accept: the response (status ${response.status}) is no reply of ${provider.id} with a token in it`,
    )
  return tokens
}
