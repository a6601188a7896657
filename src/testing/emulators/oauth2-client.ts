import type { Asked } from "./emulation.types.ts"

/** Who a request to a token endpoint says it comes from. */
export interface OAuthClient {
  readonly kind: "none" | "client_secret_basic" | "client_secret_post"
  readonly id: string
  readonly secret: string | undefined
}

/**
 * Reads how a client proves who it is (RFC 6749, section 2.3.1); `undefined` when it does not, or in two ways at once.
 */
export function clientOf(asked: Asked, form: URLSearchParams): OAuthClient | undefined {
  const basic = /^Basic +(\S+)$/i.exec(asked.headers.get("authorization") ?? "")?.[1]
  const id = form.get("client_id")
  const secret = form.get("client_secret") ?? undefined
  if (basic !== undefined) return secret === undefined ? basicClient(basic) : undefined
  if (id === null) return undefined
  return { kind: secret === undefined ? "none" : "client_secret_post", id, secret }
}

/** Id and secret are form-encoded before they are joined and base64-encoded. */
function basicClient(encoded: string): OAuthClient | undefined {
  try {
    const [id, secret, ...rest] = atob(encoded).split(":").map(formDecoded)
    if (id === undefined || secret === undefined || rest.length > 0) return undefined
    return { kind: "client_secret_basic", id, secret }
  } catch {
    return undefined
  }
}

function formDecoded(text: string): string {
  return decodeURIComponent(text.replaceAll("+", " "))
}
