import { availableParallelism, loadavg } from "node:os"
import type { Baseline } from "./baseline.ts"
import { compiles } from "./copy.ts"
import type { Tester } from "./crew.ts"
import { mutated, type Mutant } from "./mutant.ts"
import { stretchAround } from "./reach.ts"

/** What became of a mutant. */
export interface Fate {
  readonly is: "killed" | "byTypes" | "timedOut" | "survived"
  /** The test file that noticed. */
  readonly by: string | null
  /** The test in it, and what it said. */
  readonly said: string
}

/** A test that takes so long over what it took without a mutant hangs, unless the machine has other things to do. */
const LIMIT_MS = 15_000

/** Tests that take longer than this are asked last, after the compiler. */
const SLOW_MS = 3_000

/** Tries mutants on testers. It remembers which tests notice what, and asks those first. */
export class Trial {
  readonly #baseline: Baseline
  readonly #isTyped: boolean
  readonly #kills = new Map<string, number>()

  /** @param isTyped whether the code compiles as it is, so that the compiler can be asked */
  constructor(baseline: Baseline, isTyped: boolean) {
    this.#baseline = baseline
    this.#isTyped = isTyped
  }

  /** @param original the text of the mutant's file */
  async of(mutant: Mutant, original: string, tester: Tester): Promise<Fate> {
    const tests = this.#testsFor(mutant, original)
    const [quick, slow] = [tests.filter((test) => this.#ms(test) <= SLOW_MS), tests.filter((test) => this.#ms(test) > SLOW_MS)]
    await tester.write(mutant.file, mutated(original, mutant))
    try {
      return (
        (await this.#run(quick, mutant, tester)) ??
        (await this.#compile(tester)) ??
        (await this.#run(slow, mutant, tester)) ?? { is: "survived", by: null, said: "" }
      )
    } finally {
      await tester.write(mutant.file, original)
    }
  }

  /** Whether the tests that killed pass without a mutant, still: else it was not the mutants that made them fail. */
  async stands(fates: readonly Fate[], tester: Tester): Promise<boolean> {
    for (const test of new Set(fates.filter(({ is }) => is !== "survived").map(({ by }) => by))) {
      if (test !== null && !(await tester.run(test, this.#limitMs(test)))?.passed) return false
    }
    return true
  }

  async #run(tests: readonly string[], { file }: Mutant, tester: Tester): Promise<Fate | null> {
    for (const test of tests) {
      const ran = await tester.run(test, this.#limitMs(test))
      if (ran?.passed === true) continue
      const key = `${test} ${file}`
      this.#kills.set(key, (this.#kills.get(key) ?? 0) + 1)
      return { is: ran === null ? "timedOut" : "killed", by: test, said: ran?.killer ?? "" }
    }
    return null
  }

  async #compile(tester: Tester): Promise<Fate | null> {
    return !this.#isTyped || (await compiles(tester.root)) ? null : { is: "byTypes", by: null, said: "" }
  }

  /** Those that reach the mutant, the likeliest in the shortest time first. */
  #testsFor(mutant: Mutant, text: string): string[] {
    const around = stretchAround(mutant, text)
    const cost = (test: string) => this.#ms(test) / (1 + (this.#kills.get(`${test} ${mutant.file}`) ?? 0))
    return Object.keys(this.#baseline)
      .filter((test) => this.#baseline[test]?.reached.includes(around))
      .toSorted((a, b) => cost(a) - cost(b))
  }

  #limitMs(test: string): number {
    const [load = 0] = loadavg()
    return (LIMIT_MS + 4 * this.#ms(test)) * Math.max(1, load / availableParallelism())
  }

  #ms(test: string): number {
    return this.#baseline[test]?.ms ?? 0
  }
}
