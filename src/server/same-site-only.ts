import { Refusal } from "./refusal.ts"

/** Every request to the handler brings one of these: forms, images, links and scripts of other sites cannot. */
export const OWN_HEADERS = ["x-sessionchart", "authorization"] as const

/**
 * Lets a request through that a page of this origin has sent by script, and no other (cross-site request forgery): it brings a header that
 * other sites cannot add without being asked first, and, where the browser says where it comes from, comes from here.
 *
 * @throws {Refusal} 403
 */
export function sameSiteOnly({ headers }: Request, origin: string): void {
  if (!OWN_HEADERS.some((name) => headers.has(name)))
    throw new Refusal(
      403,
      "csrf",
      `the header "${OWN_HEADERS[0]}" is missing: only scripts of this origin may ask (not images, downloads, forms or EventSource)`,
    )
  const site = headers.get("sec-fetch-site")
  const from = headers.get("origin")
  if (site !== null && site !== "same-origin") throw new Refusal(403, "csrf", `a request from a ${site} page is not answered`)
  if (from !== null && from !== origin) throw new Refusal(403, "csrf", "a request from another origin is not answered")
}
