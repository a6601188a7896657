import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import type { Emulator } from "../../src/testing/emulator.types.ts"
import { startEmulator } from "../../src/testing/node.ts"
import { executablePath } from "./chromium.ts"
import { atUnisouk } from "./emulators.ts"
import { timeOf } from "./pace.ts"
import { openTabsLab, type Tab, type TabsLab } from "./tabs-lab.ts"
import { presentations, prove, tallyOf } from "./tally.ts"
import { tlsFront, type TlsFront } from "./tls-front.ts"

const LIFETIME_S = 900

/** The user's choice about cookies of other sites; browsers differ in what they choose by themselves. */
const COOKIES = {
  allowed: { profile: { cookie_controls_mode: 0, block_third_party_cookies: false } },
  blocked: { profile: { cookie_controls_mode: 1, block_third_party_cookies: true } },
}

type Shop = readonly [where: "its own site" | "another site", keep: "all" | "nothing"]

/** Whose shops must work then. */
const SHOPS: Record<keyof typeof COOKIES, readonly Shop[]> = {
  allowed: [
    ["its own site", "all"],
    ["another site", "all"],
  ],
  blocked: [["its own site", "nothing"]],
}

describe.skipIf(executablePath === undefined).each(["allowed", "blocked"] as const)(
  "Unisouk over TLS, cookies of other sites %s",
  (cookies) => {
    const pace = { since: Date.now(), speed: 1, aheadMs: 0 }
    let lab: TabsLab
    let emulator: Emulator<"unisouk">
    let front: TlsFront
    beforeAll(async () => {
      lab = await openTabsLab({ tls: true, preferences: COOKIES[cookies] })
      emulator = await startEmulator("unisouk", { graceS: 0, accessTokenTtlS: LIFETIME_S, clock: { now: () => timeOf(pace) } })
      front = await tlsFront(Number(new URL(emulator.url).port))
    }, 60_000)
    afterAll(async () => {
      await lab?.close()
      await front?.close()
      await emulator?.close()
    })
    afterEach(() => lab.closeTabs())

    /** A shop, and the customer's two tabs there. */
    async function shop(...[where, keep]: Shop) {
      const site = lab.freshSite()
      const baseURL = where === "another site" ? `https://api.elsewhere.test:${front.port}` : site.api(`https://any:${front.port}`)
      const options = { ...atUnisouk(emulator, site, baseURL), keep, pace }
      const [a, b] = (await lab.tabs(2, site, options)) as [Tab, Tab]
      const cookie = async () => (await a.devtools.send("Network.getCookies", { urls: [baseURL] })).cookies[0]
      return { a, b, options, cookie }
    }

    test.for(SHOPS[cookies])(
      "S01 a shop whose API is on %s, keep: %s: the cookie that no script sees carries login, refresh, reload and logout",
      async ([where, keep], { task }) => {
        const before = tallyOf(emulator)
        const { a, b, options, cookie } = await shop(where, keep)
        const { sid } = await a.call("login", emulator.credentials)
        await b.call("showed", { sid })
        const { name, value, httpOnly, secure, sameSite } = (await cookie())!
        expect({ name, httpOnly, secure, sameSite }).toEqual({
          name: `__Secure-unisouk.${emulator.options.storeId}.refresh-token`,
          httpOnly: true,
          secure: true,
          sameSite: "None",
        })
        expect(await a.page.evaluate(() => document.cookie)).toBe("")
        for (const [at, tab] of [a, b, a].entries()) {
          const generation = at + 2
          expect(await tab.call("refresh")).toBe(generation)
          if (keep === "all") await Promise.all([a, b].map((one) => one.call("showed", { sid, generation })))
        }
        expect((await cookie())?.value).not.toBe(value)

        pace.aheadMs += LIFETIME_S * 1_000
        await b.call("sleep", LIFETIME_S * 1_000)
        await a.page.reload()
        await a.begin(options)
        expect(await a.call("fetch", "/resource")).toBe(200)
        expect(await b.call("fetch", "/resource")).toBe(200)
        const { presented, reused, refreshes } = tallyOf(emulator)
        // A tab that keeps its own access token has to refresh it itself.
        const needed = keep === "all" ? 4 : 5
        expect({ presented: presented - before.presented, reused, refreshes: refreshes - before.refreshes }).toEqual({
          presented: needed,
          reused: 0,
          refreshes: needed,
        })
        expect(new Set(presentations(emulator))).toEqual(new Set([1]))

        expect(await b.call("logout")).toBe(true)
        await a.call("ended", sid!)
        expect(await cookie()).toBeUndefined()
        expect(emulator.ledger.signedIn()).toEqual([])
        prove(task, `Unisouk over TLS, with its cookie, the API on ${where}, keep "${keep}"`, "2 tabs", {
          presented: needed,
          reused,
          logouts: 0,
        })
      },
    )

    if (cookies === "allowed") return
    test("a shop whose API is on another site is told so at the first refresh, by a named end, and does not ask again", async () => {
      const { a, b, cookie } = await shop("another site", "all")
      const { sid } = await a.call("login", emulator.credentials)
      await b.call("showed", { sid })
      expect(await cookie()).toBeUndefined()
      expect(await a.call("fetch", "/resource")).toBe(200)
      const before = emulator.log.filter(({ on }) => on === "refresh").length
      expect(await a.call("refresh")).toBe("session_ended")
      await b.call("ended", sid!)
      expect(await a.call("shows")).toMatchObject({ status: "loggedOut", reason: "refreshTokenExpired" })
      expect(emulator.log.filter(({ on }) => on === "refresh").length - before).toBe(1)
    })
  },
)
