import { StrictMode } from "react"
import { renderToString } from "react-dom/server"
import { expect, test } from "vitest"
import { useSessionCountdown } from "../../src/react/index.ts"
import { HOUR } from "../session/setting.ts"
import { Shop, shop, useSession, within } from "./shop.tsx"

function Page() {
  const { status, usable } = useSession()
  return (
    <>
      <Shop />
      <p>{JSON.stringify({ status, usable, secondsLeft: useSessionCountdown() })}</p>
    </>
  )
}

test("S29 I12 rendering on a server starts nothing, however often", async () => {
  const { clock, emulator, session } = shop()
  expect(globalThis).not.toHaveProperty("window")
  for (let requests = 0; requests < 3; requests++) renderToString(<StrictMode>{within(session, <Page />)}</StrictMode>)
  await clock.advance(HOUR)
  expect([emulator.log, clock.pending]).toEqual([[], 0])
  expect(session.getSnapshot().status).toBe("restoring")
})

test("S29 a server renders the page of the customer whose facts it gives, whatever its own session does meanwhile", async () => {
  const { holder, signIn } = shop()
  const initial = { sid: "AAAAAAAAAAAAAAAAAAAAAA", user: { id: "1", first_name: "Grace" } }
  const session = holder({ initial })
  const html = () => renderToString(within(session, <Page />))
  const before = html()
  expect(before).toContain("Hello <!-- -->Grace")
  await signIn(session)
  expect(html()).toBe(before)
})
