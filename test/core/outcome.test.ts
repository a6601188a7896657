import { expect, it } from "vitest"
import { fault, held, sessionEnded, wrongPlace } from "../../src/core/outcome.ts"
import { RefreshUnavailableError, SessionEndedError, StoreUnavailableError } from "../../src/errors.ts"

it("a store that failed is told from an actor that broke, and neither says when to try again", () => {
  const [store, bug] = [new StoreUnavailableError("redis: gone"), new Error("a bug")]
  expect(fault(store)).toEqual({ is: "unavailable", why: "store", retryAt: null, error: store })
  expect(fault(bug)).toEqual({ is: "unavailable", why: "provider", retryAt: null, error: bug })
  expect(fault("a text").error).toEqual(new Error("a text"))
})

it("while a doubt is held the provider is left alone until a moment, and the error says until when", () => {
  const { error, ...outcome } = held(1_234)
  expect(outcome).toEqual({ is: "unavailable", why: "provider", retryAt: 1_234 })
  expect(error).toBeInstanceOf(RefreshUnavailableError)
  expect(error).toMatchObject({ code: "refresh_unavailable", retryAt: 1_234 })
})

it("a provider in the wrong place is misconfigured", () => {
  expect(wrongPlace()).toMatchObject({ is: "misconfigured", error: { code: "configuration" } })
})

it("a session that is over says why", () => {
  expect(sessionEnded("idle")).toBeInstanceOf(SessionEndedError)
  expect(sessionEnded("idle")).toMatchObject({
    code: "session_ended",
    reason: "idle",
    message: "the session has ended (idle); log in again",
  })
})
