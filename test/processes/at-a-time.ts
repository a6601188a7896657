/** Does many things, so many at a time, in their order: what a balancer does that passes so many requests on. */
export async function atATime<Result>(limit: number, tasks: readonly (() => Promise<Result>)[]): Promise<Result[]> {
  const results: Result[] = []
  const left = tasks.entries()
  const work = async () => {
    for (const [index, task] of left) results[index] = await task()
  }
  await Promise.all(Array.from({ length: limit }, work))
  return results
}
