import type { RefreshContext } from "../../machines/refresh.machine.ts"
import type { Sent } from "../core/outcome.ts"
import { Services, type Inside } from "../core/services.ts"

/** Gives the lease back after a refresh that granted nothing. A store that fails does not matter: the lease runs out. */
export async function release({ services, facts, outcome }: RefreshContext): Promise<void> {
  await giveBack(Services.open(services), facts, outcome ?? {}).catch(() => {})
}

/** What is left to say about a refresh that granted nothing. */
interface Unsettled extends Sent {
  readonly is?: string
  readonly retryAt?: number | null
}

/** Gives the lease back, with what is known: that the refresh was not done, and when the provider wants to be asked again. */
export async function giveBack(
  { store, background }: Inside,
  { sid, generation }: { readonly sid: string; readonly generation: number },
  { perhapsDone, retryAt = null }: Unsettled,
): Promise<void> {
  background.letGo()
  if (perhapsDone === false) await store.clearSent(sid, generation)
  await store.release(sid, retryAt)
}
