/** What a test proves, for docs/proof.md: put into its `task.meta`. */
export interface Proof {
  readonly what: string
  readonly many: string
  /** Default: "none failed". */
  readonly result?: string
}

declare module "vitest" {
  interface TaskMeta {
    proof?: Proof
  }
}
