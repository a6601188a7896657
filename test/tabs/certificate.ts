import { generateKeyPairSync, randomBytes, sign } from "node:crypto"

/** Makes a key and a certificate that it has signed itself, good for a day (RFC 5280, 4.1). Nobody trusts it who is not told to. */
export function selfSigned(): { key: string; cert: string } {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" })
  const name = sequence(set(sequence(COMMON_NAME, utf8("sessionchart tests"))))
  const now = Date.now()
  const toBeSigned = sequence(
    explicit(0, integer(Buffer.of(2))),
    integer(Buffer.concat([Buffer.of(1), randomBytes(8)])),
    sequence(ECDSA_WITH_SHA256),
    name,
    sequence(moment(now - DAY_MS), moment(now + DAY_MS)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
  )
  const signature = element(0x03, Buffer.of(0), sign("sha256", toBeSigned, privateKey))
  const cert = sequence(toBeSigned, sequence(ECDSA_WITH_SHA256), signature)
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${cert.toString("base64")}\n-----END CERTIFICATE-----\n`,
  }
}

const DAY_MS = 86_400_000
const COMMON_NAME = Buffer.from("0603550403", "hex")
const ECDSA_WITH_SHA256 = Buffer.from("06082a8648ce3d040302", "hex")

/** One element of DER: its kind, its length, its content. */
function element(tag: number, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content)
  const length =
    body.length < 0x80 ? [body.length] : body.length < 0x100 ? [0x81, body.length] : [0x82, body.length >> 8, body.length & 0xff]
  return Buffer.concat([Buffer.of(tag, ...length), body])
}

const sequence = (...content: readonly Buffer[]) => element(0x30, ...content)
const set = (...content: readonly Buffer[]) => element(0x31, ...content)
const explicit = (tag: number, ...content: readonly Buffer[]) => element(0xa0 | tag, ...content)
const integer = (bytes: Buffer) => element(0x02, bytes)
const utf8 = (text: string) => element(0x0c, Buffer.from(text))
/** GeneralizedTime: the same form before 2050 and after, as no client minds. */
const moment = (at: number) => element(0x18, Buffer.from(`${new Date(at).toISOString().replace(/[-:T]|\.\d+/g, "")}`))
