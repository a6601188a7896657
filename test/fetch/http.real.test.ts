import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { describe, expect, onTestFinished, test, vi } from "vitest"
import { createSession, type Session, type SessionOptions } from "../../src/index.ts"
import { createSessionFetch } from "../../src/ofetch.ts"
import { vault } from "../../src/providers/vault.ts"
import type { Emulator, EmulatorOptions } from "../../src/testing/emulator.types.ts"
import { startEmulator } from "../../src/testing/node.ts"
import { bearers, refreshRequests, stopped } from "./signed-in.ts"

async function started(options: EmulatorOptions<"vault"> = {}): Promise<Emulator<"vault">> {
  const emulator = await startEmulator("vault", options)
  onTestFinished(() => emulator.close())
  return emulator
}

async function signedInOver(emulator: Emulator<"vault">, options: Partial<SessionOptions> = {}): Promise<Session> {
  const session = stopped(createSession({ provider: vault(emulator.options), baseURL: emulator.url, ...options }))
  await session.accept(await emulator.mint())
  return session
}

const soon = { timeout: 10_000, interval: 10 }

describe("a thousand requests at once over HTTP", () => {
  test("with a revoked token: one refresh, a thousand successes", async () => {
    const emulator = await started()
    const session = await signedInOver(emulator)
    emulator.revokeAccessToken()
    const answers = await Promise.all(
      Array.from({ length: 1000 }, async (_, at) => {
        const response = await session.fetch("/resource", { method: "POST", body: `body ${at}` })
        return ((await response.json()) as { body: string }).body
      }),
    )
    expect(answers).toEqual(Array.from({ length: 1000 }, (_, at) => `body ${at}`))
    expect(emulator.stats).toMatchObject({ refreshes: 1, reused: 0, requests: 1000 })
    expect(bearers(emulator).length).toBeLessThanOrEqual(2000)
  })

  test("with a lapsed token: one refresh, and no 401 at all", async () => {
    const emulator = await started()
    const session = stopped(createSession({ provider: vault(emulator.options), baseURL: emulator.url, keepAlive: "on-demand" }))
    const minted = (await (await emulator.mint()).json()) as { access_token: string; refresh_token: string }
    await session.accept({ accessToken: minted.access_token, refreshToken: minted.refresh_token, expiresAt: Date.now() })
    const answers = await Promise.all(
      Array.from({ length: 1000 }, async () => {
        const response = await session.fetch("/resource")
        await response.text()
        return response.status
      }),
    )
    expect(answers.every((status) => status === 200)).toBe(true)
    expect(emulator.stats).toMatchObject({ refreshes: 1, unauthorized: 0, requests: 1000 })
  })

  test("through ofetch, with a revoked token", async () => {
    const emulator = await started()
    const $fetch = createSessionFetch(await signedInOver(emulator))
    emulator.revokeAccessToken()
    const send = (_: unknown, at: number) => $fetch<{ body: string }>("/resource", { method: "POST", body: { at } })
    const answers = await Promise.all(Array.from({ length: 1000 }, send))
    expect(answers.map(({ body }) => body)).toEqual(Array.from({ length: 1000 }, (_, at) => JSON.stringify({ at })))
    expect(emulator.stats).toMatchObject({ refreshes: 1, requests: 1000 })
  })
})

