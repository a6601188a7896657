import type { RefreshContext } from "../../machines/refresh.machine.ts"
import type { Deletion } from "../core/outcome.ts"
import { Services } from "../core/services.ts"
import { storeFailed } from "./store-failed.ts"

/** Deletes the record, if it still is the one whose credential was refused: a generation that somebody else got in between lives on. */
export async function endRefused({ services, facts }: RefreshContext): Promise<Deletion> {
  const inside = Services.open(services)
  inside.background.letGo()
  try {
    const ended = await inside.store.end(facts.sid, facts.generation)
    if (ended.is === "ended") return { is: "deleted" }
    return ended.record === null ? { is: "gone" } : { is: "stale", facts: inside.keyring.offer(ended.record) }
  } catch (error) {
    throw storeFailed(inside, error)
  }
}
