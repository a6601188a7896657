import type { Witness } from "./witness.ts"

/** Shows the lives as far as they have come; called ten times a second. */
export interface Screen {
  show(scene: Scene): void
  close(): void
}

/** Everything that has happened until now. Moments are epoch ms. */
export interface Scene {
  readonly startedAt: number
  readonly now: number
  readonly lanes: readonly Lane[]
}

/** What has happened to one provider's session, oldest first. */
export type Lane = ReturnType<Witness["look"]>
