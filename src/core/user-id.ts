/**
 * What a user is told from others by: `user.id`, a text or a number. Null where there is none; an empty one is nobody's.
 *
 * @example userIdOf({ id: 7, name: "Ada" }) // "7"
 */
export function userIdOf(user: unknown): string | null {
  const id = (user as { readonly id?: unknown } | null | undefined)?.id
  return (typeof id === "string" && id !== "") || typeof id === "number" ? String(id) : null
}
