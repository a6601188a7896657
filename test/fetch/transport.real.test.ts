import { expect, onTestFinished, test } from "vitest"
import { systemClock } from "../../src/core/clock.ts"
import type { RequestData } from "../../src/core/provider.ts"
import type { Emulator } from "../../src/testing/emulator.types.ts"
import { manualClock } from "../../src/testing/index.ts"
import { startEmulator } from "../../src/testing/node.ts"
import { ask } from "../../src/transport.ts"

async function started(): Promise<Emulator<"vault">> {
  const emulator = await startEmulator("vault")
  onTestFinished(() => emulator.close())
  return emulator
}

function asked(url: string): RequestData {
  return { method: "POST", url, headers: { authorization: "Bearer of-ada" }, json: { refreshToken: "of-ada" } }
}

test("S18: a redirect of a provider's is refused: nothing is sent to where it leads", async () => {
  const [provider, elsewhere] = [await started(), await started()]
  for (const to of [`${elsewhere.url}/resource`, "/resource"]) {
    const answer = await ask({ fetch, clock: systemClock }, asked(`${provider.url}/redirect?to=${encodeURIComponent(to)}`))
    expect(answer).toMatchObject({ came: false, how: "lost" })
  }
  expect(provider.log.map(({ path }) => path.split("?")[0])).toEqual(["/redirect", "/redirect"])
  expect(elsewhere.log).toEqual([])
})

test("a provider that is not there was never reached", async () => {
  const gone = await startEmulator("vault")
  await gone.close()
  expect(await ask({ fetch, clock: systemClock }, asked(`${gone.url}/v1/auth/token`))).toMatchObject({ came: false, how: "notSent" })
  expect(await ask({ fetch, clock: systemClock }, asked("http://nobody.invalid/"))).toMatchObject({ came: false, how: "notSent" })
})

test("a connection that dies, before or after the request was carried out, leaves doubt", async () => {
  const emulator = await started()
  for (const fault of ["network", "lost"] as const) {
    emulator.fail({ on: "refresh", with: fault })
    expect(await ask({ fetch, clock: systemClock }, asked(`${emulator.url}/v1/auth/token`))).toMatchObject({ came: false, how: "lost" })
  }
})

test.each(["hang", "hang-body"] as const)("the time limit ends %s, and closes the connection", async (fault) => {
  const emulator = await started()
  const clock = manualClock()
  let closed = false
  emulator.fail({ on: "refresh", with: fault })
  const answer = ask(
    {
      clock,
      fetch: (input, init) => {
        init?.signal?.addEventListener("abort", () => {
          closed = true
        })
        return fetch(input, init)
      },
    },
    asked(`${emulator.url}/v1/auth/token`),
  )
  await expect.poll(() => emulator.log.length, { timeout: 5_000, interval: 5 }).toBe(1)
  await clock.advance(30_000)
  expect(await answer).toMatchObject({ came: false, how: "lost", cause: { message: "no answer within 30 s" } })
  expect(closed).toBe(true)
})

test("no cache is asked or filled", async () => {
  const emulator = await started()
  await ask({ fetch, clock: systemClock }, { method: "GET", url: `${emulator.url}/resource` })
  expect(emulator.log[0]?.headers).toMatchObject({ "cache-control": "no-cache", pragma: "no-cache" })
})
