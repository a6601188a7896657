/** The output of the actor whose end this event is. Named guards and actions see events as the chart's own union, so this is the one cast. */
export function outputOf<Output>(event: unknown): Output {
  return (event as { output: Output }).output
}

/** The error of the actor whose failure this event is. */
export function errorOf(event: unknown): unknown {
  return (event as { error: unknown }).error
}
