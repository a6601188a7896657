import type { Started } from "sessionchart/testing"

/** The session that a story's loader has brought into a state, the clock by which it holds still, and what answers it. */
export function startedSession({ loaded }: { readonly loaded: Record<string, unknown> }): Started<Customer> {
  return loaded as unknown as Started<Customer>
}

interface Customer {
  readonly id: string
  readonly name: string
}
