/** A listener that throws must not stop the session: its error surfaces as an uncaught one. */
export function guarded(call: () => void): void {
  try {
    call()
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}
