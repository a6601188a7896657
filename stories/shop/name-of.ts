/** What a user is called. Every provider describes its users in its own way, and some do not at all. */
export function nameOf(user: unknown): string {
  const { name, first_name: firstName, email } = (user ?? {}) as Partial<Record<string, unknown>>
  const called = [name, firstName, email].find((word): word is string => typeof word === "string" && word !== "")
  return called ?? "reader"
}
