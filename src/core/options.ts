import * as z from "zod/mini"
import { ConfigurationError } from "../errors.ts"
import { isSecureUrl } from "./secure-url.ts"

/**
 * Parses options by a strict schema, whose messages go on after the option's name ("must be …").
 *
 * @throws {ConfigurationError} in a sentence that says whose option, which one, and what it must be. It shows no value: an option may be a secret.
 * @example
 * const { partnerId } = parseOptions("vault", z.strictObject({ partnerId: wholeNumber, baseUrl: url }), options)
 */
export function parseOptions<Schema extends z.ZodMiniType>(id: string, schema: Schema, options: z.input<Schema>): z.output<Schema> {
  const result = z.safeParse(schema, options)
  if (result.success) return result.data
  const { issues } = result.error
  const unknown = issues.find((issue) => issue.code === "unrecognized_keys")
  const known = Object.keys((schema as { readonly shape?: object }).shape ?? {}).join(", ")
  if (unknown !== undefined) throw new ConfigurationError(`${id}: there is no option "${unknown.keys.join('", "')}"; there are ${known}`)
  const { code, path, message } = issues[0]!
  throw new ConfigurationError(
    path.length > 0
      ? `${id}: option "${path.join(".")}" ${message}`
      : `${id}: its options ${code === "invalid_type" ? `must be an object with ${known}` : message}`,
  )
}

// By z.refine throughout: each kind of check that zod has costs everybody's bundle some hundred bytes.
export const text = z.string("must be a non-empty string").check(z.refine((value) => value !== "", "must be a non-empty string"))
export const url = z
  .string("must be an absolute https URL (http only on loopback)")
  .check(z.refine(isSecureUrl, "must be an absolute https URL (http only on loopback)"))
/** The URL of a directory: a slash at its end is dropped, so that paths can be put behind it. */
export const base = url.check(z.overwrite((value) => value.replace(/\/+$/, "")))
export const truth = z.boolean("must be true or false")
export const wholeNumber = z
  .number("must be a whole number of 32 bits")
  .check(z.refine((value) => value === Math.trunc(value) && Math.abs(value) < 2 ** 31, "must be a whole number of 32 bits"))
/** One of these words. */
export const oneOf = <const Word extends string>(words: readonly Word[], message?: string) =>
  z.custom<Word>((value) => words.includes(value as Word), message)
