import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import { executablePath } from "./chromium.ts"
import { atUnisouk, started } from "./emulators.ts"
import { stoppedRefresh } from "./stopped-refresh.ts"
import { openTabsLab, type Tab, type TabsLab } from "./tabs-lab.ts"

describe.skipIf(executablePath === undefined)("S31 the browser's one cookie", () => {
  let lab: TabsLab
  beforeAll(async () => {
    lab = await openTabsLab()
  }, 60_000)
  afterAll(() => lab?.close())
  afterEach(() => lab.closeTabs())

  /** A session of user A's in two tabs, the first of which is in the middle of a refresh that the provider has carried out. */
  async function refreshOfA(keep: "all" | "nothing") {
    const emulator = await started("unisouk", { graceS: 0 })
    const site = lab.freshSite()
    const [holder, other] = (await lab.tabs(2, site, { ...atUnisouk(emulator, site), keep })) as [Tab, Tab]
    const first = await holder.call("login", emulator.users[0])
    await other.call("showed", { sid: first.sid })
    return { emulator, holder, other, ...(await stoppedRefresh(holder, "rotated", emulator)) }
  }

  test.for([
    ["all", "the other"],
    ["all", "the same"],
    ["nothing", "the other"],
    ["nothing", "the same"],
  ] as const)(
    "keep %s: a login of user B in %s tab waits for a refresh of user A, whose cookie would take its place",
    async ([keep, which]) => {
      const { emulator, holder, other, goOn, refreshing } = await refreshOfA(keep)
      const tabs = [holder, other]
      const tab = which === "the same" ? holder : other
      const loggingIn = tab.call("login", emulator.users[1])
      // What is asked after it has been answered: it is not on its way.
      for (let times = 0; times < 3; times++) await tab.page.evaluate((url) => fetch(url, { mode: "no-cors" }).then(() => {}), emulator.url)
      expect(emulator.stats.logins, "while A's cookie is on its way").toBe(1)
      await goOn()
      await refreshing
      const { sid, user } = await loggingIn
      await Promise.all(tabs.map((tab) => tab.call("showed", { sid })))
      for (const each of tabs) {
        await each.call("refresh")
        expect(await each.call("shows")).toMatchObject({ sid, user, reason: null })
        expect(await each.call("whoami")).toBe(user)
      }
    },
  )

  test("a cookie that became another user's all the same ends the session: nobody is taken for anybody else", async () => {
    const { emulator, other, goOn } = await refreshOfA("all")
    // By hand, as a page of the shop that knows nothing of sessions would log in: B's cookie, and A's after it.
    const { sid } = await other.call("accept", await (await emulator.mint({ user: 1 })).text())
    await other.call("showed", { sid })
    await goOn()
    expect(await other.call("refresh")).toBe("session_ended")
    expect(await other.call("shows")).toMatchObject({ status: "loggedOut", reason: "anotherCustomer", user: null })
    expect(await other.call("whoami")).toBeNull()
  })
})
