import type { Answer, Reply } from "./answer.ts"
import { retryAfter } from "./retry-after.ts"
import type { AnswerPattern, BodyPattern, NamedAnswer } from "./rules.ts"

/** What an answer to a refresh means. `answer` names the rule. */
export type Verdict =
  | { readonly is: "granted" }
  | { readonly is: "refused" | "misconfigured"; readonly answer: string }
  | { readonly is: "notDone"; readonly retryAt: number | null }
  | { readonly is: "inDoubt"; readonly retryAt: number | null }

/** The name of the verdict on HTML, or a 4xx, that is no answer of the provider's: a proxy, a wrong URL, a wrong method. */
export const NOT_THE_PROVIDER = "notTheProvider"

/** Answers that say the request was turned away before anything was done. */
const TURNED_AWAY = [408, 425, 429, 503]

/**
 * The one table of what answers mean, for every provider. A fault never ends a session: only an answer that the rules name does.
 *
 * @param grantIsReadable whether the 2xx carried a token and a sensible expiry
 * @param isAnothers whether it is known to be for another user than the session's
 */
export function judge(
  answers: Readonly<Record<string, NamedAnswer>>,
  answer: Answer,
  grantIsReadable: boolean,
  isAnothers = false,
): Verdict {
  if (!answer.came) return { is: answer.how === "notSent" ? "notDone" : "inDoubt", retryAt: null }
  const { status } = answer
  if (TURNED_AWAY.includes(status)) return { is: "notDone", retryAt: retryAfter(answer) }
  if (status >= 500) return { is: "inDoubt", retryAt: retryAfter(answer) }
  if (answer.kind === "html") return { is: "misconfigured", answer: NOT_THE_PROVIDER }
  for (const [name, { when, verdict }] of Object.entries(answers)) {
    if (matches(when, answer, isAnothers)) return { is: verdict, answer: name }
  }
  if (grantIsReadable) return { is: "granted" }
  return status >= 400 ? { is: "misconfigured", answer: NOT_THE_PROVIDER } : { is: "inDoubt", retryAt: null }
}

/** Whether an answer is the one that a rule describes. */
export function matches(when: AnswerPattern, { status, body, kind }: Reply, isAnothers = false): boolean {
  return (
    (when.isAnothers !== true || isAnothers) &&
    (when.status?.includes(status) ?? true) &&
    (when.empty !== true || kind === "empty") &&
    (when.has ?? []).every((field) => fieldOf(body, field) !== undefined) &&
    (when.body === undefined || bodyMatches(when.body, body))
  )
}

function bodyMatches(pattern: BodyPattern, body: unknown): boolean {
  return Object.entries(pattern).every(([field, wanted]) => {
    const found = fieldOf(body, field)
    return typeof wanted === "object" && wanted !== null ? bodyMatches(wanted, found) : found === wanted
  })
}

function fieldOf(body: unknown, field: string): unknown {
  return typeof body === "object" && body !== null && Object.hasOwn(body, field) ? (body as Record<string, unknown>)[field] : undefined
}
