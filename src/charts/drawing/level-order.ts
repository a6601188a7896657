/**
 * The boxes of one level in the order of the story that they tell: from the first on, each after those that lead to it. Arrows against this
 * order are ways back.
 */
export function levelOrder(
  ids: readonly string[],
  arrows: readonly { readonly source: string; readonly target: string }[],
  first: string | null,
): readonly string[] {
  const reached = new Set<string>()
  const order: string[] = []
  const visit = (id: string): void => {
    if (reached.has(id)) return
    reached.add(id)
    for (const { source, target } of arrows) if (source === id) visit(target)
    order.unshift(id)
  }
  // Each round goes before what is there: so what the first one does not lead to goes before it, and in the order given.
  for (const id of first === null ? ids.toReversed() : [first, ...ids.toReversed()]) visit(id)
  return order
}