describe("no socket is left behind", () => {
  /** 401s whose bodies never end: only a client that lets go of them frees their sockets. */
  function endless(emulator: Emulator, times: number) {
    const open = new Set<object>()
    emulator.fail({
      on: "resource",
      times,
      with: () => {
        const one = {}
        open.add(one)
        return new Response(
          new ReadableStream({
            start(controller) {
              controller.enqueue(new Uint8Array(1024))
            },
            cancel() {
              open.delete(one)
            },
          }),
          { status: 401 },
        )
      },
    })
    return open
  }

  test("the body of a 401 that is replayed is let go: a thousand of them leave no socket open", async () => {
    const emulator = await started()
    const session = await signedInOver(emulator)
    const open = endless(emulator, 1000)
    const statuses = await Promise.all(
      Array.from({ length: 1000 }, async () => {
        const response = await session.fetch("/resource")
        await response.text()
        return response.status
      }),
    )
    expect(statuses.every((status) => status === 200)).toBe(true)
    await expect.poll(() => open.size, soon).toBe(0)
  })

  test("so is that of a 401 whose request fails instead: the refresh is refused", async () => {
    const emulator = await started()
    const session = await signedInOver(emulator)
    const open = endless(emulator, 50)
    emulator.revokeSession()
    const errors = await Promise.all(Array.from({ length: 50 }, () => session.fetch("/resource").catch((thrown: unknown) => thrown)))
    for (const error of errors) expect(error).toMatchObject({ code: "session_ended" })
    await expect.poll(() => open.size, soon).toBe(0)
  })

  test("so is that of a 401 to a stream", async () => {
    const emulator = await started()
    const session = await signedInOver(emulator)
    const open = endless(emulator, 1)
    const upload = session.fetch("/resource", { method: "POST", body: new Blob(["x"]).stream(), duplex: "half" } as RequestInit)
    await expect(upload).rejects.toMatchObject({ code: "not_replayable" })
    await expect.poll(() => open.size, soon).toBe(0)
  })

  test("the body of a 401 that goes to the caller is the caller's: it is not touched", async () => {
    const emulator = await started()
    const session = await signedInOver(emulator)
    emulator.fail({ on: "resource", with: 401, times: 2 })
    const response = await session.fetch("/resource")
    expect(response.status).toBe(401)
    expect(response.bodyUsed).toBe(false)
    expect((await response.text()).length).toBeGreaterThan(0)
  })
})

