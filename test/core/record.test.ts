import { describe, expect, it } from "vitest"
import { readRecord, type SessionRecord } from "../../src/core/record.ts"

const record: SessionRecord = {
  v: 1,
  sid: "s",
  generation: 1,
  accessToken: "a",
  refreshToken: "r",
  refreshable: true,
  issuedAt: 1,
  expiresAt: 2,
  windowEndsAt: 3,
  skewMs: 0,
  user: null,
  startedAt: 1,
  usedAt: 1,
  notBefore: 4,
  sentAt: 5,
  lease: { holder: "h", until: 6 },
}

describe("a record in a store", () => {
  it("is read as it is", () => expect(readRecord(record)).toBe(record))

  it.each(["refreshToken", "expiresAt", "windowEndsAt", "notBefore", "sentAt", "lease", "user"])("may have no %s", (field) => {
    const without = { ...record, [field]: null }
    expect(readRecord(without)).toBe(without)
  })

  it.each<[keyof SessionRecord, unknown[]]>([
    ["v", [0, 2, "1"]],
    ["sid", ["", 1, undefined]],
    ["accessToken", ["", 1, undefined]],
    ["generation", [0, -1, 1.5, "1", undefined]],
    ["refreshToken", [1, undefined]],
    ["refreshable", ["true", null, undefined]],
    ["issuedAt", ["1", Infinity, null, undefined]],
    ["skewMs", ["1", Number.NaN, null, undefined]],
    ["startedAt", ["1", Infinity, null, undefined]],
    ["usedAt", ["1", Infinity, null, undefined]],
    ["expiresAt", ["1", Infinity, undefined]],
    ["windowEndsAt", ["1", Infinity, undefined]],
    ["notBefore", ["1", Infinity, undefined]],
    ["sentAt", ["1", Infinity, undefined]],
    ["lease", ["mine", undefined, {}, { holder: "h" }, { until: 6 }, { holder: 1, until: 6 }, { holder: "h", until: "6" }]],
  ])("is none of ours with another %s", (field, values) => {
    for (const value of values) expect(readRecord({ ...record, [field]: value }), String(value)).toBeNull()
  })

  it.each([null, undefined, "text", 1, true, []])("%j is none", (stored) => expect(readRecord(stored)).toBeNull())

  it("a function with its fields is none", () => expect(readRecord(Object.assign(() => {}, record))).toBeNull())
})
