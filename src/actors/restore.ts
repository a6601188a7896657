import type { Restoration } from "../../machines/session.types.ts"
import { Services } from "../core/services.ts"
import { storeFailed } from "./store-failed.ts"

/** Looks into the store for a session. Rejects while the store fails. */
export async function restore({ services }: { readonly services: Services }): Promise<Restoration> {
  const inside = Services.open(services)
  try {
    const record = await inside.store.read()
    return record === null ? { is: "nobody" } : { is: "found", facts: inside.keyring.offer(record) }
  } catch (error) {
    throw storeFailed(inside, error)
  }
}
