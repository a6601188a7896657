// @vitest-environment jsdom
import { render, screen } from "@testing-library/react"
import { Profiler, StrictMode, type ReactNode } from "react"
import { renderToString } from "react-dom/server"
import { expect, test } from "vitest"
import { useSessionCountdown } from "../../src/react/index.ts"
import { HOUR, refreshRequests } from "../session/setting.ts"
import { complaints } from "./complaints.ts"
import { Shop, shop, useSession, within } from "./shop.tsx"

/** Everything that differs between a server and a page if anything does. */
function Page() {
  const { status, authenticated, usable, user, expiresAt, endsAt } = useSession()
  const secondsLeft = useSessionCountdown()
  return (
    <>
      <Shop />
      <pre>{JSON.stringify({ status, authenticated, usable, email: user?.email, expiresAt, endsAt, secondsLeft })}</pre>
    </>
  )
}

/** Puts a server's page on the screen, and lets React take it over. Returns the pages that were seen, from the server's on. */
function hydrate(html: string, page: ReactNode): (string | null)[] {
  const container = document.body.appendChild(document.createElement("div"))
  container.innerHTML = html
  const pages = [container.textContent]
  render(
    <StrictMode>
      <Profiler id="page" onRender={() => void pages.push(container.textContent)}>
        {page}
      </Profiler>
    </StrictMode>,
    { container, hydrate: true, onRecoverableError: (error) => complaints.push(String(error)) },
  )
  return pages
}

test("S29 a page takes over what a server rendered for nobody, and then shows who is there", async () => {
  const { session, holder, signIn, settle } = shop()
  await signIn(holder())
  const html = renderToString(<StrictMode>{within(holder(), <Page />)}</StrictMode>)
  expect(html).toContain("One moment …")
  const pages = hydrate(html, within(session, <Page />))
  expect(screen.getByText("One moment …")).toBeDefined()
  await settle()
  expect(screen.getByRole("heading", { name: "Hello Ada" })).toBeDefined()
  expect(pages.join()).not.toContain("Log in")
})

test("S29 with `initial` facts a customer sees her page from the first byte on, without a flash", async () => {
  const { clock, emulator, holder, signIn, settle } = shop()
  const tab = holder()
  await signIn(tab)
  const { sid, user, generation, expiresAt } = tab.getSnapshot()
  tab.stop()
  await clock.advance(HOUR)
  const initial = { sid: sid!, user, generation: generation!, expiresAt }
  const html = renderToString(<StrictMode>{within(holder({ initial }), <Page />)}</StrictMode>)
  expect(html).toContain("Hello <!-- -->Ada")
  const pages = hydrate(html, within(holder({ initial }), <Page />))
  await settle()
  expect(screen.getByRole("status").textContent).toBe("connected")
  expect(pages.filter((page) => !page?.includes("Hello Ada"))).toEqual([])
  expect(refreshRequests(emulator)).toBe(1)
})

test("S29 a session that has begun before the page was taken over causes no mismatch", async () => {
  const { session, holder, signIn } = shop()
  const html = renderToString(<StrictMode>{within(holder(), <Page />)}</StrictMode>)
  await signIn(session)
  const pages = hydrate(html, within(session, <Page />))
  expect(pages[1]).toBe(pages[0])
  expect(screen.getByRole("heading", { name: "Hello Ada" })).toBeDefined()
})

test("the same console hears of a page that does differ", async () => {
  const { session, settle } = shop()
  hydrate(renderToString(<p>from the server</p>), <p>on the page</p>)
  expect(complaints.splice(0).join()).toMatch(/hydrat|did not match/i)
  expect(session.getSnapshot().status).toBe("restoring")
  await settle()
})
