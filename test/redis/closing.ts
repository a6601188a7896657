const closing: (() => unknown)[] = []

/** Has something closed by {@link closeAll}: after each test, or after all of them where they run side by side. */
export function whenOver(close: () => unknown): void {
  closing.push(close)
}

/** Closes what was opened since, the last first. For `afterEach` or `afterAll`. */
export async function closeAll(): Promise<void> {
  for (const close of closing.splice(0).reverse()) await close()
}
