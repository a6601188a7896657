import { expect, it } from "vitest"
import { userIdOf } from "../../src/core/user-id.ts"

it.each<[unknown, string | null]>([
  [{ id: "a", name: "Ada" }, "a"],
  [{ id: 7 }, "7"],
  [{ id: 0 }, "0"],
  [{ id: "" }, null],
  [{ id: {} }, null],
  [{ id: true }, null],
  [{}, null],
  ["a text", null],
  [null, null],
  [undefined, null],
])("%j is told from others by %j", (user, id) => expect(userIdOf(user)).toBe(id))
