import { expect, test, vi } from "vitest"
import type { SessionStore, SlotStore } from "../../src/core/store.ts"
import { StoreUnavailableError } from "../../src/index.ts"
import { memoryStore } from "../../src/stores/memory.ts"
import { serving } from "./serving.ts"

/** A store that keeps what it has, and may take nothing more. */
function failing(): { readonly store: SlotStore; isAway: boolean } {
  const inside = memoryStore()
  const away = { store: inside, isAway: false }
  const failingSlot = (slot: SessionStore): SessionStore => ({
    name: slot.name,
    connect(options) {
      const connection = slot.connect(options)
      const commit: typeof connection.commit = async (...given) => {
        if (away.isAway) throw new StoreUnavailableError("the store is away")
        return connection.commit(...given)
      }
      return { ...connection, commit }
    },
  })
  away.store = { ...failingSlot(inside), slot: (key) => failingSlot(inside.slot(key)) }
  return away
}

/** A server whose session was granted something that its store has not taken. */
async function unstored() {
  const away = failing()
  const server = serving("commerce-engine", { store: away.store })
  const { browser, signIn, clock, handler } = server
  const page = browser()
  await signIn(page)
  away.isAway = true
  let isClosed = false
  const answers: number[] = []
  void page.post("/auth/refresh").then(({ status }) => answers.push(status))
  await expect.poll(() => clock.advance(1_000).then(() => answers)).toEqual([200])
  const close = () => void handler.close().then(() => (isClosed = true))
  return { ...server, away, page, close, isClosed: () => isClosed }
}

test("a server that ends waits for a store that is away, stores what was granted, and loses nothing", async () => {
  const { away, page, clock, close, isClosed, emulator, newHandler } = await unstored()
  const log = vi.spyOn(console, "error")
  close()
  await clock.advance(10_000)
  expect(isClosed()).toBe(false)
  away.isAway = false
  await expect.poll(() => clock.advance(1_000).then(isClosed)).toBe(true)
  page.handler = newHandler()
  expect((await (await page.get("/auth/session")).json()) as unknown).toMatchObject({ session: { generation: 2 } })
  expect(log).not.toHaveBeenCalled()
  expect(emulator.stats).toMatchObject({ refreshes: 1, reused: 0 })
  log.mockRestore()
})

test("it waits 20 s, and says what is lost then", async () => {
  const { clock, close, isClosed } = await unstored()
  const log = vi.spyOn(console, "error").mockReturnValue()
  close()
  await clock.advance(19_500)
  expect(isClosed()).toBe(false)
  expect(log).not.toHaveBeenCalled()
  await clock.advance(1_000)
  expect(log.mock.calls.flat()).toEqual([expect.stringContaining("what 1 of its sessions were granted is lost")])
  await expect.poll(() => clock.advance(1_000).then(isClosed)).toBe(true)
  log.mockRestore()
})

test("a server at which nothing is under way ends at once", async () => {
  const { browser, signIn, clock, handler } = serving("vault")
  const page = browser()
  await signIn(page)
  await page.get("/auth/api/resource")
  await handler.close()
  expect(clock.pending).toBe(0)
})
