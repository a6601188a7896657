/** What is mutated. */
export const MUTATED = [
  "machines/session.machine.ts",
  "machines/session.setup.ts",
  "machines/refresh.machine.ts",
  "machines/event-parts.ts",
  "machines/to-be-provided.ts",
  "src/core/",
  "src/fetch.ts",
]

/** The tests that must notice. Those of the emulators, the demo and the documents are about other things. */
export const NOTICING = [
  "test/golden.test.ts",
  "test/golden-statements.test.ts",
  "test/core/",
  "test/session/",
  "test/stores/",
  "test/fetch/",
  "test/providers/",
  "test/contracts/",
  "test/seventh/",
  "test/fuzz/",
  "test/properties/",
  "test/paths/",
]

/** Tests by a real clock: a slow machine must kill no mutant. */
export const BY_REAL_CLOCK = /\.real\.test\.ts$/

/** Random tests are shorter than in `npm test`; their seeds are fixed, so the same mutants die in every run. */
export const SHORTER = { REPLIES: "200", SEQUENCES: "100" }
