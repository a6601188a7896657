import { expect, it, vi } from "vitest"
import { uuid } from "../../src/core/uuid.ts"

it("is a random UUID of version 4", () => {
  const uuids = Array.from({ length: 1_000 }, uuid)
  for (const each of uuids) expect(each).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(new Set(uuids).size).toBe(1_000)
  for (const digit of "0123456789abcdef") expect(uuids.map((each) => each.slice(0, 8)).join("")).toContain(digit)
})

it("needs no secure context", () => {
  const secure = crypto
  vi.stubGlobal("crypto", { getRandomValues: (bytes: Uint8Array<ArrayBuffer>) => secure.getRandomValues(bytes) })
  expect(uuid()).toHaveLength(36)
  vi.unstubAllGlobals()
})

it.each([
  ["that are all set", Array.from({ length: 16 }, () => 0xff), "ffffffff-ffff-4fff-bfff-ffffffffffff"],
  ["that are not", Array.from({ length: 16 }, () => 0), "00000000-0000-4000-8000-000000000000"],
  ["in order", Array.from({ length: 16 }, (_, at) => at), "00010203-0405-4607-8809-0a0b0c0d0e0f"],
])("takes every random bit as it is but for version and variant: bits %s", (_, random, expected) => {
  vi.stubGlobal("crypto", { getRandomValues: (bytes: Uint8Array) => (bytes.set(random), bytes) })
  expect(uuid()).toBe(expected)
  vi.unstubAllGlobals()
})
