// @vitest-environment jsdom
import { startTransition, useLayoutEffect, useState } from "react"
import { createRoot } from "react-dom/client"
import { expect, onTestFinished, test } from "vitest"
import { shop, useSession, within } from "./shop.tsx"

test("a render that is interrupted shows one session on the whole page, not half of an older one", async () => {
  // Within `act` React renders in one go, and nothing could come between.
  globalThis.IS_REACT_ACT_ENVIRONMENT = false
  onTestFinished(() => void (globalThis.IS_REACT_ACT_ENVIRONMENT = true))
  const { session, signIn } = shop()
  await signIn(session)
  const container = document.createElement("ul")
  const root = createRoot(container)
  onTestFinished(() => root.unmount())

  const ROWS = 30
  let rendered = 0
  let showOthers = () => {}
  const pages: (string | null)[][] = []
  function Row() {
    rendered++
    for (const end = performance.now() + 1; performance.now() < end;); // so much to do that React takes breaks
    return <li>{useSession((s) => s.user?.email ?? "nobody")}</li>
  }
  function List() {
    const [list, setList] = useState(0)
    showOthers = () => startTransition(() => setList(1))
    useLayoutEffect(() => void pages.push(Array.from(container.children, ({ textContent }) => textContent)))
    return Array.from({ length: ROWS }, (_, row) => <Row key={`${list} ${row}`} />)
  }
  root.render(within(session, <List />))
  await until(() => pages.length === 1)

  rendered = 0
  showOthers()
  await until(() => rendered > ROWS / 3)
  expect(pages).toHaveLength(1)
  expect(rendered).toBeLessThan(ROWS)
  void session.logout()
  await until(() => pages.length > 1 && container.textContent?.includes("ada") === false)
  expect(pages.map((page) => new Set(page).size)).toEqual(pages.map(() => 1))
})

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve))
}
