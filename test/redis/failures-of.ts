import { expect } from "vitest"
import type { StoreConnection } from "../../src/core/store.ts"
import { StoreUnavailableError } from "../../src/index.ts"
import { recordNow } from "./lab.ts"

/** What a record is made of that nobody may be shown. */
export const SECRETS = { accessToken: "SECRET access", refreshToken: "SECRET refresh" }

/** Every step of the protocol. */
const steps: readonly [string, (holder: StoreConnection) => Promise<unknown>][] = [
  ["read", (holder) => holder.read()],
  ["create", (holder) => holder.create(recordNow(SECRETS))],
  ["acquire", (holder) => holder.acquire("sid", 1)],
  ["markSent", (holder) => holder.markSent("sid", 1)],
  ["clearSent", (holder) => holder.clearSent("sid", 1)],
  ["renew", (holder) => holder.renew("sid")],
  ["commit", (holder) => holder.commit("sid", 1, recordNow({ ...SECRETS, generation: 2 }))],
  ["release", (holder) => holder.release("sid", null)],
  ["noteUse", (holder) => holder.noteUse("sid", Date.now() + 1_000)],
  ["end", (holder) => holder.end("sid", null)],
  ["end everywhere", (holder) => holder.end("sid", null, { everywhere: true })],
]

/** Takes every step at once, each of which must fail, and show nothing secret. Returns what they say. */
export async function failuresOf(holder: StoreConnection): Promise<string[]> {
  const said = await Promise.all(
    steps.map(async ([name, act]) => {
      const error: unknown = await act(holder).then(
        () => null,
        (reason: unknown) => reason,
      )
      if (!(error instanceof StoreUnavailableError)) throw new Error(`${name} came to ${String(error)}`, { cause: error })
      expect(`${error.message} ${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`).not.toContain("SECRET")
      return error.message
    }),
  )
  return [...new Set(said)]
}
