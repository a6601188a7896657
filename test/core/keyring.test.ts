import { beforeEach, expect, it } from "vitest"
import { factsOf } from "../../src/core/grant.ts"
import { Keyring } from "../../src/core/keyring.ts"
import type { SessionRecord } from "../../src/core/record.ts"

let keyring: Keyring
beforeEach(() => {
  keyring = new Keyring()
})

function grant(generation: number, sid = "s", refreshToken: string | null = `r${generation}${sid}`): SessionRecord {
  const moments = { issuedAt: 0, expiresAt: null, windowEndsAt: null, skewMs: 0, startedAt: 0, usedAt: 0, notBefore: null, sentAt: null }
  return {
    v: 1,
    sid,
    generation,
    accessToken: `a${generation}${sid}`,
    refreshToken,
    refreshable: true,
    ...moments,
    user: null,
    lease: null,
  }
}

it("is empty and counts as stored before the first grant", () => {
  expect(keyring.current).toBeNull()
  expect(keyring.isStored).toBe(true)
  expect(keyring.find({ sid: "s", generation: 1 })).toBeNull()
  expect(keyring.secrets()).toEqual([])
})

it("a grant that is offered is not in use before it is taken", () => {
  const record = grant(1)
  expect(keyring.offer(record)).toEqual(factsOf(record))
  expect(keyring.current).toBeNull()
  expect(keyring.find(record)).toBe(record)
  keyring.take(factsOf(record), false)
  expect(keyring.current).toBe(record)
  expect(keyring.isStored).toBe(false)
  expect(keyring.find(record)).toBe(record)
})

it("of equal generations the one that was offered last is found", () => {
  const [first, second] = [grant(1), grant(1)]
  keyring.offer(first)
  keyring.take(factsOf(first), true)
  keyring.offer(second)
  expect(keyring.find(first)).toBe(second)
})

it("another generation or another session is not found", () => {
  keyring.take(keyring.offer(grant(1)), true)
  expect(keyring.find({ sid: "s", generation: 2 })).toBeNull()
  expect(keyring.find({ sid: "t", generation: 1 })).toBeNull()
})

it("sids and generations do not run into each other", () => {
  keyring.offer(grant(11, "s"))
  expect(keyring.find({ sid: "s1", generation: 1 })).toBeNull()
})

it("taking what was never offered changes nothing but whether it is stored", () => {
  keyring.take(keyring.offer(grant(1)), true)
  keyring.take(factsOf(grant(2)), false)
  expect(keyring.current?.generation).toBe(1)
  expect(keyring.isStored).toBe(false)
})

it("taking a grant forgets those of its session up to it, and no others", () => {
  for (const record of [grant(1), grant(2), grant(3), grant(1, "t")]) keyring.offer(record)
  keyring.take(factsOf(grant(2)), true)
  keyring.drop()
  expect(keyring.secrets()).not.toContain("a1s")
  const again = new Keyring()
  for (const record of [grant(1), grant(2), grant(3), grant(1, "t")]) again.offer(record)
  again.take(factsOf(grant(2)), true)
  expect(again.find({ sid: "s", generation: 1 })).toBeNull()
  expect(again.find({ sid: "s", generation: 3 })).not.toBeNull()
  expect(again.find({ sid: "t", generation: 1 })).not.toBeNull()
  expect(again.secrets().filter((secret) => secret === "a2s")).toHaveLength(1)
})

it("knows every secret in it, those of the grant that was in use last too", () => {
  keyring.take(keyring.offer(grant(1)), true)
  keyring.offer(grant(2, "s", null))
  expect(keyring.secrets().toSorted()).toEqual(["a1s", "a2s", "r1s"])
  keyring.drop()
  expect(keyring.secrets().toSorted()).toEqual(["a1s", "r1s"])
})

it("after it was dropped only the grant that was in use can be asked for, once", () => {
  const record = grant(1)
  keyring.take(keyring.offer(record), true)
  keyring.offer(grant(2))
  keyring.drop()
  expect(keyring.current).toBeNull()
  expect(keyring.find({ sid: "s", generation: 2 })).toBeNull()
  expect(keyring.takeRetired()).toBe(record)
  expect(keyring.takeRetired()).toBeNull()
})
