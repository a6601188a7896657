/** How many answers there were of each status. */
export function statuses(answers: readonly { readonly status: number }[]): Record<number, number> {
  const counted: Record<number, number> = {}
  for (const { status } of answers) counted[status] = (counted[status] ?? 0) + 1
  return counted
}
