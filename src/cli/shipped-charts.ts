import type { AnyStateMachine } from "xstate"
import { createRefreshMachine } from "../../machines/refresh.machine.ts"
import { sessionMachine } from "../../machines/session.machine.ts"
import type { Provider } from "../core/provider.ts"
import { bff } from "../providers/bff.ts"
import { commerceEngine } from "../providers/commerce-engine.ts"
import { geins } from "../providers/geins.ts"
import { menu } from "../providers/menu.ts"
import { oauth2 } from "../providers/oauth2.ts"
import { unisouk } from "../providers/unisouk.ts"
import { vault } from "../providers/vault.ts"

/**
 * The charts of the library, by name: that of a session, and of every provider that of its refresh. A refresh chart depends on the
 * provider's rules only, so any options will do.
 */
export const shippedCharts: Readonly<Record<string, () => Drawable>> = {
  session: () => ({ machine: sessionMachine, title: sessionMachine.id }),
  geins: () => refreshChartOf("geins", geins({ account: "any", merchantApiKey: "any" })),
  unisouk: () => refreshChartOf("unisouk", unisouk({ storeId: "1", baseUrl: ANY_URL })),
  menu: () => refreshChartOf("menu", menu({ application: "any", apiVersion: "1", deviceUuid: "any", baseUrl: ANY_URL })),
  "commerce-engine": () => refreshChartOf("commerce-engine", commerceEngine({ baseUrl: ANY_URL, apiKey: "any" })),
  vault: () => refreshChartOf("vault", vault({ partnerId: 1 })),
  bff: () => refreshChartOf("bff", bff({ url: ANY_URL })),
  oauth2: () => refreshChartOf("oauth2", oauth2({ tokenUrl: ANY_URL, clientId: "any" })),
}

/** A machine, and what to write above its drawing. */
export interface Drawable {
  readonly machine: AnyStateMachine
  readonly title: string
}

/** The refresh chart of a provider. */
export function refreshChartOf(id: string, provider: Pick<Provider, "rules">): Drawable {
  return { machine: createRefreshMachine(provider), title: `${id}: refresh` }
}

const ANY_URL = "https://provider.example"
