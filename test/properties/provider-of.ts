import type { Provider } from "../../src/index.ts"
import { commerceEngine } from "../../src/providers/commerce-engine.ts"
import { geins } from "../../src/providers/geins.ts"
import { menu } from "../../src/providers/menu.ts"
import { oauth2 } from "../../src/providers/oauth2.ts"
import { unisouk } from "../../src/providers/unisouk.ts"
import { vault } from "../../src/providers/vault.ts"
import type { EmulatorName } from "../../src/testing/index.ts"

const providers = { geins, unisouk, menu, "commerce-engine": commerceEngine, vault, oauth2 }

/** The provider that an emulator of this name stands for. */
export function providerOf(name: EmulatorName): (options: never) => Provider<unknown, never> {
  return providers[name] as unknown as (options: never) => Provider<unknown, never>
}
