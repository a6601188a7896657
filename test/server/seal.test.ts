import { CompactEncrypt } from "jose"
import { describe, expect, test, vi } from "vitest"
import { Seal } from "../../src/server/seal.ts"

const [OLD, NEW] = ["an old key, of thirty-two characters and more", "a new key, of thirty-two characters and more"]
const secrets = { accessToken: "access", refreshToken: null, user: { name: "Ada" } }

describe("a seal", () => {
  test("opens for the session it was closed for, and for no other", async () => {
    const seal = new Seal([NEW])
    const sealed = await seal.close("sid", secrets)
    expect(await seal.open("sid", sealed)).toEqual(secrets)
    expect(await seal.open("another sid", sealed)).toBeUndefined()
  })

  test("shows nothing of what is in it, and is another one each time", async () => {
    const seal = new Seal([NEW])
    const [one, other] = [await seal.close("sid", secrets), await seal.close("sid", secrets)]
    expect(one).not.toBe(other)
    for (const part of one.split(".")) expect(atob(part.replaceAll("-", "+").replaceAll("_", "/"))).not.toMatch(/access|Ada/)
    expect(one).not.toContain(btoa("access").replaceAll("=", ""))
  })

  test("does not open when a single letter was changed", async () => {
    const seal = new Seal([NEW])
    const sealed = await seal.close("sid", secrets)
    const at = Math.floor(sealed.length * 0.7)
    const changed = sealed.slice(0, at) + (sealed[at] === "A" ? "B" : "A") + sealed.slice(at + 1)
    expect(await seal.open("sid", changed)).toBeUndefined()
  })

  test("closes with the first key and opens with all of them", async () => {
    const sealedBefore = await new Seal([OLD]).close("sid", secrets)
    const both = new Seal([NEW, OLD])
    expect(await both.open("sid", sealedBefore)).toEqual(secrets)
    expect(await new Seal([OLD]).open("sid", await both.close("sid", secrets))).toBeUndefined()
    expect(await new Seal([NEW]).open("sid", await both.close("sid", secrets))).toEqual(secrets)
  })

  test("imports each key once, however often it closes and opens", async () => {
    const imported = vi.spyOn(crypto.subtle, "importKey")
    const seal = new Seal([NEW, OLD])
    const sealed = await new Seal([OLD]).close("sid", secrets)
    for (let times = 0; times < 3; times++) expect(await seal.open("sid", sealed)).toEqual(secrets)
    await seal.open("sid", await seal.close("sid", secrets))
    expect(imported).toHaveBeenCalledTimes(3)
    imported.mockRestore()
  })

  test.each(["", "no.jwe.at.all", "a.b.c.d.e", "eyJhbGciOiJub25lIn0..."])("does not open %j", async (sealed) => {
    expect(await new Seal([NEW]).open("sid", sealed)).toBeUndefined()
  })

  test("does not open what was closed with a key that it does not have, whichever that says it is", async () => {
    const key = new Uint8Array(32)
    const forged = await new CompactEncrypt(new TextEncoder().encode(JSON.stringify(secrets)))
      .setProtectedHeader({ alg: "dir", enc: "A256GCM", kid: "unknown", sid: "sid" })
      .encrypt(key)
    expect(await new Seal([NEW]).open("sid", forged)).toBeUndefined()
  })
})
