import { describe, expect, test } from "vitest"
import { NotReplayableError, type SessionFetchInit } from "../../src/index.ts"
import type { Emulator } from "../../src/testing/emulator.types.ts"
import { bearers, door, refreshRequests, signedIn, signedInAtMenu, watched } from "./signed-in.ts"

const bytes = Uint8Array.from([0, 255, 128, 13, 10, 0xc3, 0x28])
const text = "Grüße, 漢字 \u0000 \r\n"

/** Writes down what the resource receives, byte for byte. */
function received(emulator: Emulator) {
  const all: { type: string | null; bytes: number[]; form: [string, unknown][]; custom: string | null; method: string }[] = []
  emulator.fail({
    on: "resource",
    times: Infinity,
    with: async (request, answer) => {
      const type = request.headers.get("content-type")
      const form = type?.startsWith("multipart/") ? [...(await request.clone().formData())] : []
      const fields = await Promise.all(
        form.map(async ([name, value]): Promise<[string, unknown]> => [
          name,
          typeof value === "string" ? value : [value.name, value.type, [...new Uint8Array(await value.arrayBuffer())]],
        ]),
      )
      all.push({
        type: type?.split("; boundary=", 1)[0] ?? null, // a boundary is drawn by lot
        bytes: type?.startsWith("multipart/") ? [] : [...new Uint8Array(await request.arrayBuffer())],
        form: fields,
        custom: request.headers.get("x-custom"),
        method: request.method,
      })
      return answer()
    },
  })
  return all
}

function stream(...chunks: Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk)
      controller.close()
    },
  })
}

function form(): FormData {
  const made = new FormData()
  made.append("name", "Ada")
  made.append("name", "twice")
  made.append("file", new File([bytes], "b.bin", { type: "application/x-b" }))
  return made
}

const view = new Uint8Array([9, 9, ...bytes, 9]).subarray(2, 9)

const kinds: [string, () => BodyInit | null, number[] | "form"][] = [
  ["a string", () => text, [...new TextEncoder().encode(text)]],
  ["an empty string", () => "", []],
  ["no body (null)", () => null, []],
  ["URLSearchParams", () => new URLSearchParams({ q: "a b&ü" }), [...new TextEncoder().encode("q=a+b%26%C3%BC")]],
  ["FormData with a file", form, "form"],
  ["a Blob", () => new Blob([bytes], { type: "application/x-blob" }), [...bytes]],
  ["a File", () => new File([bytes], "a.bin", { type: "application/x-file" }), [...bytes]],
  ["an ArrayBuffer", () => bytes.slice().buffer, [...bytes]],
  ["a Uint8Array that is part of a buffer", () => view, [...bytes]],
  ["a DataView", () => new DataView(view.buffer, 2, 7), [...bytes]],
  ["a Uint16Array", () => new Uint16Array([1, 515]), [1, 0, 3, 2]],
]

