import { expect, it } from "vitest"
import { isAnothers, recordOf } from "../../src/core/grant.ts"
import { vault } from "../../src/providers/vault.ts"

const { rules } = vault({ partnerId: 1 })
const arrival = { sentAt: 0, receivedAt: 0 }
const grant = (user: unknown) => recordOf({ accessToken: "a", refreshToken: "r", user }, arrival, rules, { sid: "sid", generation: 0 })

it("a user with a big number in it does not cost the grant, and keeps its identity while it is equal", () => {
  const first = grant({ id: 2n ** 64n })
  expect(first?.user).toEqual({ id: 2n ** 64n })
  const next = (id: bigint) => first && recordOf({ accessToken: "b", user: { id } }, arrival, rules, first)
  expect(next(2n ** 64n)?.user).toBe(first?.user)
  expect(next(5n)?.user).toEqual({ id: 5n })
})

it.each([
  [{ id: "1" }, { id: "2" }, true],
  [{ id: 1 }, { id: 2 }, true],
  [{ id: "1" }, { id: 1 }, false],
  [{ id: "1", name: "Ada" }, { id: "1", name: "Ada King" }, false],
  [null, { id: "2" }, false],
  [{ id: "1" }, null, false],
  [{ id: "1" }, { id: {} }, false],
  [{ id: true }, { id: "2" }, false],
  [{ id: "" }, { id: "2" }, false],
  [{ id: "1" }, { id: "" }, false],
  [{ id: 0 }, { id: 1 }, true],
])("users %j and %j are known to be two: %s", (one, other, expected) => {
  expect(isAnothers({ user: one }, { user: other })).toBe(expected)
})
