import { inspect } from "node:util"
import { expect, it } from "vitest"
import { Services, track, type Background, type Inside } from "../../src/core/services.ts"

const background = (): Background => ({
  work: [],
  flight: Promise.resolve(null),
  letGo: () => {},
  signedOut: null,
  isStopped: false,
})
const inside = { holder: "h", background: background() } as unknown as Inside

it("services show nothing of what is in them, except to those who open them", () => {
  const services = new Services(inside)
  expect(JSON.stringify({ services })).toBe("{}")
  expect(inspect(services)).toBe("Services {}")
  expect(structuredClone(services)).toEqual({})
  expect(Services.open(services)).toBe(inside)
})

it("work is known until it is done, also where it fails, and its failure is the caller's alone", async () => {
  const { background } = inside
  const done = track(inside, Promise.resolve(7))
  const failed = track(inside, Promise.reject(new Error("no")))
  expect(background.work).toHaveLength(2)
  await expect(done).resolves.toBe(7)
  await expect(failed).rejects.toThrow("no")
  await Promise.all(background.work)
  expect(background.work).toHaveLength(0)
})