describe("S17: a body that can be sent again is sent again, byte for byte", () => {
  test.each(kinds)("S17: %s", async (_, body, wanted) => {
    const { emulator, session } = await signedIn()
    const all = received(emulator)
    emulator.revokeAccessToken()
    const response = await session.fetch("/resource", { method: "POST", body: body(), headers: { "x-custom": "kept" } })
    expect(response.status).toBe(200)
    expect(all).toHaveLength(2)
    expect(all[1]).toEqual(all[0])
    expect(all[1]).toMatchObject({ method: "POST", custom: "kept" })
    if (wanted === "form") {
      expect(all[1]!.form).toEqual([
        ["name", "Ada"],
        ["name", "twice"],
        ["file", ["b.bin", "application/x-b", [...bytes]]],
      ])
    } else expect(all[1]!.bytes).toEqual(wanted)
    expect(emulator.stats.refreshes).toBe(1)
  })

  test.each(kinds.filter(([name]) => !name.includes("null")))("S17: a Request with %s", async (_, body, wanted) => {
    const { emulator, session } = await signedIn()
    const all = received(emulator)
    emulator.revokeAccessToken()
    const request = new Request(`${emulator.url}/resource/of-request`, { method: "PUT", body: body(), headers: { "x-custom": "kept" } })
    expect((await session.fetch(request)).status).toBe(200)
    expect(all).toHaveLength(2)
    expect(all[1]).toEqual(all[0])
    expect(all[1]).toMatchObject({ method: "PUT", custom: "kept" })
    if (wanted === "form") expect(all[1]!.form).toHaveLength(3)
    else expect(all[1]!.bytes).toEqual(wanted)
    expect(emulator.log.at(-1)?.path).toBe("/resource/of-request")
  })

  test("S17: a Request without a body, with its method and headers", async () => {
    const { emulator, session } = await signedIn()
    const all = received(emulator)
    emulator.revokeAccessToken()
    const request = new Request(`${emulator.url}/resource`, { method: "DELETE", headers: { "x-custom": "kept" } })
    expect((await session.fetch(request)).status).toBe(200)
    expect(all.map(({ method, custom }) => [method, custom])).toEqual([
      ["DELETE", "kept"],
      ["DELETE", "kept"],
    ])
  })

  test("S17: a Request made of a stream is cloned, so it is sent again too", async () => {
    const { emulator, session } = await signedIn()
    const all = received(emulator)
    emulator.revokeAccessToken()
    const request = new Request(`${emulator.url}/resource`, { method: "POST", body: stream(bytes, bytes), duplex: "half" } as RequestInit)
    expect((await session.fetch(request)).status).toBe(200)
    expect(all.map((one) => one.bytes)).toEqual([
      [...bytes, ...bytes],
      [...bytes, ...bytes],
    ])
  })

  test("S17: the init's body takes the place of the Request's, on the replay too", async () => {
    const { emulator, session } = await signedIn()
    const all = received(emulator)
    emulator.revokeAccessToken()
    const request = new Request(`${emulator.url}/resource`, { method: "POST", body: "the request's" })
    expect((await session.fetch(request, { body: "the init's" })).status).toBe(200)
    expect(all.map((one) => new TextDecoder().decode(Uint8Array.from(one.bytes)))).toEqual(["the init's", "the init's"])
  })

  test("S17: a Request is taken as `fetch` takes it: used up by the call, and refused when it was used before", async () => {
    const { emulator, session } = await signedIn()
    const request = new Request(`${emulator.url}/resource`, { method: "POST", body: "once" })
    expect((await session.fetch(request)).status).toBe(200)
    expect(request.bodyUsed).toBe(true)
    await expect(session.fetch(request)).rejects.toBeInstanceOf(TypeError)
    expect(emulator.log).toHaveLength(1)
  })

  test("S17: with replay: false a Request's body is not cloned", async () => {
    const { emulator, session } = await signedIn()
    const request = new Request(`${emulator.url}/resource`, { method: "POST", body: "once" })
    let clones = 0
    request.clone = () => {
      clones++
      return Request.prototype.clone.call(request)
    }
    emulator.revokeAccessToken()
    expect((await session.fetch(request, { replay: false })).status).toBe(401)
    expect(clones).toBe(0)
  })
})

