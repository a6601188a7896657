import type { Asked, Reply, Route } from "./emulation.types.ts"
import type { LedgerBook } from "./ledger.ts"

/** The API behind the provider, the same for all: it wants the current bearer. */
export function resourceRoutes({
  ledger,
  unauthorized,
  challenge = () => undefined,
}: {
  ledger: LedgerBook
  unauthorized: (asked: Asked) => Reply
  /** What a live bearer is answered instead of 200, if anything. */
  challenge?: () => Reply | undefined
}): Route[] {
  return [
    {
      methods: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
      path: /^\/resource(\/.*)?$/,
      on: "resource",
      answer(asked) {
        const session = ledger.bearer(asked.bearer)
        if (!session) return unauthorized(asked)
        const { method, body, path } = asked
        return challenge() ?? { status: 200, body: { user: session.user, method, body, path } }
      },
    },
    {
      methods: ["GET", "POST"],
      path: "/redirect",
      on: "other",
      answer: (asked) => {
        const to = asked.url.searchParams.get("to")
        return to === null
          ? { status: 400, body: { message: "Missing query parameter to" } } // ours
          : { status: 302, headers: { location: to } }
      },
    },
  ]
}
