import { BaseSequencer, type TestSpecification } from "vitest/node"

/** What takes much longer than the rest of its kind, and about how many seconds. */
const LONG: Readonly<Record<string, number>> = {
  "fuzz/replies.test.ts": 60,
  "properties/invariants.test.ts": 60,
  "paths/paths.test.ts": 50,
  "processes/at-rest.real.test.ts": 30,
  "tabs/together.real.test.ts": 30,
  "tabs/wake.real.test.ts": 20,
  "redis/time-limits.real.test.ts": 20,
  "processes/redis-away.real.test.ts": 20,
}

/**
 * Puts the files in an order in which what only computes, what drives a browser and what mostly waits (for a lease to run out, for Redis to
 * come back) run beside each other. Vitest's own order, the longest first, lets three that compute get in each other's way, and leaves the
 * processors idle while three wait; and without a cache, as on a fresh clone, it goes by the files' size.
 */
export class Sequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const streams: Record<Kind, TestSpecification[]> = { computing: [], browsers: [], waiting: [] }
    for (const spec of sorted) if (isMixed(spec)) streams[kindOf(spec)].push(spec)
    return [...sorted.filter((spec) => !isMixed(spec)), ...mixed(Object.values(streams))]
  }
}

type Kind = "computing" | "browsers" | "waiting"

/** A worker that goes on with another project begins anew, so React's files come all together. */
function isMixed({ project }: TestSpecification): boolean {
  return project.name === "sessionchart"
}

function kindOf({ moduleId }: TestSpecification): Kind {
  if (!isReal(moduleId)) return "computing"
  if (/\/test\/(tabs|stores)\/|\/example\.real\./.test(moduleId)) return "browsers"
  return /\/test\/(processes|redis)\//.test(moduleId) ? "waiting" : "computing"
}

/** All streams in one, each of which lasts from the beginning to the end, its longest files first. */
function mixed(streams: readonly TestSpecification[][]): TestSpecification[] {
  const placed = streams.flatMap((stream) => {
    const total = stream.reduce((sum, spec) => sum + secondsOf(spec), 0)
    let before = 0
    return stream
      .toSorted((a, b) => secondsOf(b) - secondsOf(a))
      .map((spec) => {
        const place = before / total
        before += secondsOf(spec)
        return { spec, place }
      })
  })
  return placed.toSorted((a, b) => a.place - b.place).map(({ spec }) => spec)
}

function secondsOf({ moduleId }: TestSpecification): number {
  const long = Object.entries(LONG).find(([name]) => moduleId.endsWith(`/test/${name}`))
  return long?.[1] ?? (isReal(moduleId) ? 8 : 1)
}

function isReal(moduleId: string): boolean {
  return moduleId.includes(".real.")
}
