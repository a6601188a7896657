import { expect, test } from "vitest"
import { door } from "../session/setting.ts"
import { serving } from "./serving.ts"

test.each([
  ["refresh", (page) => page.post("/auth/refresh")],
  ["request", (page) => page.get("/auth/api/resource")],
] as const satisfies readonly [string, (page: ReturnType<ReturnType<typeof serving>["browser"]>) => Promise<Response>][])(
  "S31 user A's %s that is answered after user B has logged in leaves B's cookie alone",
  async (_, ask) => {
    const { clock, browser, signIn, emulator } = serving("commerce-engine")
    const page = browser()
    await signIn(page)
    await clock.advance(16 * 60_000)
    const late = door()
    emulator.fail({ on: "refresh", with: (_, answer) => late.opened.then(answer) })
    const asked = ask(page)
    await clock.advance(0)
    await signIn(page, 1)
    const ofB = [...page.cookies]
    late.open()
    const answer = await asked
    expect([answer.status, answer.headers.get("set-cookie")]).toEqual([401, null])
    expect([...page.cookies]).toEqual(ofB)
    expect((await page.get("/auth/api/resource")).status).toBe(200)
  },
)

test("S31 nor does a look at who is signed in, that finds nobody", async () => {
  const { browser, signIn } = serving("commerce-engine")
  const page = browser()
  await signIn(page)
  const other = browser()
  for (const [name, value] of page.cookies) other.cookies.set(name, value)
  await other.post("/auth/logout")
  const answer = await page.get("/auth/session")
  expect([answer.status, answer.headers.get("set-cookie")]).toEqual([204, null])
})
