import { expect, it } from "vitest"
import { timeClaims } from "../../src/core/jwt.ts"

function tokenWith(payload: string): string {
  return `e30.${Buffer.from(payload).toString("base64url")}.sig`
}

it("the time claims of a JWT are read", () => {
  expect(timeClaims(tokenWith('{"exp":3,"iat":1,"nbf":2}'))).toEqual({ exp: 3, iat: 1, nbf: 2 })
})

it("base64url is read as such", () => {
  const payload = '{"exp":3,"other":"ûïþÿÿ~~~???>>>ÿþ"}'
  const token = `e30.${Buffer.from(payload, "latin1").toString("base64url")}.sig`
  expect(token).toMatch(/-.*_|_.*-/)
  expect(timeClaims(token)).toEqual(JSON.parse(payload))
})

it.each(["", "opaque", "a.", "a..b", "a.!!!.b", tokenWith("not JSON"), tokenWith('"text"'), tokenWith("7"), tokenWith("null")])(
  "%j has none",
  (token) => expect(timeClaims(token)).toBeNull(),
)

it("a payload without a signature behind it is read, too", () => {
  expect(timeClaims(tokenWith('{"exp":3}').split(".").slice(0, 2).join("."))).toEqual({ exp: 3 })
})
