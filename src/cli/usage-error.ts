/** The command was called wrongly. Its message says what to do instead. */
export class UsageError extends Error {
  override readonly name = "UsageError"
}
