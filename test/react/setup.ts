import { cleanup } from "@testing-library/react"
import { afterEach, beforeAll, beforeEach, expect, vi } from "vitest"
import { complaints } from "./complaints.ts"

declare global {
  var IS_REACT_ACT_ENVIRONMENT: boolean
}

// Run for each file. Testing Library does this where it is imported, which files of one worker do once.
beforeAll(() => {
  globalThis.IS_REACT_ACT_ENVIRONMENT = true
})
beforeEach(() => {
  complaints.length = 0
  for (const level of ["error", "warn"] as const)
    vi.spyOn(console, level).mockImplementation((...said) => void complaints.push(said.map(String).join(" ")))
})
afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
  expect(complaints).toEqual([])
})
