import { expect, test } from "vitest"
import { oncePer } from "../../src/core/once-per.ts"

test("makes one for each key, when it is first asked for", () => {
  const asked: object[] = []
  const boxOf = oncePer((key: object) => {
    asked.push(key)
    return { key }
  })
  const [one, other] = [{}, {}]
  expect(asked).toEqual([])
  expect(boxOf(one)).toBe(boxOf(one))
  expect(boxOf(other)).not.toBe(boxOf(one))
  expect(asked).toEqual([one, other])
  expect(boxOf(other).key).toBe(other)
})
