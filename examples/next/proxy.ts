import { NextResponse, type NextRequest } from "next/server"

/** Only reads: whoever has no cookie is not let into /account. Whether the cookie is good is the page's to say. */
export function proxy(request: NextRequest) {
  const isKnown = ["__Host-session", "session"].some((name) => request.cookies.has(name))
  return isKnown ? NextResponse.next() : NextResponse.redirect(new URL("/", request.url))
}

export const config = { matcher: "/account/:path*" }
