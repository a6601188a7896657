export { createEmulator } from "./emulator.ts"
export type {
  AccessToken,
  CredentialState,
  Emulator,
  EmulatorClock,
  EmulatorName,
  EmulatorOptions,
  Emulators,
  EmulatorStats,
  Fault,
  Ledger,
  LogEntry,
  RefreshCredential,
  RequestPurpose,
} from "./emulator.types.ts"
export { manualClock, type ManualClock } from "./manual-clock.ts"
export { providerContract, type EmulatorUnderContract } from "./provider-contract.ts"
export type { Runner } from "./runner.ts"
export { storeContract, type StoreUnderTest } from "./store-contract.ts"
export { emulatorOf, type EmulatorDescription, type OwnEmulator } from "./emulator-of.ts"
export { startIn, type Behaviour, type Started, type StartOptions, type StartState } from "./start-in.ts"
export { paths, type Path, type PathsOptions } from "./paths/paths.ts"
export type { EmulatorOnPaths, PathEmulatorOptions } from "./paths/stage.ts"
