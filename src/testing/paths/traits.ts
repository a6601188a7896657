import { judge } from "../../core/judge.ts"
import type { AnswerPattern, BodyPattern, OnDoubt } from "../../core/rules.ts"
import type { Provider } from "../../index.ts"

/** What is different from provider to provider. */
export interface Traits {
  /** The named answers that can be given: one that another rule always answers for is left out. */
  readonly answers: readonly PlayedAnswer[]
  /** The names by which a session may end when the provider refuses. */
  readonly refusals: readonly string[]
  readonly hasLogin: boolean
  readonly tellsLogout: boolean
  /** Whether a refresh kills the old access token. */
  readonly dies: boolean
  readonly hasWindow: boolean
  readonly isForServers: boolean
  /** Whether the emulator cannot be told to leave a spent credential alive. */
  readonly alwaysRotates: boolean
  /** Whether the access token refreshes itself: then there is always something to refresh with. */
  readonly isBearer: boolean
  readonly onDoubt: OnDoubt
}

/** An answer to a refresh that the rules name, made of their own pattern. */
export interface PlayedAnswer {
  readonly name: string
  readonly verdict: "refused" | "misconfigured"
  /** A grant for another user: the emulator's second, whatever it looks like there. */
  readonly isAnothers: boolean
  readonly status: number
  readonly body: string | null
}

/** Reads the traits off a provider. */
export function traitsOf({ rules, login, logout }: Provider<unknown, never>): Traits {
  return {
    answers: Object.entries(rules.answers).flatMap(([name, { verdict, when }]): PlayedAnswer[] => {
      const isAnothers = when.isAnothers === true
      if (isAnothers) return [{ name, verdict, isAnothers, status: 200, body: null }]
      const played = drafts(when).find(
        ({ status, body }) => judge(rules.answers, replyOf(status, body), false).is === verdict && nameOf(status, body) === name,
      )
      return played ? [{ name, verdict, isAnothers, ...played }] : []
    }),
    refusals: [...Object.keys(rules.answers).filter((name) => rules.answers[name]?.verdict === "refused"), "doubt"],
    hasLogin: login !== null,
    tellsLogout: logout !== null,
    dies: rules.oldToken === "dies",
    hasWindow: rules.window !== null,
    isForServers: rules.runsOn === "server",
    alwaysRotates: false,
    isBearer: rules.credential === "bearer",
    onDoubt: rules.onDoubt,
  }

  function nameOf(status: number, body: string | null): string | null {
    const verdict = judge(rules.answers, replyOf(status, body), false)
    return "answer" in verdict ? verdict.answer : null
  }
}

/** What a pattern may look like on the wire, in every status that it allows. */
function drafts({ status = [400, 401, 200], body, has = [], empty = false }: AnswerPattern): { status: number; body: string | null }[] {
  const fields: Record<string, unknown> = { ...Object.fromEntries(has.map((field) => [field, "played"])), ...(body && plain(body)) }
  return status.map((each) => ({ status: each, body: empty ? null : JSON.stringify(fields) }))
}

function plain(pattern: BodyPattern): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(pattern).map(([field, value]) => [field, typeof value === "object" && value !== null ? plain(value) : value]),
  )
}

function replyOf(status: number, body: string | null) {
  const parsed: unknown = body === null ? undefined : JSON.parse(body)
  return {
    came: true,
    status,
    headers: new Headers(),
    cookies: {},
    body: parsed,
    kind: body === null ? "empty" : "json",
    sentAt: 0,
    receivedAt: 0,
  } as const
}
