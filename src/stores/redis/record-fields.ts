import { readRecord, type SessionRecord } from "../../core/record.ts"
import type { Given } from "./commands.ts"
import type { RedisTime } from "./redis-time.ts"

/** What is stored with a record, beside it. */
export interface Beside {
  /** Until when it can be of use, by our clock; null where nobody knows. */
  readonly keepUntil: number | null
  /** What its user's sessions are listed under. */
  readonly userKey: string | null
}

/**
 * A record as fields of a hash: those that the scripts look at by themselves, in Redis' time, and all the rest as one JSON text.
 *
 * @throws {TypeError} when the user is nothing that JSON can hold.
 */
export function toFields(record: SessionRecord, { keepUntil, userKey }: Beside, time: RedisTime): Given {
  const { v, sid, generation, expiresAt, windowEndsAt, skewMs, startedAt, usedAt, notBefore, sentAt, lease, ...body } = record
  return inRecord({
    v,
    sid,
    generation,
    expiresAt,
    windowEndsAt,
    // The provider's clock against Redis', not against ours.
    skewMs: skewMs - time.theirs(0),
    startedAt: time.theirs(startedAt),
    usedAt: time.theirs(usedAt),
    notBefore: time.theirs(notBefore),
    sentAt: time.theirs(sentAt),
    leaseHolder: lease && lease.holder,
    leaseUntil: lease && time.theirs(lease.until),
    body: JSON.stringify(body),
    keepUntil: time.theirs(keepUntil),
    userKey,
  })
}

/** The record that a hash holds; null where it is none that we can read. */
export function recordIn(fields: ReadonlyMap<string, string>, time: RedisTime): SessionRecord | null {
  const number = (name: string) => Number(fields.get(name) ?? Number.NaN)
  const numberOrNull = (name: string) => (fields.has(name) ? number(name) : null)
  const body = bodyIn(fields.get("body"))
  const holder = fields.get("leaseHolder")
  return (
    body &&
    readRecord({
      ...body,
      v: number("v"),
      sid: fields.get("sid"),
      generation: number("generation"),
      expiresAt: numberOrNull("expiresAt"),
      windowEndsAt: numberOrNull("windowEndsAt"),
      skewMs: number("skewMs") + time.theirs(0),
      startedAt: time.ours(number("startedAt")),
      usedAt: time.ours(number("usedAt")),
      notBefore: time.ours(numberOrNull("notBefore")),
      sentAt: time.ours(numberOrNull("sentAt")),
      lease: holder === undefined ? null : { holder, until: time.ours(number("leaseUntil")) },
    })
  )
}

/** As the scripts tell a record's fields from what else they are given. */
function inRecord(fields: Given): Given {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [`record.${name}`, value]))
}

function bodyIn(text: string | undefined): object | null {
  try {
    const body: unknown = JSON.parse(text ?? "null")
    return typeof body === "object" ? body : null
  } catch {
    return null
  }
}
