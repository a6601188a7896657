// @vitest-environment jsdom
import { act, render } from "@testing-library/react"
import { expect, test } from "vitest"
import { createSessionHooks } from "../../src/react/index.ts"
import type { Emulator } from "../../src/testing/emulator.types.ts"
import { PROVIDERS, setting } from "../session/setting.ts"

/** Geins' tokens never come to a page at all. */
const inBrowsers = PROVIDERS.filter((name) => name !== "geins")

test.each(inBrowsers)("S19 I8 a page that prints all that its hook returns prints no token of %s", async (name) => {
  // jsdom has the fetch of Node; a page would leave cookies to its browser.
  const { clock, emulator, session, signIn } = setting(name, { emulator: { graceS: 7200, cookies: "jar" } })
  const provider = emulator as unknown as Emulator
  const hooks = createSessionHooks(session)
  function Everything() {
    return <pre title={printed(hooks.useSession())}>{printed(hooks.useSession())}</pre>
  }
  const { container } = render(<Everything />)
  const pages: string[] = []
  const observer = new MutationObserver(() => void pages.push(container.innerHTML, container.textContent!))
  observer.observe(container, { attributes: true, characterData: true, childList: true, subtree: true })

  await act(() => signIn(session))
  await act(() => session.refresh())
  for (const fault of [503, "garbage", "network", { status: 403, html: true }, "truncated"] as const) {
    provider.fail({ on: "refresh", with: fault })
    await act(() => session.refresh().catch(() => {}))
    await act(() => clock.advance(600_000))
    await act(() => session.refresh().catch(() => {}))
  }
  emulator.revokeAccessToken()
  await act(() => session.fetch("/resource"))
  emulator.revokeSession()
  await act(() => session.refresh().catch(() => {}))
  observer.disconnect()

  const all = pages.join("\n")
  const words = ["active", "refreshing", "loggedOut", "sid", "generation", "503", "cause"]
  expect(words.filter((word) => !all.includes(word))).toEqual([])
  const { ledger } = provider
  const secrets = [...ledger.accessTokens.map(({ token }) => token), ...ledger.refreshCredentials.map(({ credential }) => credential)]
  expect(secrets.length).toBeGreaterThan(5)
  const forms = secrets.flatMap((secret) => [secret, btoa(secret), encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)])
  expect(forms.filter((form) => all.includes(form))).toEqual([])
})

/** All that can be read of a value; of errors their stacks and causes, too. */
function printed(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (part instanceof Error) return Object.assign({ stack: part.stack, cause: part.cause }, part)
    return part
  })
}
