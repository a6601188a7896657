import type { Fault, RequestPurpose } from "../emulator.types.ts"

/** The faults that wait for their request. */
export interface Faults {
  readonly queue: (fault: Fault) => void
  readonly clear: () => void
  /** The fault that hits the next request of this purpose; it counts as played. */
  take(on: RequestPurpose): Fault | undefined
}

export function createFaults(): Faults {
  let waiting: { fault: Fault; left: number }[] = []
  return {
    queue(fault) {
      waiting.push({ fault, left: fault.times ?? 1 })
    },
    clear() {
      waiting = []
    },
    take(on) {
      const next = waiting.find(({ fault, left }) => fault.on === on && left > 0)
      if (next) next.left--
      return next?.fault
    },
  }
}
