import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest"
import type { Page } from "playwright"
import { startEmulator } from "../../src/testing/node.ts"
import { executablePath, openBrowserLab, type BrowserLab, type Profile } from "./browser-lab.ts"
import type { LabSessionOptions } from "./lab.ts"

describe.skipIf(executablePath === undefined)("sessions on webStore in tabs of Chromium", () => {
  let browserLab: BrowserLab
  let profile: Profile
  beforeAll(async () => {
    browserLab = await openBrowserLab()
  }, 60_000)
  afterAll(() => browserLab?.close())
  beforeEach(async () => {
    profile = await browserLab.profile()
  })
  afterEach(() => profile.context.close())

  async function tabWith(options: LabSessionOptions, prepare?: (page: Page) => Promise<unknown>): Promise<Page> {
    const { page } = await profile.tab("beside", { key: "beside" }, prepare)
    await page.evaluate((given) => lab.begin(given), options)
    return page
  }

  const snapshotOf = (page: Page) => page.evaluate(() => lab.snapshot())

  test("S01 S07 one tab's login, refresh and logout are those of all tabs, and a reload is signed in", async () => {
    const emulator = await startEmulator("vault", { graceS: 0 })
    const options = { provider: "vault", options: emulator.options, baseURL: emulator.url } as const
    const [a, b] = [await tabWith(options), await tabWith(options)]
    await a.evaluate((given) => lab.accept(given), await (await emulator.mint()).text())
    await expect.poll(() => snapshotOf(b)).toMatchObject({ status: "active", generation: 1 })
    emulator.revokeAccessToken()
    expect(await Promise.all([a, b, a, b].map((page) => page.evaluate(() => lab.fetch("/resource"))))).toEqual([200, 200, 200, 200])
    expect(emulator.stats).toMatchObject({ refreshes: 1, reused: 0 })
    await b.reload()
    await b.waitForFunction(() => "lab" in globalThis)
    await b.evaluate((given) => lab.begin(given), options)
    await expect.poll(() => snapshotOf(b)).toMatchObject({ status: "active", generation: 2, degraded: null })
    expect(await b.evaluate(() => lab.refresh())).toBe(3)
    await expect.poll(() => snapshotOf(a)).toMatchObject({ status: "active", generation: 3 })
    await a.evaluate(() => lab.logout())
    await expect.poll(() => snapshotOf(b)).toMatchObject({ status: "loggedOut", reason: "elsewhere" })
    expect(emulator.stats.reused).toBe(0)
    await emulator.close()
  })

  test("S03 a tab that crashes while its refresh is out costs the other tab no time to speak of", async () => {
    const emulator = await startEmulator("vault", { graceS: 60 })
    const options = { provider: "vault", options: emulator.options, baseURL: emulator.url } as const
    const [a, b] = [await tabWith(options), await tabWith(options)]
    await a.evaluate((given) => lab.accept(given), await (await emulator.mint()).text())
    await expect.poll(() => snapshotOf(b)).toMatchObject({ generation: 1 })
    emulator.fail({ on: "refresh", with: "hang", times: 1 })
    void a.evaluate(() => lab.refresh()).catch(() => {})
    await expect.poll(() => emulator.log.filter(({ on }) => on === "refresh").length).toBe(1)
    const devtools = await profile.context.newCDPSession(a)
    void devtools.send("Page.crash").catch(() => {})
    const since = Date.now()
    expect(await b.evaluate(() => lab.refresh())).toBe(2)
    expect(Date.now() - since).toBeLessThan(5_000)
    expect(emulator.stats).toMatchObject({ refreshes: 1, reused: 0 })
    await emulator.close()
  })

  test("S33 without IndexedDB a session lives in memory, refreshes, and is degraded", async () => {
    const emulator = await startEmulator("vault", { graceS: 0 })
    const page = await tabWith({ provider: "vault", options: emulator.options, baseURL: emulator.url }, (opened) =>
      opened.addInitScript(() => Object.defineProperty(globalThis, "indexedDB", { value: undefined })),
    )
    await expect.poll(() => snapshotOf(page)).toMatchObject({ status: "unauthenticated", degraded: "store" })
    await page.evaluate((given) => lab.accept(given), await (await emulator.mint()).text())
    expect(await snapshotOf(page)).toMatchObject({ status: "active", degraded: "store" })
    expect(await page.evaluate(() => lab.refresh())).toBe(2)
    expect(await snapshotOf(page)).toMatchObject({ status: "active", degraded: "store", generation: 2 })
    await emulator.close()
  })

  test('keep: "nothing": every tab gets its own access token with the cookie, also after a reload; login and logout are those of all tabs', async () => {
    const emulator = await startEmulator("unisouk", { graceS: 0 })
    const options = { provider: "unisouk", options: emulator.options, baseURL: emulator.url, keep: "nothing" } as const
    const [a, b] = [await tabWith(options), await tabWith(options)]
    await a.evaluate((given) => lab.login(given), emulator.credentials)
    await expect.poll(() => snapshotOf(b)).toMatchObject({ authenticated: true, user: { email: emulator.credentials.email } })
    expect(await Promise.all([a, b].map((page) => page.evaluate(() => lab.fetch("/resource"))))).toEqual([200, 200])
    expect(emulator.stats).toMatchObject({ refreshes: 1, reused: 0 })
    await a.reload()
    await a.waitForFunction(() => "lab" in globalThis)
    await a.evaluate((given) => lab.begin(given), options)
    expect(await Promise.all([a, b].map((page) => page.evaluate(() => lab.fetch("/resource"))))).toEqual([200, 200])
    expect(emulator.stats).toMatchObject({ refreshes: 2, reused: 0 })
    await Promise.all([a, b].map((page) => page.evaluate(() => lab.refresh())))
    expect(emulator.stats).toMatchObject({ refreshes: 4, reused: 0 })
    await a.evaluate(() => lab.logout())
    await expect.poll(() => snapshotOf(b)).toMatchObject({ status: "loggedOut", reason: "elsewhere" })
    await emulator.close()
  })
})
