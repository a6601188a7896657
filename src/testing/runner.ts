/** What a contract needs of a test runner: vitest, jest, mocha and node:test all have it. */
export interface Runner {
  readonly describe: (title: string, body: () => void) => unknown
  readonly it: (title: string, body: () => Promise<void>) => unknown
}

/** The runner whose `describe` and `it` are global, where there is one. */
export function globalRunner(): Runner {
  const { describe, it } = globalThis as Partial<Runner>
  if (typeof describe === "function" && typeof it === "function") return { describe, it }
  throw new Error("there is no global describe and it here; hand them over: storeContract(store, { describe, it })")
}