describe("streams over HTTP", () => {
  test("S17: a stream goes out whole while the token is usable, and fails as not replayable when it is dead", async () => {
    const emulator = await started()
    const session = await signedInOver(emulator)
    const upload = () => {
      const body = new Blob(["one ", "two"]).stream()
      return session.fetch("/resource", { method: "POST", body, duplex: "half" } as RequestInit)
    }
    expect(await (await upload()).json()).toMatchObject({ body: "one two" })
    emulator.revokeAccessToken()
    await expect(upload()).rejects.toMatchObject({ code: "not_replayable" })
    expect(await (await upload()).json()).toMatchObject({ body: "one two" })
    expect(emulator.stats.refreshes).toBe(1)
  })

  test("S17: bodies of every kind are replayed over HTTP as they were sent", async () => {
    const emulator = await started()
    const session = await signedInOver(emulator)
    const form = new FormData()
    form.append("a", "1")
    const bodies: BodyInit[] = ["text", new URLSearchParams({ a: "1" }), new Blob(["blob"]), new TextEncoder().encode("bytes"), form]
    for (const [at, body] of bodies.entries()) {
      emulator.fail({ on: "resource", with: 401 })
      const init = { method: "POST", body }
      const asRequest = at % 2 === 0
      const response = await (asRequest ? session.fetch(new Request(`${emulator.url}/resource`, init)) : session.fetch("/resource", init))
      expect(response.status).toBe(200)
      const [first, second] = emulator.log.filter(({ on }) => on === "resource").slice(-2)
      const boundaryOf = (entry: typeof first) => entry?.headers["content-type"]?.split("boundary=")[1] ?? "none"
      const withoutBoundary = (entry: typeof first) => entry?.body?.replaceAll(boundaryOf(entry), "")
      expect(withoutBoundary(second)).toBe(withoutBoundary(first))
    }
  })

  test("an answer is handed over while its body is still coming", async () => {
    const emulator = await started()
    const session = await signedInOver(emulator)
    emulator.fail({ on: "resource", with: "hang-body" })
    const abort = new AbortController()
    const response = await session.fetch("/resource", { signal: abort.signal })
    const reader = response.body!.getReader()
    expect((await reader.read()).done).toBe(false)
    abort.abort()
    await expect(reader.read()).rejects.toMatchObject({ name: "AbortError" })
  })

  test("a request that hangs ends with its signal", async () => {
    const emulator = await started()
    const session = await signedInOver(emulator)
    emulator.fail({ on: "resource", with: "hang" })
    await expect(session.fetch("/resource", { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({ name: "TimeoutError" })
    expect(session.getSnapshot()).toMatchObject({ usable: true })
  })
})

describe("S18: redirects over HTTP", () => {
  test("S18: a redirect to another origin carries no credential, and its 401 does not touch the session", async () => {
    const [api, elsewhere] = [await started(), await started()]
    const session = await signedInOver(api)
    const response = await session.fetch(`/redirect?to=${encodeURIComponent(`${elsewhere.url}/resource`)}`)
    expect(response).toMatchObject({ status: 401, redirected: true, url: `${elsewhere.url}/resource` })
    expect(api.log.map(({ path, credential }) => [path.split("?")[0], credential !== undefined])).toEqual([["/redirect", true]])
    expect(elsewhere.log.map(({ path, headers }) => [path, headers["authorization"]])).toEqual([["/resource", undefined]])
    expect(session.getSnapshot()).toMatchObject({ status: "active", generation: 1 })
    expect(refreshRequests(api)).toBe(0)
  })

  test("S18: nor does a redirect to another allowed origin, where the platform drops the credential, too", async () => {
    const [api, other] = [await started(), await started()]
    const session = await signedInOver(api, { allowedOrigins: [other.url] })
    expect((await session.fetch(`/redirect?to=${encodeURIComponent(`${other.url}/resource`)}`)).status).toBe(401)
    expect(other.log.map(({ headers }) => headers["authorization"])).toEqual([undefined])
    expect(refreshRequests(api)).toBe(0)
    expect(api.log).toHaveLength(1)
  })

  test("S18: no header of any name carries a token to another origin", async () => {
    const [api, elsewhere] = [await started(), await started()]
    const session = await signedInOver(api)
    await session.fetch(`/redirect?to=${encodeURIComponent(`${elsewhere.url}/resource`)}`, { headers: { "x-custom": "the caller's" } })
    const seen = JSON.stringify(elsewhere.log)
    for (const { token } of api.ledger.accessTokens) expect(seen).not.toContain(token)
    for (const { credential } of api.ledger.refreshCredentials) expect(seen).not.toContain(credential)
  })

  test("a redirect within the origin keeps the credential; a 401 behind it is refreshed for, and replayed", async () => {
    const emulator = await started()
    const session = await signedInOver(emulator)
    expect((await session.fetch("/redirect?to=/resource/here")).status).toBe(200)
    emulator.revokeAccessToken()
    expect((await session.fetch("/redirect?to=/resource/here")).status).toBe(200)
    expect(emulator.stats).toMatchObject({ refreshes: 1, unauthorized: 1, requests: 2 })
  })

  test("a plain request to another origin goes without, warns once, and its 401 stays its own", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {})
    onTestFinished(() => warn.mockRestore())
    const [api, elsewhere] = [await started(), await started()]
    const session = await signedInOver(api)
    expect((await session.fetch(`${elsewhere.url}/resource`)).status).toBe(401)
    expect((await session.fetch(new Request(`${elsewhere.url}/resource`))).status).toBe(401)
    expect(elsewhere.log.map(({ headers }) => headers["authorization"])).toEqual([undefined, undefined])
    expect(warn).toHaveBeenCalledTimes(1)
    expect(refreshRequests(api)).toBe(0)
  })
})

test("a server that is gone: the error of fetch, as it is, and the session lives on", async () => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  await new Promise((resolve) => server.close(resolve))
  const emulator = await started()
  const session = await signedInOver(emulator, { allowedOrigins: [url] })
  await expect(session.fetch(`${url}/a`)).rejects.toMatchObject({ message: "fetch failed", cause: { code: "ECONNREFUSED" } })
  expect(session.getSnapshot()).toMatchObject({ status: "active", error: null })
})
