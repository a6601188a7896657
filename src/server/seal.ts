import { CompactEncrypt, compactDecrypt, decodeProtectedHeader } from "jose"

/** Encrypts what is secret in a record, so that whoever reads the store cannot use it (AES-256-GCM, as a JWE: RFC 7516, RFC 7518 5.3). */
export class Seal {
  readonly #keys: Promise<readonly Key[]>

  /** @param secrets the first one seals; all of them open, so that keys can be changed without logging anybody out. */
  constructor(secrets: readonly string[]) {
    this.#keys = Promise.all(secrets.map(keyOf))
    this.#keys.catch(() => {})
  }

  /** Seals a value for one session: with another session's id it does not open. */
  async close(sid: string, value: unknown): Promise<string> {
    const [key] = await this.#keys
    return new CompactEncrypt(encoder.encode(JSON.stringify(value)))
      .setProtectedHeader({ alg: "dir", enc: "A256GCM", kid: key!.id, sid })
      .encrypt(key!.key)
  }

  /** What was sealed; undefined where it was not for this session, by none of the keys, or has been changed. */
  async open(sid: string, sealed: string): Promise<unknown> {
    const keys = await this.#keys
    try {
      const { kid } = decodeProtectedHeader(sealed)
      const key = keys.find(({ id }) => id === kid)
      if (key === undefined) return undefined
      const { plaintext, protectedHeader } = await compactDecrypt(sealed, key.key, ALGORITHMS)
      return protectedHeader["sid"] === sid ? (JSON.parse(decoder.decode(plaintext)) as unknown) : undefined
    } catch {
      return undefined
    }
  }
}

const ALGORITHMS = { keyManagementAlgorithms: ["dir"], contentEncryptionAlgorithms: ["A256GCM"] }

interface Key {
  /** Says which key it is, and nothing of the key. */
  readonly id: string
  /** Imported once: what is given as bytes is imported at every use. */
  readonly key: CryptoKey
}

async function keyOf(secret: string): Promise<Key> {
  const [bytes, id] = await Promise.all([digest(`sessionchart seal ${secret}`), digest(`sessionchart key id ${secret}`)])
  const key = await crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"])
  return { key, id: Array.from(id.slice(0, 6), (byte) => byte.toString(16).padStart(2, "0")).join("") }
}

async function digest(text: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", encoder.encode(text)))
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()
