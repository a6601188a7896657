import { headers } from "next/headers"
import { handler } from "../lib/handler"
import { Shop } from "./shop"

/** Who is signed in is in the page from its first byte. Looking refreshes nothing. */
export default async function Page() {
  const initial = await handler.session(new Request("http://localhost/", { headers: await headers() }))
  return <Shop initial={initial} />
}