describe("S17: a body that is gone once it is sent", () => {
  const streamed = (): SessionFetchInit => ({ method: "POST", body: stream(bytes), duplex: "half" }) as SessionFetchInit

  test("S17: a stream just goes out while the token is usable", async () => {
    const { emulator, session } = await signedIn()
    const all = received(emulator)
    expect((await session.fetch("/resource", streamed())).status).toBe(200)
    expect(all[0]?.bytes).toEqual([...bytes])
  })

  test("S17: a stream that meets a 401 fails as not replayable, with the session refreshed", async () => {
    const { emulator, session } = await signedIn()
    emulator.revokeAccessToken()
    const error = await session.fetch("/resource", streamed()).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(NotReplayableError)
    expect(error).toMatchObject({ code: "not_replayable", name: "NotReplayableError" })
    expect(session.getSnapshot()).toMatchObject({ status: "active", generation: 2 })
    expect(bearers(emulator)).toHaveLength(1)
    expect((await session.fetch("/resource", streamed())).status).toBe(200)
    expect(emulator.stats.refreshes).toBe(1)
  })

  test("S17: a stream over a Request is none of the Request's", async () => {
    const { emulator, session } = await signedIn()
    emulator.revokeAccessToken()
    const request = new Request(`${emulator.url}/resource`, { method: "POST", body: "text" })
    await expect(session.fetch(request, streamed())).rejects.toBeInstanceOf(NotReplayableError)
  })

  test("S17: with replay: false a stream gets its 401", async () => {
    const { emulator, session } = await signedIn()
    emulator.revokeAccessToken()
    expect((await session.fetch("/resource", { ...streamed(), replay: false })).status).toBe(401)
  })

  test("S17: a stream waits for the refresh when the token has lapsed, and goes out once", async () => {
    const { clock, emulator, session } = await signedIn({ keepAlive: "on-demand" })
    const all = received(emulator)
    await clock.advance(900_000)
    expect((await session.fetch("/resource", streamed())).status).toBe(200)
    expect(emulator.stats).toMatchObject({ refreshes: 1, unauthorized: 0 })
    expect(all.map((one) => one.bytes)).toEqual([[...bytes]])
  })

  test("S17: a late 401 for a stream says so without another refresh", async () => {
    const { emulator, session } = await signedIn()
    const late = door()
    emulator.fail({ on: "resource", with: (_, answer) => late.opened.then(answer) })
    const upload = session.fetch("/resource", streamed()).catch((thrown: unknown) => thrown)
    emulator.revokeAccessToken()
    await session.refresh()
    late.open()
    expect(await upload).toBeInstanceOf(NotReplayableError)
    expect(emulator.stats.refreshes).toBe(1)
  })

  test("S17: a stream whose refresh is refused gets the end of the session", async () => {
    const { emulator, session } = await signedIn()
    emulator.revokeSession()
    expect(await session.fetch("/resource", streamed()).catch((thrown: unknown) => thrown)).toMatchObject({ code: "session_ended" })
  })

  test("MENU: while a refresh is out, a stream waits for it, and what can be sent again goes out at once", async () => {
    const { clock, emulator, session } = await signedInAtMenu()
    const refreshed = door()
    emulator.fail({ on: "refresh", with: (_, answer) => refreshed.opened.then(answer) })
    const refresh = session.refresh()
    await clock.settle()
    const upload = watched(session.fetch("/resource/upload", streamed()))
    expect((await session.fetch("/resource/list", { method: "POST", body: "text" })).status).toBe(200)
    expect(upload.is).toBe("pending")
    refreshed.open()
    await refresh
    await expect.poll(() => upload.is).toBe("done")
    expect(upload.value?.status).toBe(200)
    const [list, uploaded] = bearers(emulator)
    expect(uploaded).not.toBe(list)
    expect(emulator.stats).toMatchObject({ refreshes: 1, unauthorized: 0, requests: 2 })
  })

  test("MENU: a stream whose use starts the refresh waits for that very refresh", async () => {
    const { clock, emulator, session } = await signedInAtMenu()
    await clock.advance(845_000) // in the lead time, and not used since the login
    expect(session.getSnapshot()).toMatchObject({ status: "expiring", usable: true })
    expect((await session.fetch("/resource", streamed())).status).toBe(200)
    expect(emulator.log.map(({ on, status }) => [on, status])).toEqual([
      ["refresh", 200],
      ["resource", 200],
    ])
  })

  test("MENU: so does a request that must not be replayed", async () => {
    const { clock, emulator, session } = await signedInAtMenu()
    const refreshed = door()
    emulator.fail({ on: "refresh", with: (_, answer) => refreshed.opened.then(answer) })
    const refresh = session.refresh()
    await clock.settle()
    const once = session.fetch("/resource", { method: "POST", body: "once", replay: false })
    await clock.settle()
    expect(bearers(emulator)).toEqual([])
    refreshed.open()
    await refresh
    expect((await once).status).toBe(200)
    expect(emulator.stats).toMatchObject({ refreshes: 1, unauthorized: 0, requests: 1 })
  })

  test("MENU: a stream waits no longer than maxWaitMs for a refresh that hangs", async () => {
    const { clock, emulator, session } = await signedInAtMenu({ maxWaitMs: 5_000 })
    emulator.fail({ on: "refresh", with: "hang" })
    const refresh = session.refresh().catch(() => {})
    await clock.settle()
    const upload = watched(session.fetch("/resource", streamed()))
    await clock.advance(4_999)
    expect(upload.is).toBe("pending")
    await clock.advance(1)
    expect(upload).toMatchObject({ is: "failed", error: { code: "refresh_unavailable" } })
    expect(session.getSnapshot()).toMatchObject({ authenticated: true, usable: true })
    await clock.advance(60_000)
    await refresh
  })

  test("MENU: when the refresh fails, the stream goes out with the token that still lives", async () => {
    const { clock, emulator, session } = await signedInAtMenu()
    const refreshed = door()
    const unavailable = new Response(null, { status: 503, headers: { "retry-after": "30" } })
    emulator.fail({ on: "refresh", with: () => refreshed.opened.then(() => unavailable) })
    const refresh = session.refresh().catch((thrown: unknown) => thrown)
    await clock.settle()
    const upload = session.fetch("/resource", streamed())
    refreshed.open()
    expect(await refresh).toMatchObject({ code: "refresh_unavailable" })
    expect((await upload).status).toBe(200)
    expect(refreshRequests(emulator)).toBe(1)
    await clock.settle()
  })

  test("elsewhere a refresh spares the old token, so streams go out meanwhile", async () => {
    const { clock, emulator, session } = await signedIn()
    const refreshed = door()
    emulator.fail({ on: "refresh", with: (_, answer) => refreshed.opened.then(answer) })
    const refresh = session.refresh()
    await clock.settle()
    expect((await session.fetch("/resource", streamed())).status).toBe(200)
    refreshed.open()
    await refresh
  })
})
