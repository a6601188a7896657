/**
 * A guard or an action as people read it: its name, and what it is given. What was written inline has the name of its function, if any.
 *
 * @example wordsOf({ type: "outcome", params: { is: "granted" } }) // "outcome granted"
 */
export function wordsOf(named: unknown): string {
  if (typeof named === "string") return named
  if (typeof named === "function") return wordsOfFunction(named as Inline)
  const { type, params } = named as { readonly type?: string; readonly params?: unknown }
  const given = typeof params === "object" && params !== null ? Object.values(params).filter(isPlain).map(String) : []
  return [type ?? "inline", ...given].join(" ")
}

/** What xstate's own helpers (`and`, `not`, `assign`, …) put on the functions that they return. */
interface Inline extends Function {
  readonly guards?: readonly unknown[]
  readonly stateValue?: unknown
  readonly type?: string
}

function wordsOfFunction({ name, guards, stateValue, type }: Inline): string {
  if (guards !== undefined) return name === "not" ? `not ${guards.map(wordsOf).join(" ")}` : guards.map(wordsOf).join(` ${name} `)
  if (stateValue !== undefined) return `in ${typeof stateValue === "string" ? stateValue : JSON.stringify(stateValue)}`
  return type?.replace(/^xstate\./, "") ?? (name || "inline")
}

function isPlain(value: unknown): boolean {
  return ["string", "number", "boolean"].includes(typeof value)
}
