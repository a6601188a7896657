import { describe, expect, it } from "vitest"
import type { SessionRecord } from "../../src/core/record.ts"
import { askForLease, slotSteps, type Step } from "../../src/core/slot-steps.ts"
import type { Notice } from "../../src/core/store.ts"

const NOW = Date.UTC(2026, 0, 1)
const record: SessionRecord = {
  v: 1,
  sid: "s",
  generation: 2,
  accessToken: "access",
  refreshToken: "refresh",
  refreshable: true,
  issuedAt: NOW - 10_000,
  expiresAt: NOW + 10_000,
  windowEndsAt: null,
  skewMs: 0,
  user: null,
  startedAt: NOW - 10_000,
  usedAt: NOW - 1_000,
  notBefore: null,
  sentAt: null,
  lease: null,
}

/** A slot that holds this, and the steps of a holder. */
function slot(held: SessionRecord) {
  const slot = { held: held as SessionRecord | null, told: [] as Notice[] }
  const run = async <Result>(step: Step<Result>): Promise<Result> => {
    const { result, record = slot.held, notice } = step(slot.held, NOW)
    slot.held = record
    if (notice !== undefined) slot.told.push(notice)
    return result
  }
  return { slot, steps: slotSteps("me", run) }
}

describe("use that is noted", () => {
  it("is told to the others where it is later than what is known", async () => {
    const { slot: after, steps } = slot(record)
    await steps.noteUse("s", NOW)
    expect(after).toEqual({ held: { ...record, usedAt: NOW }, told: [{ is: "used", sid: "s", at: NOW }] })
  })

  it.each<[string, string, number]>([
    ["no later than what is known", "s", record.usedAt],
    ["earlier", "s", record.usedAt - 1],
    ["of another session", "t", NOW],
  ])("changes nothing where it is %s, and nobody hears of it", async (_, sid, at) => {
    const { slot: after, steps } = slot(record)
    await steps.noteUse(sid, at)
    expect(after).toEqual({ held: record, told: [] })
  })
})

it.each([
  [null, NOW + 5, NOW + 5],
  [NOW + 3, NOW + 5, NOW + 5],
  [NOW + 3, null, NOW + 3],
  [null, null, null],
])("a lease given back leaves what the provider asked for (%j, then %j)", async (notBefore, asked, expected) => {
  const { slot: after, steps } = slot({ ...record, notBefore, lease: { holder: "me", until: NOW + 1 } })
  await steps.release("s", asked)
  expect(after.held).toEqual({ ...record, notBefore: expected })
})

it.each<[string, Partial<SessionRecord>, "fresh" | "leased"]>([
  ["before it expires", { expiresAt: NOW + 1 }, "fresh"],
  ["not when it expires", { expiresAt: NOW }, "leased"],
  ["where nobody knows its end", { expiresAt: null }, "fresh"],
  ["by the holder's own clock, which the provider's is ahead of", { expiresAt: NOW + 1, skewMs: 1 }, "leased"],
  ["by the holder's own clock, which the provider's is behind", { expiresAt: NOW, skewMs: -1 }, "fresh"],
])("another holder's newer grant will do: %s", (_, held, is) => {
  const ask = askForLease("me", "s", record.generation - 1, () => false)
  expect(ask({ ...record, ...held }, NOW).result.is).toBe(is)
})
