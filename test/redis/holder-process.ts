import { systemClock } from "../../src/core/clock.ts"
import type { StoreConnection } from "../../src/core/store.ts"
import { redisStore } from "../../src/stores/redis.ts"
import { opened, type ClientName } from "./lab.ts"

/** What a holder in a process of its own is told to do. */
export interface Told {
  readonly id: number
  readonly method: Exclude<keyof StoreConnection, "watch" | "close" | "isStandIn">
  readonly given: readonly unknown[]
}

const [name, url, prefix, holder] = process.argv.slice(2) as [ClientName, string, string, string]
const { client } = await opened(name, url, "as it comes")
const connection = redisStore({ client, prefix }).connect({ holder, clock: systemClock })

process.on("message", ({ id, method, given }: Told) => {
  const called = (connection[method] as (...given: readonly unknown[]) => Promise<unknown>)(...given)
  called.then(
    (result) => process.send!({ id, result }),
    (error: unknown) => process.send!({ id, error: String(error) }),
  )
})
process.send!("ready")
