import { block, end, fail, pass } from "../consequences.ts"
import type { Move } from "../move.ts"
import { RETRY_AFTER_S, type Situation } from "../situation.ts"
import type { Stage } from "../stage.ts"
import { broken, offline } from "../surroundings.ts"
import type { PlayedAnswer, Traits } from "../traits.ts"

const isRequesting = ({ attempt }: Situation) => attempt === "requesting"

/** An answer that grants nothing and refuses nothing. */
function fault(
  name: string,
  isNotDone: boolean,
  play: (stage: Stage) => void | Promise<unknown>,
  leadsTo: (s: Situation) => void = (s) => fail(s, "network"),
): Move {
  return {
    name,
    when: isRequesting,
    leadsTo(s) {
      if (isNotDone) s.sent = false
      leadsTo(s)
    },
    play,
  }
}

/** The provider carries a refresh out, or refuses it, and its answer does not come whole. */
function carriedOut(s: Situation, { dies }: Traits): void {
  s.presented += 1
  if (s.spent) return
  s.granted += 1
  s.spent = s.rotates
  s.tokenDead ||= dies && s.rotates
}

const answerWith = (stage: Stage, status: number, body: string | null, headers: Record<string, string> = {}) =>
  stage
    .take("refresh")
    .resolve(new Response(body, { status, headers: { ...(body?.startsWith("{") && { "content-type": "application/json" }), ...headers } }))

/** What a provider may answer to a refresh, in finite classes, beside the answers that its rules name. */
export const answers: readonly Move[] = [
  {
    name: "the provider grants",
    when: ({ attempt, spent }) => attempt === "requesting" && !spent,
    leadsTo(s, { dies }) {
      s.attempt = "committing"
      s.askedForS = 0
      s.presented += 1
      s.granted += 1
      s.tokenDead ||= dies && s.rotates
    },
    async play(stage) {
      stage.store.set("commit", "is held")
      await stage.carryOut("refresh")
    },
  },
  {
    name: "the provider has ended the session, and refuses",
    when: isRequesting,
    leadsTo(s) {
      s.attempt = "rereading"
      s.presented += 1
      s.spent = true
      s.tokenDead = true
    },
    async play(stage) {
      stage.store.set("end", "is held")
      stage.emulator.revokeSession()
      await stage.carryOut("refresh")
    },
  },
  fault(
    "429 with a Retry-After",
    true,
    (stage) => answerWith(stage, 429, null, { "retry-after": String(RETRY_AFTER_S) }),
    (s) => {
      fail(s, "network", "toldToWait")
      s.waitS = RETRY_AFTER_S
    },
  ),
  fault("429", true, (stage) => answerWith(stage, 429, null)),
  fault("503", true, (stage) => answerWith(stage, 503, null)),
  fault("500", false, (stage) => answerWith(stage, 500, null)),
  fault("no connection", true, (stage) =>
    stage.take("refresh").reject(Object.assign(new TypeError("fetch failed"), { cause: { code: "ECONNREFUSED" } })),
  ),
  fault("a reset", false, (stage) => stage.take("refresh").reject(new TypeError("fetch failed"))),
  fault(
    "a reset, offline",
    false,
    (stage) => offline(stage, () => stage.take("refresh").reject(new TypeError("fetch failed"))),
    (s) => fail(s, "network", "offline"),
  ),
  fault("garbage", false, (stage) => answerWith(stage, 200, "]} no JSON {[")),
  {
    name: "no answer within 30 s",
    when: isRequesting,
    leadsTo(s) {
      pass(s, 30 - s.askedForS)
      fail(s, "network")
    },
    async play(stage, { askedForS }) {
      await stage.advance(30 - askedForS)
      stage.take("refresh")
    },
  },
  {
    name: "the refresh is done and its answer lost",
    when: isRequesting,
    leadsTo(s, traits) {
      carriedOut(s, traits)
      fail(s, "network")
    },
    async play(stage) {
      const { carryOut, reject } = stage.take("refresh")
      await carryOut()
      reject(new TypeError("fetch failed"))
    },
  },
  {
    name: "the refresh is done and its answer cut in half",
    when: ({ attempt, spent }) => attempt === "requesting" && !spent,
    leadsTo(s, traits) {
      carriedOut(s, traits)
      fail(s, "network")
    },
    async play(stage) {
      const { carryOut, resolve } = stage.take("refresh")
      const { status, headers, text } = await wholeOf(carryOut)
      resolve(new Response(text.slice(0, text.length / 2), { status, headers }))
    },
  },
  {
    name: "the refresh is done and the provider's code cannot read its answer",
    when: ({ attempt, spent }) => attempt === "requesting" && !spent,
    leadsTo(s, traits) {
      carriedOut(s, traits)
      fail(s, "network")
    },
    play: (stage) => broken(stage, "throws", () => stage.carryOut("refresh")),
  },
  {
    name: "the refresh is done and the provider's code breaks over its answer",
    when: ({ attempt, spent }) => attempt === "requesting" && !spent,
    leadsTo(s, traits) {
      carriedOut(s, traits)
      fail(s, "network")
    },
    play: (stage) => broken(stage, "throws what cannot be read", () => stage.carryOut("refresh")),
  },
  fault("a web page", true, (stage) => answerWith(stage, 404, "<!doctype html><title>404</title>"), block),
  fault("415", true, (stage) => answerWith(stage, 415, null), block),
]

/** The answers that the rules of a provider name. */
export function namedAnswers(played: readonly PlayedAnswer[]): Move[] {
  return played.map(({ name, verdict, isAnothers, status, body }) => ({
    name: `the answer ${name}`,
    when: isRequesting,
    leadsTo(s) {
      if (verdict === "refused") return end(s, s.windowClosed ? "windowClosed" : name)
      if (status >= 300) s.sent = false
      block(s)
    },
    async play(stage) {
      stage.store.set("end", "works")
      if (isAnothers) stage.take("refresh").resolve(await stage.emulator.mint({ user: 1 }))
      else answerWith(stage, status, body)
    },
  }))
}

async function wholeOf(carryOut: () => Promise<Response>) {
  const response = await carryOut()
  return { status: response.status, headers: response.headers, text: await response.text() }
}
