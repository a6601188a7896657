import type { EmulatorName } from "../../src/testing/index.ts"
import type { WireReply } from "./reply.ts"

/**
 * Whether a provider's documents (and nothing of the library) let an answer end a session. Generous where a document is silent, so that a
 * failure of this means a session ended that nobody could want to end.
 */
export function mayRefuse(name: EmulatorName, { status, body }: WireReply): boolean {
  const text = new TextDecoder().decode(body).trim()
  if (status >= 500 || [408, 425, 429].includes(status) || text.startsWith("<")) return false
  const fields = fieldsOf(text)
  if (status === 401)
    return (
      !(name === "oauth2" || name === "vault") ||
      !["invalid_request", "invalid_client", "unauthorized_client"].includes(String(fields["error"]))
    )
  switch (name) {
    case "geins":
    case "menu":
      return [400, 403, 404].includes(status)
    case "unisouk":
      return (
        ((status === 403 || status === 404 || status === 200) && "error" in fields) ||
        customerIn(fields)["status"] === "INACTIVE" ||
        isSomebodyElse(customerIn(fields)["id"])
      )
    case "commerce-engine":
      return [400, 403, 404, 200, 201, 202, 206].includes(status) && fields["success"] === false
    case "vault":
    case "oauth2":
      return fields["error"] === "invalid_grant"
  }
}

function fieldsOf(text: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(text.replace(/^\uFEFF/, ""))
    return typeof parsed === "object" && parsed !== null ? (parsed as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

function customerIn(fields: Record<string, unknown>): Record<string, unknown> {
  const data = fields["data"] as { customer?: Record<string, unknown> | null } | null | undefined
  return (typeof data === "object" && data?.customer) || {}
}

/** A browser has one cookie for all of a store's customers: whoever it belongs to now, it is not the session's user. */
function isSomebodyElse(id: unknown): boolean {
  return typeof id === "string" && id !== "" && id !== ID_AT_UNISOUK
}

/** Of the emulator's first account. */
const ID_AT_UNISOUK = "9007199254740993"
