import { expect } from "vitest"
import type { Command } from "./commands.ts"
import { World, type WorldOptions } from "./world.ts"

/** Lives through a sequence: somebody is signed in at its beginning, and at its end all that was broken is mended. */
export async function live(options: WorldOptions, commands: readonly Command[]): Promise<World> {
  const world = new World(options)
  await world.run({ do: "login", holder: 0, user: 0 })
  await world.clock.advance(30_000)
  for (const each of commands) await world.run(each)
  await world.mend()
  return world
}

/** I1–I4, I6, I7 and I9–I11, as seen from outside. */
export function expectInvariants({ violations, unsettled, emulator, options, doubts }: World): void {
  expect(violations).toEqual([])
  expect(unsettled).toEqual([])
  // What a refresh does not replace is presented at every one of them.
  const spent = emulator.ledger.refreshCredentials.filter(({ presented }) => options.rotates && presented.length > 1 + doubts)
  expect(spent.map(({ presented }) => presented.length)).toEqual([])
}
