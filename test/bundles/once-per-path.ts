/** Makes something once for each path, for all the test files that a worker runs. */
export function oncePerPath<Made>(make: (path: string) => Promise<Made>): (path: string) => Promise<Made> {
  const made = new Map<string, Promise<Made>>()
  return (path) => {
    const known = made.get(path) ?? make(path)
    made.set(path, known)
    return known
  }
}
