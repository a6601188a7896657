import { afterAll, expect } from "vitest"

const reached = new Set<string>()
Object.assign(globalThis, { reached })

// oxlint-disable-next-line no-empty-pattern -- vitest accepts no name here
afterAll(({}, { meta }) => {
  const { user, system } = process.cpuUsage()
  Object.assign(meta, { reached: [...reached], ms: (user + system) / 1000 })
})

// A sequence that kills a mutant need not be made as short as it can be.
if (/\/(fuzz|properties)\//.test(expect.getState().testPath ?? "")) {
  const { default: fc } = await import("fast-check")
  fc.configureGlobal({ endOnFailure: true })
}
