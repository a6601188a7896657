import type { InspectionEvent } from "xstate"
import type { Provider } from "../../index.ts"
import { createEmulator } from "../emulator.ts"
import type { EmulatorName } from "../emulator.types.ts"
import { Books } from "./books.ts"
import { after, explore, titleOf } from "./explore.ts"
import type { Move } from "./move.ts"
import { seeOff } from "./see-off.ts"
import { atFirst } from "./situation.ts"
import { Stage, type EmulatorOnPaths, type PathEmulatorOptions, type StageOptions } from "./stage.ts"
import { traitsOf, type Traits } from "./traits.ts"

/** One way through a session's life. */
export interface Path {
  readonly title: string
  /** Walks it on a session of its own. Rejects with the step at which something was not as it must be, and what. */
  readonly run: () => Promise<void>
}

/** What {@link paths} takes beside the provider. */
export interface PathsOptions {
  /** Makes an emulator by these options; default: the one of this library that has the provider's id. */
  readonly emulator?: (options: PathEmulatorOptions) => EmulatorOnPaths
  /** `always`: the emulator kills every credential that it refreshes with, whatever `rotation` says. Default: it does as it is told. */
  readonly rotation?: "always" | "as told"
  /** Receives XState's inspection events of every session. */
  readonly inspect?: (event: InspectionEvent) => void
}

/**
 * The executable paths for a provider: from every kind of start, through every class of answer, of time and of use, to every edge once.
 * Each walks a real session over the emulator, on a manual clock, and compares it after every step with the emulator's own ledger.
 *
 * @throws {RangeError} when run, where there is no emulator of the provider's id and none is given.
 * @example
 * for (const path of paths(vault(createEmulator("vault").options))) it(path.title, path.run)
 * @example
 * const emulator = ({ clock, accessTokenTtlS }) => emulatorOf({ ...description, accessTokenTtlS }, { clock })
 * for (const path of paths(acme({ baseUrl: "https://provider.test" }), { emulator, rotation: "always" })) it(path.title, path.run)
 */
export function paths(
  provider: Provider<unknown, never>,
  { emulator = builtIn(provider), rotation = "as told", inspect }: PathsOptions = {},
): readonly Path[] {
  const traits = { ...traitsOf(provider), alwaysRotates: rotation === "always" }
  return explore(traits).paths.map((moves) => ({ title: titleOf(moves), run: () => walk(moves, traits, { provider, emulator, inspect }) }))
}

function builtIn({ id }: Provider<unknown, never>) {
  return (options: PathEmulatorOptions): EmulatorOnPaths => createEmulator(id as EmulatorName, options)
}

async function walk(moves: readonly Move[], traits: Traits, options: StageOptions): Promise<void> {
  const first = moves[0]
  if (first === undefined) return
  const stage = new Stage(options, after(atFirst, first, traits))
  const books = new Books(stage, traits)
  let s = atFirst
  for (const [index, move] of moves.entries()) {
    try {
      const before = s
      s = after(before, move, traits)
      await move.play(stage, before)
      await stage.clock.settle()
      if (index === 0) stage.store.set("read", "works")
      if (move.leaves) {
        await stage.land(before, s)
        books.recount(s)
      }
      await books.check(s)
      if (!stage.store.isDeaf) continue
      stage.store.listen()
      await stage.clock.settle()
      await books.check(s)
    } catch (error) {
      throw new Error(`after ${titleOf(moves.slice(0, index + 1))}: ${(error as Error).message}`, { cause: error })
    }
  }
  try {
    await seeOff(stage, s)
  } catch (error) {
    throw new Error(`at the end of ${titleOf(moves)}: ${(error as Error).message}`, { cause: error })
  }
}
