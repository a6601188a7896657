/** Fails a test with a sentence unless two values are alike, field by field. Works with every runner. */
export function mustEqual(found: unknown, wanted: unknown, sentence: string): void {
  if (shown(found) !== shown(wanted)) throw new Error(`${sentence}\n  wanted ${shown(wanted)}\n  found  ${shown(found)}`)
}

/** Fails a test with a sentence unless it holds. */
export function must(holds: boolean, sentence: string): asserts holds {
  if (!holds) throw new Error(sentence)
}

/** A value in one line, whatever the order of its fields. */
function shown(value: unknown): string {
  return (
    JSON.stringify(value, (_, inner: unknown) =>
      typeof inner === "object" && inner !== null && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).toSorted(([one], [other]) => (one < other ? -1 : 1)))
        : inner,
    ) ?? "undefined"
  )
}
