import type { Emulator } from "../../src/testing/emulator.types.ts"

/** Refreshes that a provider has got, and not yet answered. */
export interface HeldRefreshes {
  /** How many there are. */
  readonly many: number
  /** Answers them, and those that come from now on. */
  release(): void
}

/**
 * Has a provider hold the refreshes that it gets.
 *
 * @param carriedOut when it carries them out: at once, so that only the answer is held, or when they are released
 */
export function holdRefreshes(emulator: Emulator, carriedOut: "at once" | "when released", times = Infinity): HeldRefreshes {
  let [many, release] = [0, () => {}]
  const released = new Promise<void>((resolve) => (release = resolve))
  emulator.fail({
    on: "refresh",
    times,
    async with(_, answer) {
      many += 1
      const answered = carriedOut === "at once" ? await answer() : null
      await released
      return answered ?? answer()
    },
  })
  return {
    get many() {
      return many
    },
    release,
  }
}
