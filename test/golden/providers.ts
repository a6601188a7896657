import { commerceEngine } from "../../src/providers/commerce-engine.ts"
import { geins } from "../../src/providers/geins.ts"
import { menu } from "../../src/providers/menu.ts"
import { oauth2 } from "../../src/providers/oauth2.ts"
import { unisouk } from "../../src/providers/unisouk.ts"
import { vault } from "../../src/providers/vault.ts"
import { createEmulator } from "../../src/testing/index.ts"

/** One of each provider, by the name of its emulator. */
export const providers = {
  geins: geins(createEmulator("geins").options),
  unisouk: unisouk(createEmulator("unisouk").options),
  menu: menu(createEmulator("menu").options),
  "commerce-engine": commerceEngine(createEmulator("commerce-engine").options),
  vault: vault(createEmulator("vault").options),
  oauth2: oauth2(createEmulator("oauth2").options),
}
