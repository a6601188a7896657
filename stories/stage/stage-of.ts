import type { Stage } from "./stage.ts"

/** The stage that a story is on. */
export function stageOf({ loaded }: { readonly loaded: Record<string, unknown> }): Stage {
  const { stage } = loaded as { readonly stage: Stage | null }
  if (stage === null) throw new Error("no server with emulators is behind this page")
  return stage
}
