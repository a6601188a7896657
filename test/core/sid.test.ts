import { expect, it, vi } from "vitest"
import { newSid } from "../../src/core/sid.ts"

it("a session id is 128 random bits in base64url, without padding", () => {
  const random = vi.spyOn(crypto, "getRandomValues").mockImplementation((bits) => {
    ;(bits as unknown as Uint8Array).set([0xfb, 0xef, 0xbe, 0xff, 0xff, 0xff, 0xfb, 0xef, 0xbe, 0xff, 0xff, 0xff, 0, 1, 2, 3])
    return bits
  })
  expect(newSid()).toBe("----____----____AAECAw")
  expect(random.mock.calls[0]?.[0]).toHaveLength(16)
  random.mockRestore()
  expect(newSid()).not.toBe(newSid())
})
