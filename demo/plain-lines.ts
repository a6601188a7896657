import type { Screen } from "./scene.types.ts"
import type { Terminal } from "./live-screen.ts"

/** Writes a line for each thing that happens: for logs, pipes and whoever wants no colour. */
export function showPlainly(stdout: Terminal): Screen {
  const written: number[] = []
  return {
    show({ startedAt, lanes }) {
      const fresh = lanes.flatMap((lane, at) => lane.slice(written[at] ?? 0))
      lanes.forEach((lane, at) => (written[at] = lane.length))
      for (const { at, provider, says } of fresh.sort((one, other) => one.at - other.at))
        stdout.write(`${((at - startedAt) / 1000).toFixed(1).padStart(5)} s  ${provider.padEnd(15)}  ${says}\n`)
    },
    close() {},
  }
}
