export { createEmulator } from "./emulator.ts"
export type {
  AccessToken, CredentialState, Emulator, EmulatorClock, EmulatorName, EmulatorOptions, Emulators, EmulatorStats, Fault, Ledger, LogEntry,
  RefreshCredential, RequestPurpose,
} from "./emulator.types.ts"
export { manualClock, type ManualClock } from "./manual-clock.ts"
