import { describe, it } from "vitest"
import { createEmulator, type EmulatorName } from "../../src/testing/index.ts"
import { providerContract, type EmulatorUnderContract } from "../../src/testing/provider-contract.ts"
import { providerOf } from "../properties/provider-of.ts"

describe.each<EmulatorName>(["geins", "unisouk", "menu", "commerce-engine", "vault", "oauth2"])("%s", (name) => {
  providerContract(providerOf(name), (clock) => createEmulator(name, { clock }) as unknown as EmulatorUnderContract<never>, {
    describe,
    it,
  })
})
