import { parseArgs } from "node:util"

/** What `npm run mutants --` is told. */
export function options() {
  const { values } = parseArgs({
    options: {
      /** So many mutants, chosen by the seed. */
      sample: { type: "string" },
      seed: { type: "string", default: "1" },
      /** The mutants of files that begin like this. */
      only: { type: "string", multiple: true, default: [] },
      /** The mutants with this in their ids; shows what came of each. */
      mutant: { type: "string", multiple: true, default: [] },
      /** Those that survived in the last run. */
      survivors: { type: "boolean", default: false },
      /** Leaves test files out that begin like this. */
      without: { type: "string", multiple: true, default: [] },
      /** Only lists the mutants. */
      list: { type: "boolean", default: false },
    },
  })
  return values
}
