import { expect } from "vitest"
import type { Emulator } from "../../src/testing/emulator.types.ts"
import { door } from "../session/setting.ts"
import type { Moment } from "./standing.ts"
import type { Tab } from "./tabs-lab.ts"

/** Where a refresh stands still: at one of the page's moments, or at a provider that has rotated the credential and does not answer. */
export type Stop = Moment | "rotated"

/** From its beginning to its end. */
export const STOPS = ["leased", "marked", "rotated", "answered", "stored"] as const satisfies readonly Stop[]

/** Begins a refresh in a tab. Resolves when it stands still, with the way to let it go on. */
export async function stoppedRefresh(tab: Tab, stop: Stop, emulator: Emulator) {
  const before = emulator.stats.refreshes
  const open = stop === "rotated" ? answerHeldBack(emulator) : () => {}
  if (stop !== "rotated") await tab.call("standAt", stop)
  const refreshing = tab.call("refresh").catch(() => "gone" as const)
  if (stop === "rotated") await expect.poll(() => emulator.stats.refreshes, { interval: 5, timeout: 5_000 }).toBe(before + 1)
  else await expect.poll(() => tab.call("standsAt"), { interval: 5, timeout: 5_000 }).toBe(stop)
  return {
    refreshing,
    /** The answer, where that is held back, goes out to whoever is still there. */
    answer: open,
    goOn: () => (stop === "rotated" ? open() : tab.call("goOn")),
  }
}

/** Lets the next refresh be carried out, and holds its answer back. Returns the way to let it go. */
function answerHeldBack(emulator: Emulator): () => void {
  const { open, opened } = door()
  emulator.fail({
    on: "refresh",
    async with(_, answer) {
      const response = await answer()
      await opened
      return response
    },
  })
  return open
}
