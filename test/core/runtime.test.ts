import { afterEach, expect, it, vi } from "vitest"
import { isBrowser, isOnline } from "../../src/core/runtime.ts"

afterEach(() => vi.unstubAllGlobals())

it("a server is no browser", () => expect(isBrowser()).toBe(false))

it("a web page is one", () => {
  vi.stubGlobal("window", {})
  vi.stubGlobal("document", {})
  expect(isBrowser()).toBe(true)
})

it("a window without a document is none, nor a document without a window", () => {
  vi.stubGlobal("window", {})
  expect(isBrowser()).toBe(false)
  vi.unstubAllGlobals()
  vi.stubGlobal("document", {})
  expect(isBrowser()).toBe(false)
})

it("a web worker is one", () => {
  vi.stubGlobal("WorkerGlobalScope", class {})
  expect(isBrowser()).toBe(true)
})

it.each([
  [undefined, true],
  [{}, true],
  [{ onLine: true }, true],
  [{ onLine: false }, false],
])("a platform whose navigator is %j: whether it is online", (navigator, expected) => {
  vi.stubGlobal("navigator", navigator)
  expect(isOnline()).toBe(expected)
})
