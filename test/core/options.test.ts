import { expect, it, onTestFinished } from "vitest"
import { locales } from "zod"
import * as z from "zod/mini"
import { base, parseOptions, text, truth, url, wholeNumber } from "../../src/core/options.ts"

const schema = z.strictObject({
  name: text,
  url: z.optional(url),
  base: z.optional(base),
  truth: z.optional(truth),
  wholeNumber: z.optional(wholeNumber),
  inner: z.optional(z.strictObject({ name: text })),
})

function read(options: unknown): unknown {
  return parseOptions("acme", schema, options as never)
}

const URLS = "must be an absolute https URL (http only on loopback)"

it("options that are as they must be are handed back", () => {
  const options = { name: "n", url: "https://a.example", truth: false, wholeNumber: -7 }
  expect(read(options)).toEqual(options)
})

it.each([
  ["https://a.example/v1/", "https://a.example/v1"],
  ["https://a.example//", "https://a.example"],
  ["http://localhost:3000", "http://localhost:3000"],
  ["https://a.example/v1/?q=/", "https://a.example/v1/?q="],
])("a base %s is read as %s", (given, expected) => {
  expect(read({ name: "n", base: given })).toEqual({ name: "n", base: expected })
})

it.each<[unknown, string]>([
  [{ name: "" }, 'acme: option "name" must be a non-empty string'],
  [{ name: 7 }, 'acme: option "name" must be a non-empty string'],
  [{ name: "n", url: 7 }, `acme: option "url" ${URLS}`],
  [{ name: "n", url: "/v1" }, `acme: option "url" ${URLS}`],
  [{ name: "n", base: "http://a.example" }, `acme: option "base" ${URLS}`],
  [{ name: "n", truth: "yes" }, 'acme: option "truth" must be true or false'],
  [{ name: "n", wholeNumber: 1.5 }, 'acme: option "wholeNumber" must be a whole number of 32 bits'],
  [{ name: "n", wholeNumber: 2 ** 31 }, 'acme: option "wholeNumber" must be a whole number of 32 bits'],
  [{ name: "n", inner: { name: "" } }, 'acme: option "inner.name" must be a non-empty string'],
  [{ name: 7, nmae: "n", urll: "u" }, 'acme: there is no option "nmae", "urll"; there are name, url, base, truth, wholeNumber, inner'],
  [undefined, "acme: its options must be an object with name, url, base, truth, wholeNumber, inner"],
])("%j is refused in a sentence", (options, message) => {
  expect(() => read(options)).toThrow(expect.objectContaining({ message, code: "configuration" }))
})

it("what zod itself is configured to say changes no sentence of ours", () => {
  z.config(locales.en())
  onTestFinished(() => void z.config({ localeError: undefined }))
  expect(() => read(undefined)).toThrow("acme: its options must be an object with name,")
})

it("a complaint about the options as a whole is given in its own words", () => {
  const together = schema.check(z.refine(({ name, url: at }) => name !== at, "must not agree"))
  expect(() => parseOptions("acme", together, { name: "https://a.example", url: "https://a.example" })).toThrow(
    "acme: its options must not agree",
  )
})
